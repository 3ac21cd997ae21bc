"""The town hall chooses the pace of the search; anybody may read how volunteers are chosen."""

import sqlalchemy as sa
from flask import Flask

from civic.kernel.database import db
from civic.matching import queries
from civic.matching.models import SearchSettings
from civic.matching.pace import PACE
from civic.matching.queries.settings import pace_from
from civic.matching.steering.schemas import typed
from civic.mutual_aid.rules import Urgency
from tests.conftest import Role, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import add_request, add_volunteer, invitations


def test_an_agent_changes_the_pace_and_the_next_search_follows_it(app: Flask) -> None:
    with app.app_context():
        town, (here, *_) = add_town()
        agent = add_person(roles=((Role.AGENT, town),))
        volunteers = [add_volunteer(town, here) for _ in range(5)]
        owner = add_person(lives_in=here)
    client = sign_in(app, agent)
    assert client.get("/entraide/rythme").status_code == 200

    answer = post_form(client, "/entraide/rythme", **{**typed(PACE), "live_flexible": 4, "volunteer_week": 9})

    assert answer.status_code == 302  # type: ignore[attr-defined]
    with app.app_context():
        assert queries.get_pace(here).live_invitations[Urgency.FLEXIBLE] == 4
        request = add_request(owner, here, urgency=Urgency.FLEXIBLE)
        assert list(invitations(request)) == volunteers[:4]
    told = plain(app.test_client().get("/entraide/comment-les-benevoles-sont-choisis").get_data(as_text=True))
    assert "jamais plus de 9" in told
    assert post_form(client, "/entraide/rythme/habituel").status_code == 302  # type: ignore[attr-defined]
    with app.app_context():
        assert queries.get_pace(here) == PACE


def test_a_number_out_of_bounds_comes_back_filled_in_and_changes_nothing(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        agent = add_person(roles=((Role.AGENT, town),))
    client = sign_in(app, agent)

    answer = post_form(client, "/entraide/rythme", **{**typed(PACE), "live_urgent": 0, "request_budget": 77})

    assert answer.status_code == 422  # type: ignore[attr-defined]
    page = plain(answer.get_data(as_text=True))  # type: ignore[attr-defined]
    assert "Écrivez un nombre entre 1 et 20" in page
    assert 'value="77"' in page
    assert settings(app) == 0


def test_a_resident_neither_sees_nor_changes_the_pace(app: Flask) -> None:
    with app.app_context():
        _, (here, *_) = add_town()
        resident = add_person(lives_in=here)
    client = sign_in(app, resident)

    assert client.get("/entraide/rythme").status_code == 403
    assert post_form(client, "/entraide/rythme", **typed(PACE)).status_code == 403  # type: ignore[attr-defined]
    assert settings(app) == 0


def settings(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(SearchSettings)) or 0


def test_a_pace_that_an_older_version_stored_is_read_with_what_it_does_not_say_as_usual() -> None:
    pace = pace_from({"request_budget": 12})

    assert (pace.request_budget, pace.live_invitations) == (12, PACE.live_invitations)

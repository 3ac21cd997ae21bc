"""A council of neighbours: who sits, when they meet, what they said."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.queries import get_person
from civic.councils import queries, service
from civic.councils.errors import CouncilExists, HolderUnknown, NotANeighbourhood, SittingNotFound
from civic.councils.models import Council, Seat
from civic.councils.rules import SeatOrigin, SeatRole
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from tests.conftest import actor_of, add_person, add_town, post_form, sign_in


def found(agent: Actor, place: int) -> int:
    return service.found_council(
        agent, territory_id=place, name="Conseil des Bords", page="## Venir\n\nEntrez."
    )


def plan(agent: Actor, council: int, **changes: Any) -> int:
    values = {
        "title": "Séance ordinaire", "starts_at": utc_now() + timedelta(days=3), "place": "Centre social",
        "agenda": "- Tour de salle", "minutes": "", "is_published": True, **changes,
    }  # fmt: skip
    return service.save_sitting(agent, council_id=council, **values)


def agent_and_place() -> tuple[Actor, int, int]:
    town, (place, *_) = add_town()
    return actor_of(add_person("Agnès", roles=((Role.AGENT, town),))), place, town


def test_an_agent_gives_a_neighbourhood_its_one_council(app_context: Flask) -> None:
    agent, place, town = agent_and_place()

    council = found(agent, place)

    assert "<h2>Venir</h2>" in queries.get_council(council).page_html
    with pytest.raises(CouncilExists):
        found(agent, place)
    with pytest.raises(NotANeighbourhood):
        found(agent, town)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Council)) == 1


def test_a_resident_changes_nothing_of_a_council(app_context: Flask) -> None:
    agent, place, _ = agent_and_place()
    resident = actor_of(add_person("Bruno", lives_in=place))
    council = found(agent, place)

    with pytest.raises(NotAllowed):
        service.edit_council(resident, council_id=council, name="À moi", page="")
    with pytest.raises(NotAllowed):
        plan(resident, council)

    assert queries.get_council(council).name == "Conseil des Bords"


def test_a_seat_shows_the_name_of_the_account_and_may_be_vacant(app_context: Flask) -> None:
    agent, place, _ = agent_and_place()
    council = found(agent, place)
    aminata = get_person(add_person("Aminata Diallo"))
    common: dict[str, Any] = {"council_id": council, "origin": SeatOrigin.DRAWN, "since": date(2027, 1, 4)}
    service.save_seat(agent, role=SeatRole.MEMBER, **common)
    service.save_seat(agent, role=SeatRole.CHAIR, email=aminata.email, name="A. D.", **common)

    assert [(held.seat.role, held.name) for held in queries.list_seats(council)] == [
        (SeatRole.CHAIR, "Aminata Diallo"),
        (SeatRole.MEMBER, None),
    ]
    with pytest.raises(HolderUnknown):
        service.save_seat(agent, role=SeatRole.MEMBER, email="personne@example.org", **common)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Seat)) == 2


def test_a_sitting_is_seen_by_all_once_published_and_only_then(app_context: Flask) -> None:
    agent, place, _ = agent_and_place()
    council = found(agent, place)
    sitting = plan(agent, council, is_published=False)

    with pytest.raises(SittingNotFound):
        service.get_visible_sitting(ANONYMOUS, sitting)
    assert service.get_visible_sitting(agent, sitting).id == sitting
    assert queries.next_sittings({council}, at=utc_now()) == {}

    plan(agent, council, sitting_id=sitting, is_published=True)
    assert service.get_visible_sitting(ANONYMOUS, sitting).title == "Séance ordinaire"
    assert queries.next_sittings({council}, at=utc_now())[council].id == sitting


def test_the_pages_of_a_council_are_public_and_an_agent_fills_them(app: Flask) -> None:
    with app.app_context():
        agent_actor, place, _ = agent_and_place()
    agent, stranger = sign_in(app, agent_actor.id), app.test_client()

    assert "Pas encore de conseil" in stranger.get("/conseils-de-quartier").get_data(as_text=True)
    post_form(agent, "/conseils-de-quartier", territory_id=place, name="Conseil des Bords", page="Venez.")
    post_form(
        agent, "/conseils-de-quartier/1/sieges", name="Aminata Diallo", role="chair", origin="elected", since="2027-01-04"
    )  # fmt: skip
    post_form(
        agent, "/conseils-de-quartier/1/seances", title="Séance", starts_at="2031-03-14T18:30",
        place="Centre social", agenda="- Ascenseur", is_published="true",
    )  # fmt: skip

    page = stranger.get("/conseils-de-quartier/1").get_data(as_text=True)
    assert "Aminata Diallo" in page
    assert "14 mars 2031" in page
    assert "Ascenseur" in stranger.get("/conseils-de-quartier/seances/1").get_data(as_text=True)
    calendar = stranger.get("/conseils-de-quartier/seances/1.ics")
    assert calendar.mimetype == "text/calendar"
    assert "DTSTART:20310314T173000Z" in calendar.get_data(as_text=True)
    assert stranger.get("/conseils-de-quartier/1/modifier").status_code == 302
    assert app.test_client().get("/api/v1/councils/1").json["seats"][0]["name"] == "Aminata Diallo"


def test_a_form_that_fails_comes_back_filled_in(app: Flask) -> None:
    with app.app_context():
        agent_actor, place, _ = agent_and_place()
    agent = sign_in(app, agent_actor.id)
    post_form(agent, "/conseils-de-quartier", territory_id=place, name="Conseil des Bords")

    page = post_form(agent, "/conseils-de-quartier/1/seances", title="Séance", place="Salle des fêtes")

    assert page.status_code == 422
    assert "Salle des fêtes" in page.get_data(as_text=True)


def test_nobody_tells_a_sitting_that_is_not_announced_from_one_that_is_not_there(app: Flask) -> None:
    with app.app_context():
        agent, place, _ = agent_and_place()
        council = service.found_council(agent, territory_id=place, name="Conseil des Bords", page="")
        draft = plan(agent, council, is_published=False)
        bruno = add_person("Bruno", lives_in=place)
    browser = sign_in(app, bruno)

    for sitting in (draft, draft + 1):
        address = f"/conseils-de-quartier/seances/{sitting}/modifier"
        assert browser.get(address).status_code == 404
        assert post_form(browser, address).status_code == 404  # type: ignore[attr-defined]

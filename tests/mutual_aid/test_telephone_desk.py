"""The telephone desk as a newcomer at the town hall found it: what is told of a form, of a call, of a request."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.accounts.service.roles import withdraw_role
from civic.audit.models import AuditEntry
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.matching import queries as matching
from civic.matching.service.conversation import say
from civic.matching.service.invitations import accept_invitation
from civic.mutual_aid import queries
from civic.mutual_aid.desk import calls
from civic.mutual_aid.desk.models import CallBack
from civic.mutual_aid.desk.rules import CallOutcome
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import ConsentMode, Contact, RequestState
from civic.mutual_aid.service.requests import ask_for_another
from civic.realtime.queries import find_last_seq
from civic.web.languages import form_instant, time_left
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.matching.test_doors import FORM, near_dates
from tests.mutual_aid.making import (
    ADDRESS,
    NAME,
    PHONE,
    add_volunteer,
    invitation_of,
    request_details,
    state_of,
)
from tests.mutual_aid.test_reviewing import add_agent

DESK = "/entraide/demande-par-telephone"


@pytest.fixture
def desk(app: Flask) -> tuple[FlaskClient, int, int]:
    """An agent's browser, her id, and a neighbourhood."""
    with app.app_context():
        town, (place, *_) = add_town()
        agent = add_agent(town)
        return sign_in(app, agent), agent, place


def test_an_agent_reads_everything_that_she_has_to_correct_at_once(
    app: Flask, desk: tuple[FlaskClient, int, int]
) -> None:
    client, _, place = desk
    yesterday = utc_now() - timedelta(days=1)
    typed = {
        **FORM,
        "territory_id": str(place),
        "contact_phone": "06 39 98 18 0",
        "starts_at": form_instant(yesterday),
        "ends_at": form_instant(yesterday + timedelta(hours=2)),
        "consent": "oral",
    }

    answer = post_form(client, DESK, **typed)

    page = plain(answer.get_data(as_text=True))  # type: ignore[attr-defined]
    assert "3 réponses sont à corriger" in page
    for name in ("has_agreed", "contact_phone", "ends_at"):
        assert f"field-{name}-error" in page
    assert "Quelques courses lourdes" in page
    with app.app_context():
        assert db.session.query(HelpRequest).count() == 0


def test_an_agent_is_told_that_nobody_is_free_instead_of_that_the_request_left(
    app: Flask, desk: tuple[FlaskClient, int, int]
) -> None:
    client, _, place = desk
    typed = {**FORM, **near_dates(), "territory_id": str(place), "consent": "oral", "has_agreed": "true"}

    sent = post_form(client, DESK, **typed)

    page = plain(client.get(sent.location).get_data(as_text=True))  # type: ignore[attr-defined]
    assert "mais personne n’est libre à ces heures" in page
    assert "La demande est partie" not in page
    assert "Proposer un autre jour" in page


def test_how_long_is_left_is_told_by_the_hour_under_two_days(app: Flask) -> None:
    with app.test_request_context("/"):
        told = [time_left(utc_now() + timedelta(hours=hours, minutes=5)) for hours in (1, 18, 40, 90)]
    assert [plain(each) for each in told] == [
        "dans 65 minutes",
        "dans 18 heures",
        "dans 40 heures",
        "dans 4 jours",
    ]


def test_what_is_to_read_is_counted_alike_on_the_desk_and_on_its_tab(
    app: Flask, desk: tuple[FlaskClient, int, int]
) -> None:
    client, agent, place = desk
    with app.app_context():
        read, aside = (
            ask_for_another(actor_of(agent), details=request_details(place), consent=ConsentMode.ORAL)
            for _ in "ab"
        )
        for request, state in ((read, RequestState.IN_REVIEW), (aside, RequestState.SUSPENDED)):
            db.session.get_one(HelpRequest, request).state = state
        db.session.commit()
        assert state_of(read) is RequestState.IN_REVIEW

    board = plain(client.get("/entraide/a-suivre?etat=to_read").get_data(as_text=True))
    bureau = plain(client.get("/bureau").get_data(as_text=True))

    assert re.search(r"À relire\W*(<[^>]*>\W*)*1\b", board)
    assert f"/entraide/demandes/{aside}" not in board
    assert f"/entraide/demandes/{aside}" in client.get("/entraide/a-suivre?etat=set_aside").get_data(
        as_text=True
    )
    assert re.search(r"1\W*(<[^>]*>\W*)*demande à relire avant", bureau)
    assert re.search(r"1\W*(<[^>]*>\W*)*demande attend l’accord", bureau)


def test_who_calls_reads_whom_and_in_which_neighbourhood_and_the_journal_says_so(
    app: Flask, desk: tuple[FlaskClient, int, int]
) -> None:
    client, agent, place = desk
    with app.app_context():
        for name in ("Odette Vasseur", "Paulette Guérin"):
            ask_for_another(
                actor_of(agent),
                details=request_details(place, contact=Contact(name, PHONE, ADDRESS)),
                consent=ConsentMode.ORAL,
            )

    page = plain(client.get("/entraide/appels").get_data(as_text=True))

    assert "Odette Vasseur" in page
    assert "Paulette Guérin" in page
    assert "Quartier 0" in page
    assert PHONE not in page
    with app.app_context():
        (entry,) = db.session.scalars(sa.select(AuditEntry).filter_by(fact="CallNamesSeen"))
        assert (entry.actor_id, entry.subjects["calls"]) == (agent, 2)


def test_a_wrong_number_stays_in_the_list_until_the_right_one_is_found(
    app: Flask, desk: tuple[FlaskClient, int, int]
) -> None:
    client, agent, place = desk
    with app.app_context():
        request = ask_for_another(actor_of(agent), details=request_details(place), consent=ConsentMode.ORAL)
        (call,) = db.session.scalars(sa.select(CallBack.id))
    page = f"/entraide/demandes/{request}"

    post_form(client, f"/entraide/appels/{call}/resultat", outcome="wrong_number")

    assert "Numéro à retrouver" in plain(client.get("/entraide/appels").get_data(as_text=True))
    assert "Numéro à retrouver" in plain(client.get(page).get_data(as_text=True))
    right = {"contact_name": NAME, "contact_phone": "06 39 98 18 05", "territory_id": str(place)}
    assert post_form(client, f"{page}/coordonnees/correction", **right).status_code == 302  # type: ignore[attr-defined]
    listed = plain(client.get("/entraide/appels").get_data(as_text=True))
    assert "Numéro à retrouver" not in listed
    assert "À passer maintenant" in listed


def test_the_right_number_of_somebody_without_a_request_is_written_with_the_wrong_one(
    app_context: Flask,
) -> None:
    town, _ = add_town()
    agent = actor_of(add_agent(town))
    call = calls.ask_call(agent, territory_id=town, name=NAME, phone=PHONE, note="", due_at=None)

    calls.answer_call(agent, call_id=call, outcome=CallOutcome.WRONG_NUMBER)
    kept = db.session.get_one(CallBack, call)
    assert (kept.closed_at, kept.outcome, kept.phone) == (None, CallOutcome.WRONG_NUMBER, PHONE)
    db.session.rollback()
    calls.answer_call(agent, call_id=call, outcome=CallOutcome.WRONG_NUMBER, right_number="06 39 98 18 05")

    kept = db.session.get_one(CallBack, call)
    assert (kept.closed_at, kept.outcome, kept.phone, kept.attempts) == (None, None, "06 39 98 18 05", 2)


def test_who_is_no_agent_any_more_follows_nothing_of_whom_she_asked_for(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, admin = add_agent(town), add_person("Anne", roles=((Role.ADMIN, town),))
    ada = add_volunteer(town, place, "Ada")
    request = ask_for_another(actor_of(agent), details=request_details(place), consent=ConsentMode.ORAL)
    match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    assert matching.list_matches_of(agent).total == 1
    db.session.rollback()

    withdraw_role(actor_of(admin), person_id=agent, role=Role.AGENT, territory_id=town)
    told_before = find_last_seq(agent)
    db.session.rollback()
    say(actor_of(ada), match_id=match, text="Je sonne à dix heures", client_id="a")

    assert (matching.list_matches_of(agent).total, queries.list_requests_of(agent).total) == (0, 0)
    assert find_last_seq(agent) == told_before
    db.session.rollback()
    assert state_of(request) is RequestState.FILLED

"""The telephone desk: a consent that comes later or is withdrawn, whom to call back, « is it still needed? »."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Person
from civic.kernel import outbox
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.matching.service.invitations import accept_invitation
from civic.matching.service.matches import withdraw_from_match
from civic.mutual_aid import queries
from civic.mutual_aid.desk import asking_again, calls, consents, sheets
from civic.mutual_aid.desk.errors import CallNotFound, CallOver, ConsentKnown, SheetTyped, SheetUnknown
from civic.mutual_aid.desk.jobs import CALLS_KEPT_FOR, forget_calls
from civic.mutual_aid.desk.models import CallBack
from civic.mutual_aid.desk.queries import count_calls, get_call, list_sheets
from civic.mutual_aid.desk.rules import CallOutcome, ask_again_at
from civic.mutual_aid.errors import RequestNotFound, WindowRefused
from civic.mutual_aid.models import Caller, HelpRequest
from civic.mutual_aid.rules import Channel, ConsentMode, RequestState, Window
from civic.mutual_aid.service.requests import ask_for_another
from civic.territories import queries as territories
from tests.conftest import Role, actor_of, add_person, add_town, plain, post_form, sign_in
from tests.matching.test_doors import near_dates
from tests.mutual_aid.making import (
    NAME,
    PHONE,
    add_request,
    add_volunteer,
    in_minutes,
    invitation_of,
    invitations,
    matches,
    request_details,
    state_of,
)
from tests.mutual_aid.test_reviewing import add_agent, told


def ask(agent: Actor, place: int, consent: ConsentMode | None = ConsentMode.ORAL) -> int:
    return ask_for_another(agent, details=request_details(place), consent=consent)


def calls_of(request_id: int) -> list[str]:
    """Return why the person of a request is to be called now."""
    rows = db.session.scalars(
        sa.select(CallBack.reason).where(CallBack.request_id == request_id, CallBack.closed_at.is_(None))
    )
    found = [reason.value for reason in rows]
    db.session.rollback()
    return found


# Consent


def test_nobody_is_asked_for_a_person_who_has_not_agreed_and_she_is_called(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, ada = actor_of(add_agent(town)), add_volunteer(town, place, "Ada")

    request = ask(agent, place, consent=None)

    assert (state_of(request), invitations(request)) == (RequestState.AWAITING_CONSENT, {})
    assert (calls_of(request), queries.get_request(request).consent) == (["consent"], None)

    consents.record_consent(agent, request_id=request, mode=ConsentMode.ORAL)
    assert (state_of(request), invitations(request)) == (RequestState.DISPATCHING, {ada: "sent"})
    consent = queries.get_request(request).consent
    assert consent is not None
    assert consent.valid_until == queries.get_request(request).ends_at
    assert calls_of(request) == []
    with pytest.raises(ConsentKnown):
        consents.record_consent(agent, request_id=request, mode=ConsentMode.PAPER)


def test_a_consent_withdrawn_cancels_tells_and_erases_what_found_her_at_home(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, ada = actor_of(add_agent(town)), add_volunteer(town, place, "Ada")
    request = ask(agent, place)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    caller = queries.get_request(request).requester_id
    db.session.rollback()

    consents.withdraw_consent(agent, request_id=request)

    kept = queries.get_request(request)
    assert (kept.contact_name, kept.contact_phone, kept.contact_address) == ("", "", None)
    assert kept.consent is not None
    assert kept.consent.withdrawn_at is not None
    person = db.session.get_one(Person, caller)
    assert (person.phone, person.name == NAME, db.session.get(Caller, caller)) == (None, False, None)
    db.session.rollback()
    assert (state_of(request), matches(request), calls_of(request)) == (
        RequestState.CANCELLED,
        {ada: "released"},
        [],
    )
    assert "match_released" in told(ada)
    consents.withdraw_consent(agent, request_id=request)  # twice is once


def test_a_consent_is_withdrawn_for_one_help_or_for_all(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_agent(town))
    first, second, third = (ask(agent, place) for _ in range(3))

    consents.withdraw_consent(agent, request_id=first)
    assert (state_of(first), state_of(second)) == (RequestState.CANCELLED, RequestState.ESCALATED)
    assert queries.get_request(second).contact_phone == PHONE
    db.session.rollback()
    consents.withdraw_consent(agent, request_id=second, is_for_all=True)

    assert state_of(third) is RequestState.CANCELLED
    assert queries.get_request(third).contact_phone == ""


def test_only_an_agent_touches_a_consent_and_never_that_of_who_asks_herself(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, odette = actor_of(add_agent(town)), add_person(lives_in=place)
    request, own = ask(agent, place, consent=None), add_request(odette, place)

    for actor, wrong in ((actor_of(odette), request), (agent, own)):
        with pytest.raises(RequestNotFound):
            consents.record_consent(actor, request_id=wrong, mode=ConsentMode.ORAL)
        with pytest.raises(RequestNotFound):
            consents.withdraw_consent(actor, request_id=wrong)

    assert state_of(request) is RequestState.AWAITING_CONSENT
    assert queries.get_request(own).contact_phone == PHONE


# Whom to call


def test_a_person_without_a_screen_is_called_at_each_step_and_about_one_thing(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, ada = actor_of(add_agent(town)), add_volunteer(town, place, "Ada")
    request = ask(agent, place)
    assert calls_of(request) == []

    match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    assert calls_of(request) == ["somebody_comes"]
    withdraw_from_match(actor_of(ada), match_id=match)
    assert state_of(request) is RequestState.ESCALATED
    assert calls_of(request) == ["nobody_yet"]


def test_who_reads_her_page_is_called_only_where_it_promises_it(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, odette = add_volunteer(town, place, "Ada"), add_person(lives_in=place)
    request = add_request(odette, place)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    assert calls_of(request) == []
    assert calls_of(add_request(odette, place)) == ["nobody_yet"]


def test_a_call_without_an_answer_comes_back_and_one_that_is_over_leaves_no_number(
    app_context: Flask,
) -> None:
    town, _ = add_town()
    agent = actor_of(add_agent(town))
    call = calls.ask_call(agent, territory_id=town, name=NAME, phone=PHONE, note="Ses courses", due_at=None)
    assert calls.see_caller(agent, call_id=call).phone == PHONE
    places = territories.ids_within(town)

    calls.answer_call(agent, call_id=call, outcome=CallOutcome.NO_ANSWER)
    assert (count_calls(places, at=utc_now()), count_calls(places, at=in_minutes(121))) == (0, 1)
    calls.answer_call(agent, call_id=call, outcome=CallOutcome.REACHED)

    over = get_call(call)
    assert (over.phone, over.name, over.attempts, over.note) == ("", "", 2, "Ses courses")
    db.session.rollback()
    with pytest.raises(CallOver):
        calls.answer_call(agent, call_id=call, outcome=CallOutcome.REACHED)
    forget_calls(utc_now())
    assert get_call(call).id == call
    db.session.rollback()
    forget_calls(utc_now() + CALLS_KEPT_FOR + timedelta(days=1))
    with pytest.raises(CallNotFound):
        get_call(call)


def test_only_an_agent_of_the_commune_calls(app_context: Flask) -> None:
    town, _ = add_town()
    far_town, _ = add_town()
    call = calls.ask_call(
        actor_of(add_agent(town)), territory_id=town, name=NAME, phone=PHONE, note="", due_at=None
    )

    for stranger in (add_agent(far_town), add_person(roles=((Role.ADMIN, town),))):
        with pytest.raises(NotAllowed):
            calls.ask_call(
                actor_of(stranger), territory_id=town, name=NAME, phone=PHONE, note="", due_at=None
            )
        with pytest.raises(CallNotFound):
            calls.see_caller(actor_of(stranger), call_id=call)
        with pytest.raises(CallNotFound):
            calls.answer_call(actor_of(stranger), call_id=call, outcome=CallOutcome.REACHED)
    assert get_call(call).attempts == 0


# Is it still needed?


def test_who_waits_is_asked_once_before_the_window_is_lost_and_more_time_asks_again(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    add_volunteer(town, place, "Ada")
    odette, now = add_person(lives_in=place), utc_now()
    request = add_request(odette, place, window=Window(now, now + timedelta(hours=8)))

    with time_machine.travel(now + timedelta(hours=6, minutes=1), tick=False):
        while outbox.deliver_due():
            pass
        assert told(odette).count("request_still_needed") == 1
        assert asking_again.is_asked(queries.get_request(request))
        db.session.rollback()
        asking_again.answer_still_needed(
            actor_of(odette),
            request_id=request,
            is_needed=True,
            window=Window(now, now + timedelta(hours=14)),
        )
        assert not asking_again.is_asked(queries.get_request(request))
        assert queries.get_request(request).ends_at == now + timedelta(hours=14)
        db.session.rollback()
    with time_machine.travel(now + timedelta(hours=13), tick=False):
        while outbox.deliver_due():
            pass
        assert told(odette).count("request_still_needed") == 2
        asking_again.answer_still_needed(actor_of(odette), request_id=request, is_needed=False)

    assert state_of(request) is RequestState.CANCELLED


def test_who_telephoned_is_called_to_be_asked(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, now = actor_of(add_agent(town)), utc_now()
    add_volunteer(town, place, "Ada")
    request = ask(agent, place)

    with time_machine.travel(now + timedelta(hours=6, minutes=1), tick=False):
        asking_again.ask_again(request_id=request, now=utc_now())

    assert calls_of(request) == ["still_needed"]
    asking_again.answer_still_needed(agent, request_id=request, is_needed=True)
    assert calls_of(request) == []


def test_help_still_needed_after_its_hour_goes_to_the_town_hall(app_context: Flask) -> None:
    _town, (place, *_) = add_town()
    odette, now = add_person(lives_in=place), utc_now()
    request = add_request(odette, place)
    with time_machine.travel(now + timedelta(hours=9), tick=False):
        while outbox.deliver_due():
            pass
        assert state_of(request) is RequestState.EXPIRED
        with pytest.raises(WindowRefused):
            asking_again.answer_still_needed(actor_of(odette), request_id=request, is_needed=True)
        assert state_of(request) is RequestState.EXPIRED
        asking_again.answer_still_needed(
            actor_of(odette),
            request_id=request,
            is_needed=True,
            window=Window(now + timedelta(hours=10), now + timedelta(hours=20)),
        )

        assert state_of(request) is RequestState.ESCALATED
        assert calls_of(request) == ["nobody_yet"]


@pytest.mark.parametrize(("hours", "asked_after"), [(2, None), (4, 3), (8, 6), (48, 36), (24 * 14, 24 * 12)])
def test_the_question_comes_when_little_time_is_left(hours: float, asked_after: float | None) -> None:
    now = utc_now()

    found = ask_again_at(now, now + timedelta(hours=hours))

    assert found == (None if asked_after is None else now + timedelta(hours=asked_after))


# Pages


@pytest.fixture
def desk(app: Flask) -> tuple[FlaskClient, int]:
    """An agent's browser, and a neighbourhood."""
    with app.app_context():
        town, (place, *_) = add_town()
        return sign_in(app, add_agent(town)), place


def test_an_agent_writes_for_a_daughter_who_calls_then_notes_her_mothers_yes_and_her_change_of_mind(
    app: Flask, desk: tuple[FlaskClient, int]
) -> None:
    agent, place = desk
    form = {
        "category": "shopping", "title": "Courses", "territory_id": place, "urgency": "today", "capacity": 1,
        "contact_name": NAME, "contact_phone": PHONE, **near_dates(),
    }  # fmt: skip
    refused = post_form(agent, "/entraide/demande-par-telephone", consent="oral", **form)
    assert refused.status_code == 422  # type: ignore[attr-defined]
    asked = post_form(agent, "/entraide/demande-par-telephone", consent="later", **form)
    address = asked.location  # type: ignore[attr-defined]
    assert "attend l’accord" in plain(agent.get(address).get_data(as_text=True))
    assert "Demander son accord" in agent.get("/entraide/appels").get_data(as_text=True)

    post_form(agent, f"{address}/accord", consent="oral")
    assert "prend le relais" in agent.get(address).get_data(as_text=True)
    asks = post_form(agent, f"{address}/accord/retrait", is_for_all="true")
    assert asks.status_code == 302  # type: ignore[attr-defined]
    page = plain(agent.get(f"{address}/accord").get_data(as_text=True))
    assert "Les coordonnées de cette personne sont effacées" in page
    assert "Retiré" in page


def test_an_agent_adds_a_call_sees_the_number_and_notes_what_came_of_it(
    desk: tuple[FlaskClient, int],
) -> None:
    agent, _ = desk
    wrong = post_form(agent, "/entraide/appels", name="Mme Roy", phone="12", note="Les papiers")
    assert (wrong.status_code, "Les papiers" in wrong.get_data(as_text=True)) == (422, True)  # type: ignore[attr-defined]
    post_form(agent, "/entraide/appels", name="Mme Roy", phone=PHONE, note="Les papiers")
    listed = agent.get("/entraide/appels").get_data(as_text=True)
    assert "Les papiers" in listed
    assert "Mme Roy" in listed
    assert PHONE not in listed
    call = "/entraide/appels/1"
    assert PHONE not in agent.get(call).get_data(as_text=True)
    assert PHONE in post_form(agent, f"{call}/coordonnees").get_data(as_text=True)  # type: ignore[attr-defined]

    post_form(agent, f"{call}/resultat", outcome="reached", note="Elle viendra mardi")

    assert "Personne à rappeler" in agent.get("/entraide/appels").get_data(as_text=True)
    assert "Elle viendra mardi" in agent.get("/entraide/appels?over=true").get_data(as_text=True)


# Sheets


def test_a_sheet_is_typed_once_whoever_types_it_and_its_request_came_on_paper(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_agent(town))
    with pytest.raises(NotAllowed):
        sheets.print_sheets(actor_of(add_person(lives_in=place)), territory_id=town, count=1)
    first, second = list_sheets(town, sheets.print_sheets(agent, territory_id=town, count=2))
    assert first.number != second.number
    number, details = first.number, request_details(place)
    db.session.rollback()

    typed = number.lower().replace("-", " ")
    request = sheets.ask_from_sheet(agent, details=details, consent=ConsentMode.PAPER, number=typed)

    assert queries.get_request(request).channel is Channel.PAPER
    db.session.rollback()
    for wrong, refusal in ((number, SheetTyped), ("222-222", SheetUnknown)):
        with pytest.raises(refusal):
            sheets.ask_from_sheet(agent, details=details, consent=ConsentMode.PAPER, number=wrong)
    assert len(queries.list_requests_made_for(queries.get_request(request).requester_id)) == 1


def test_an_agent_prints_sheets_and_types_one(app: Flask, desk: tuple[FlaskClient, int]) -> None:
    agent, place = desk
    assert post_form(agent, "/entraide/feuilles", count="99").status_code == 422  # type: ignore[attr-defined]
    printed = post_form(agent, "/entraide/feuilles", count="2").location  # type: ignore[attr-defined]
    page = plain(agent.get(printed).get_data(as_text=True))
    numbers = re.findall(r'reply__number">([^<]+)<', page)
    assert len(set(numbers)) == 2
    assert page.count('class="qr"') == 2
    assert "Pas de feuille" in agent.get("/entraide/feuilles/imprimer").get_data(as_text=True)
    form = {
        "category": "shopping", "title": "Courses", "territory_id": place, "urgency": "today", "capacity": 1,
        "contact_name": NAME, "contact_phone": PHONE, "consent": "paper", "has_agreed": "true",
        "sheet_number": numbers[0], **near_dates(),
    }  # fmt: skip
    assert post_form(agent, "/entraide/demande-par-telephone", **form).status_code == 302  # type: ignore[attr-defined]
    again = post_form(agent, "/entraide/demande-par-telephone", **form)
    assert (again.status_code, "déjà saisie" in again.get_data(as_text=True)) == (422, True)  # type: ignore[attr-defined]


def test_a_button_pressed_twice_at_the_desk_asks_once_and_calls_once(
    app: Flask, desk: tuple[FlaskClient, int]
) -> None:
    agent, place = desk
    asked_for = {
        "category": "shopping", "title": "Courses", "territory_id": place, "urgency": "today", "capacity": 1,
        "contact_name": NAME, "contact_phone": PHONE, "consent": "oral", "has_agreed": "true", **near_dates(),
    }  # fmt: skip
    for path, form in (
        ("/entraide/demande-par-telephone", asked_for),
        ("/entraide/appels", {"name": "Odile", "phone": "06 00 00 00 01"}),
    ):
        key = re.search(r'name="idempotency_key" value="([^"]+)"', agent.get(path).get_data(as_text=True))
        assert key, path
        for _ in range(2):
            assert post_form(agent, path, idempotency_key=key.group(1), **form).status_code == 302  # type: ignore[attr-defined]

    with app.app_context():
        asked = db.session.scalars(sa.select(HelpRequest.id)).all()
        called = db.session.scalars(sa.select(CallBack.id).where(CallBack.request_id.is_(None))).all()
    assert (len(asked), len(called)) == (1, 1)

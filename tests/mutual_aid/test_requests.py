"""A resident asks for help; an agent asks for a person who telephoned and agreed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Person
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.mutual_aid import jobs, queries
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.errors import PlaceOutsideTown, RequestNotFound, WindowRefused
from civic.mutual_aid.jobs import CALLER_KEPT_FOR, forget_callers
from civic.mutual_aid.models import Consent, HelpRequest
from civic.mutual_aid.rules import CONSENT_TEXT_VERSION, ConsentMode, Contact, RequestState, Urgency, Window
from civic.mutual_aid.service.requests import ask_for_another, ask_for_help, cancel_request
from civic.territories import queries as territories
from tests.conftest import Role, actor_of, add_person, add_town
from tests.mutual_aid.making import NAME, PHONE, add_request, add_volunteer, request_details, state_of


def count(table: type) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
    db.session.rollback()
    return found


def test_a_request_is_the_residents_own_and_others_know_but_its_neighbourhood(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    odette = add_person("Odette", lives_in=place)

    request_id = ask_for_help(actor_of(odette), details=request_details(place))

    request = queries.get_request(request_id)
    assert (request.requester_id, request.author_id, request.consent) == (odette, odette, None)
    (public,) = queries.list_open_requests().items
    assert public.territory_name == "Quartier 0"
    assert not {"contact_name", "contact_phone", "contact_address", "requester_id"} & set(vars(public))


def test_who_lives_elsewhere_cannot_ask_here(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    _, (elsewhere, *_) = add_town()

    with pytest.raises(NotAllowed):
        ask_for_help(actor_of(add_person(lives_in=elsewhere)), details=request_details(place))

    assert count(HelpRequest) == 0


@pytest.mark.parametrize(
    ("begins", "lasts"),
    [(0, -1), (0, 0.2), (-10, 10), (24, 24 * 15), (24 * 61, 2)],
    ids=["ends before", "too short", "already over", "too long", "too far ahead"],
)
def test_an_impossible_window_is_refused(app_context: Flask, begins: float, lasts: float) -> None:
    _, (place, *_) = add_town()
    odette = actor_of(add_person(lives_in=place))
    start = utc_now() + timedelta(hours=begins)

    with pytest.raises(WindowRefused):
        ask_for_help(
            odette,
            details=request_details(place, window=Window(start, start + timedelta(hours=lasts))),
        )

    assert count(HelpRequest) == 0


def test_a_request_names_a_neighbourhood_and_not_the_whole_commune(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    odette = actor_of(add_person(lives_in=place))

    for wrong in (town, 999_999):
        with pytest.raises(PlaceOutsideTown):
            ask_for_help(odette, details=request_details(wrong))

    assert count(HelpRequest) == 0


def test_an_agent_reads_first_what_is_urgent_and_last_what_is_past(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    now, odette = utc_now(), add_person(lives_in=place)
    with time_machine.travel(now - timedelta(days=2), tick=False):
        past = add_request(odette, place)
    soon = add_request(odette, place, urgency=Urgency.FLEXIBLE, window=Window(now, now + timedelta(hours=2)))
    urgent = add_request(odette, place, urgency=Urgency.URGENT, window=Window(now, now + timedelta(hours=5)))

    listed = queries.list_watched_requests(
        territories.ids_within(town), states=frozenset(RequestState), at=now
    )

    assert [request.id for request in listed.items] == [urgent, soon, past]


def test_an_agent_asks_for_a_person_who_telephoned_and_her_consent_is_kept(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    nadia = add_person("Nadia", roles=((Role.AGENT, town),))

    request_id = ask_for_another(actor_of(nadia), details=request_details(place), consent=ConsentMode.PAPER)

    request = queries.get_request(request_id)
    person = db.session.get_one(Person, request.requester_id)
    consent = request.consent
    assert consent is not None
    assert (person.name, person.email, person.phone) == (NAME, None, PHONE)
    assert (request.author_id, request.follower_id, request.is_assisted) == (nadia, nadia, True)
    assert (consent.mode, consent.text_version, consent.recorded_by_id, consent.person_id) == (
        ConsentMode.PAPER,
        CONSENT_TEXT_VERSION,
        nadia,
        person.id,
    )


def test_a_person_who_telephones_again_is_recognised(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    nadia = actor_of(add_person("Nadia", roles=((Role.AGENT, town),)))
    before = count(Person)

    for name, phone in ((NAME, PHONE), (NAME.upper(), PHONE.replace(" ", "")), ("Jean Petit", PHONE)):
        details = request_details(place, contact=Contact(name, phone))
        ask_for_another(nadia, details=details, consent=ConsentMode.ORAL)

    assert count(Person) == before + 2


def test_only_an_agent_asks_for_another(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    before = (count(Person) + 1, 0, 0)

    with pytest.raises(NotAllowed):
        ask_for_another(
            actor_of(add_person(lives_in=place)), details=request_details(place), consent=ConsentMode.ORAL
        )

    assert (count(Person), count(HelpRequest), count(Consent)) == before


def test_a_request_is_cancelled_by_who_made_it_or_the_town_hall_and_by_nobody_else(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    odette, eve = (add_person(lives_in=place) for _ in range(2))
    agent = actor_of(add_person(roles=((Role.AGENT, town),)))
    first, second = add_request(odette, place), add_request(odette, place)

    with pytest.raises(RequestNotFound):
        cancel_request(actor_of(eve), request_id=first)
    assert state_of(first) is RequestState.ESCALATED
    cancel_request(actor_of(odette), request_id=first)
    cancel_request(agent, request_id=second)

    assert state_of(first) is state_of(second) is RequestState.CANCELLED
    assert queries.list_open_requests().items == []


def test_who_telephoned_is_forgotten_even_where_nobody_closed_her_request_and_not_while_she_telephones_again(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_person("Inès", roles=((Role.AGENT, town),)))
    telephoned = ask_for_another(agent, details=request_details(place), consent=ConsentMode.ORAL)
    caller = queries.get_request(telephoned).requester_id
    with transaction():
        queries.get_request(telephoned).state = RequestState.FILLED
    ends_at = queries.get_request(telephoned).ends_at
    assert forget_callers(ends_at + CALLER_KEPT_FOR - timedelta(days=1)) == 0

    def she_telephones_again(person_id: int) -> None:
        queries.get_request(telephoned).ends_at = ends_at + timedelta(days=30)
        db.session.flush()

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(jobs, "lock_caller", she_telephones_again)
        assert forget_callers(ends_at + CALLER_KEPT_FOR + timedelta(days=1)) == 0
    assert db.session.get_one(Person, caller, populate_existing=True).phone is not None

    assert forget_callers(ends_at + CALLER_KEPT_FOR + timedelta(days=31)) == 1
    assert db.session.get_one(Person, caller, populate_existing=True).phone is None


def test_who_telephoned_long_ago_is_forgotten_and_nobody_else(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_person("Inès", roles=((Role.AGENT, town),)))
    rose = add_person("Rose", lives_in=place)
    kept = ask_for_help(actor_of(rose), details=request_details(place))
    telephoned = ask_for_another(agent, details=request_details(place), consent=ConsentMode.ORAL)
    caller = queries.get_request(telephoned).requester_id
    in_a_year = utc_now() + CALLER_KEPT_FOR + timedelta(days=1)
    assert forget_callers(in_a_year) == 0  # her request still waits for somebody

    cancel_request(agent, request_id=telephoned)
    assert forget_callers(utc_now()) == 0
    assert forget_callers(in_a_year) == 1

    db.session.expire_all()
    emptied = queries.get_request(telephoned)
    assert (emptied.contact_name, emptied.contact_phone, emptied.contact_address) == ("", "", None)
    assert db.session.get_one(Person, caller).phone is None
    assert queries.get_request(kept).contact_phone == PHONE
    assert forget_callers(in_a_year) == 0


def test_a_neighbour_reads_what_is_sought_only_once_she_offers_help(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_person("Ada", lives_in=place)
    assert not can(actor_of(ada), MutualAidAction.LIST_REQUESTS, town)
    volunteer = add_volunteer(town, place, "Rose")

    assert can(actor_of(volunteer), MutualAidAction.LIST_REQUESTS, town)

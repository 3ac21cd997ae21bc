"""Volunteers are asked a few at a time, the nearest first; who stays silent is replaced; a person takes over in time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.service import people
from civic.kernel import outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.matching import queries
from civic.matching.rules import MatchState, request_state_from
from civic.matching.service.dispatch import TIMER, relaunch_search, settle_request
from civic.matching.service.duty import set_duty
from civic.matching.service.invitations import accept_invitation, decline_invitation
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.errors import RequestNotFound, WindowRefused, WrongTransition
from civic.mutual_aid.rules import Category, DayPart, OfferDetails, RequestState, Slot, Urgency, Window
from civic.mutual_aid.service.offers import offer_help
from civic.mutual_aid.service.requests import set_request_hidden
from civic.mutual_aid.volunteers.service import accept_charter
from civic.safeguarding.rules import AgeBand
from tests.conftest import Role, actor_of, add_person, add_town, build, dispose
from tests.mutual_aid.making import (
    add_request,
    add_volunteer,
    filled_of,
    in_hours,
    invitation_of,
    invitations,
    matches,
    state_of,
)

MONDAY_MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY_MORNING, tick=False) as traveller:
        yield traveller


def wait(clock: time_machine.Traveller, minutes: float) -> None:
    """Let time pass, and the relay deliver what is then due."""
    clock.shift(timedelta(minutes=minutes))
    while outbox.deliver_due():
        pass
    db.session.remove()


def timers() -> int:
    counted = sa.select(sa.func.count()).select_from(outbox.OutboxMessage).filter_by(kind=TIMER)
    found = db.session.scalar(counted) or 0
    db.session.rollback()
    return found


def test_the_nearest_neighbourhood_is_asked_first_whatever_the_order_of_arrival(app_context: Flask) -> None:
    town, (here, near, far) = add_town()
    distant, neighbour, close = (add_volunteer(town, place) for place in (far, near, here))

    request = add_request(add_person(lives_in=here), here, urgency=Urgency.FLEXIBLE)

    assert list(invitations(request)) == [close, neighbour]
    assert distant not in invitations(request)


def test_at_the_same_distance_who_was_asked_least_recently_comes_first(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    town, (here, *_) = add_town()
    first, second, third = (add_volunteer(town, here) for _ in range(3))
    owner = add_person(lives_in=here)
    assert list(invitations(add_request(owner, here, urgency=Urgency.FLEXIBLE))) == [first, second]
    clock.shift(timedelta(minutes=5))

    assert list(invitations(add_request(owner, here, urgency=Urgency.FLEXIBLE))) == [third, first]


@pytest.mark.parametrize(
    ("urgency", "asked", "silence"), [("urgent", 6, 10), ("today", 3, 40), ("flexible", 2, 240)]
)
def test_the_pace_follows_the_urgency_and_a_silent_volunteer_is_replaced(
    app_context: Flask, clock: time_machine.Traveller, urgency: str, asked: int, silence: int
) -> None:
    town, (here, *_) = add_town()
    volunteers = [add_volunteer(town, here) for _ in range(8)]
    request = add_request(
        add_person(lives_in=here),
        here,
        urgency=Urgency(urgency),
        window=Window(utc_now(), utc_now() + timedelta(hours=20)),
    )
    assert list(invitations(request)) == volunteers[:asked]

    wait(clock, silence - 1)
    assert set(invitations(request).values()) == {"sent"}
    wait(clock, 1)

    states = invitations(request)
    assert [states[person] for person in volunteers[:asked]] == ["expired"] * asked
    assert list(states) == volunteers[: min(8, 2 * asked)]


def test_a_refusal_asks_the_next_volunteer_at_once(app_context: Flask) -> None:
    town, (here, *_) = add_town()
    ada, bob, eve = (add_volunteer(town, here) for _ in range(3))
    request = add_request(add_person(lives_in=here), here, urgency=Urgency.FLEXIBLE)

    decline_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    assert invitations(request) == {ada: "declined", bob: "sent", eve: "sent"}
    assert timers() == 1


def test_a_timer_is_neither_forgotten_by_a_restart_nor_served_twice(
    sqlite_url: str, clock: time_machine.Traveller
) -> None:
    app = build(sqlite_url)
    with app.app_context():
        town, (here, *_) = add_town()
        for _ in range(4):
            add_volunteer(town, here)
        request = add_request(add_person(lives_in=here), here, urgency=Urgency.FLEXIBLE)
        row = db.session.scalars(sa.select(outbox.OutboxMessage).filter_by(kind=TIMER)).one()
        payload = dict(row.payload)
        db.session.rollback()
    dispose(app)

    again = build(sqlite_url)
    with again.app_context():
        wait(clock, 240)
        served = invitations(request)
        outbox._handlers[TIMER](payload)  # the relay died after the work and before it crossed the timer out

        assert list(served.values()) == ["expired", "expired", "sent", "sent"]
        assert invitations(request) == served
        assert timers() == 1
    dispose(again)


def test_a_timer_that_comes_late_does_all_that_was_due(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    town, (here, *_) = add_town()
    add_volunteer(town, here)
    request = add_request(add_person(lives_in=here), here, urgency=Urgency.URGENT)

    wait(clock, 60 * 24 * 3)

    assert state_of(request) is RequestState.EXPIRED
    assert list(invitations(request).values()) == ["expired"]
    assert timers() == 0


def test_with_nobody_to_ask_the_town_hall_takes_over_at_once(app_context: Flask) -> None:
    _, (here, *_) = add_town()

    request = add_request(add_person(lives_in=here), here)

    assert (state_of(request), invitations(request)) == (RequestState.ESCALATED, {})


def test_at_three_quarters_of_the_time_the_town_hall_takes_over_and_a_yes_still_counts(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    town, (here, *_) = add_town()
    ada, bob = (add_volunteer(town, here) for _ in range(2))
    request = add_request(
        add_person(lives_in=here),
        here,
        urgency=Urgency.FLEXIBLE,
        window=Window(utc_now(), utc_now() + timedelta(hours=4)),
    )
    wait(clock, 179)
    assert state_of(request) is RequestState.DISPATCHING

    wait(clock, 1)

    assert state_of(request) is RequestState.ESCALATED
    assert invitations(request) == {ada: "sent", bob: "sent"}
    accept_invitation(actor_of(bob), invitation_id=invitation_of(request, bob))
    assert (state_of(request), matches(request)) == (RequestState.FILLED, {bob: "accepted"})


def test_a_late_yes_is_welcome_while_nobody_else_came(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    town, (here, *_) = add_town()
    ada = add_volunteer(town, here)
    request = add_request(add_person(lives_in=here), here, urgency=Urgency.URGENT)
    wait(clock, 15)
    assert invitations(request) == {ada: "expired"}

    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    assert state_of(request) is RequestState.FILLED


def test_who_is_not_available_is_not_asked(app_context: Flask) -> None:
    town, (here, near, far) = add_town()
    for excluded in (
        {"is_on_duty": False},
        {"category": Category.PETS},
        {"area_ids": frozenset({near})},
        {"slots": frozenset({Slot(7, DayPart.EVENING)})},
    ):
        add_volunteer(town, here, **excluded)  # type: ignore[arg-type]
    add_volunteer(town, far, max_distance_metres=1_000)
    owner = add_volunteer(town, here)
    asked = [
        add_volunteer(town, here, slots=frozenset({Slot(1, DayPart.MORNING)})),
        add_volunteer(town, near, max_distance_metres=1_000),
    ]

    request = add_request(owner, here, urgency=Urgency.URGENT)

    assert list(invitations(request)) == asked


def test_an_offer_for_the_commune_by_its_name_is_for_each_of_its_neighbourhoods(app_context: Flask) -> None:
    town, (here, near, _) = add_town()
    ada = add_volunteer(town, near, area_ids=frozenset({town}))

    request = add_request(add_person(lives_in=here), here)

    assert list(invitations(request)) == [ada]
    offer = mutual_aid.list_offers(territory_id=here).items[0]
    assert (offer.area_ids, offer.area_names) == ((), ())


def test_who_is_expected_elsewhere_at_that_time_is_not_asked(app_context: Flask) -> None:
    town, (here, *_) = add_town()
    ada = add_volunteer(town, here)
    owner = add_person(lives_in=here)
    first = add_request(owner, here)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(first, ada))

    assert invitations(add_request(owner, here)) == {}
    tomorrow = Window(utc_now() + timedelta(hours=24), utc_now() + timedelta(hours=26))
    assert list(invitations(add_request(owner, here, window=tomorrow))) == [ada]


def test_the_members_of_an_association_are_asked_for_its_offer(app_context: Flask) -> None:
    town, (here, *_) = add_town()
    ada, bob = (add_person(name, lives_in=here) for name in ("Ada", "Bob"))
    organisation = people.add_organisation(
        name="Les Voisins", territory_id=town, member_ids=[ada, bob], is_verified=True
    )
    offer_help(
        actor_of(ada),
        territory_id=town,
        organisation_id=organisation,
        details=OfferDetails(category=Category.SHOPPING, title="Nos courses"),
        accepts_charter=True,
    )
    for person in (ada, bob):
        accept_charter(actor_of(person), age=AgeBand.ADULT)
        set_duty(actor_of(person), on=True)

    request = add_request(add_person(lives_in=here), here)

    assert list(invitations(request)) == [ada, bob]
    match_id = accept_invitation(actor_of(bob), invitation_id=invitation_of(request, bob))
    (presented,) = queries.present_matches([queries.get_match(match_id)], bob)
    assert presented.organisation_name == "Les Voisins"


def test_going_on_duty_lets_a_search_that_found_nobody_look_again(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    town, (here, *_) = add_town()
    ada = add_volunteer(town, here, is_on_duty=False)
    request = add_request(add_person(lives_in=here), here)
    assert state_of(request) is RequestState.ESCALATED

    set_duty(actor_of(ada), on=True)
    wait(clock, 0)

    assert (state_of(request), invitations(request)) == (RequestState.DISPATCHING, {ada: "sent"})


def test_a_hidden_request_asks_nobody_new(app_context: Flask) -> None:
    town, (here, *_) = add_town()
    ada, *_rest = [add_volunteer(town, here) for _ in range(3)]
    request = add_request(add_person(lives_in=here), here, urgency=Urgency.FLEXIBLE)
    set_request_hidden(request_id=request, is_hidden=True, now=utc_now())

    decline_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    assert list(invitations(request).values()) == ["declined", "sent"]


def test_an_expired_request_is_searched_again_and_nobody_is_asked_twice(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    town, (here, *_) = add_town()
    agent = actor_of(add_person(roles=((Role.AGENT, town),)))
    ada = add_volunteer(town, here)
    request = add_request(add_person(lives_in=here), here, urgency=Urgency.URGENT)
    wait(clock, 60 * 9)
    bob = add_volunteer(town, here)
    assert state_of(request) is RequestState.EXPIRED
    with pytest.raises(WindowRefused):
        relaunch_search(agent, request_id=request)
    assert state_of(request) is RequestState.EXPIRED

    relaunch_search(agent, request_id=request, window=in_hours(0, 3))

    assert invitations(request) == {ada: "sent", bob: "sent"}  # ada too: for these hours she was not asked
    assert state_of(request) is RequestState.DISPATCHING


def test_only_the_town_hall_settles_and_only_what_waits_for_it(app_context: Flask) -> None:
    town, (here, *_) = add_town()
    agent = actor_of(add_person(roles=((Role.AGENT, town),)))
    owner, stranger = add_person(lives_in=here), add_person(lives_in=here)
    request = add_request(owner, here)

    with pytest.raises(NotAllowed):
        settle_request(actor_of(owner), request_id=request)
    with pytest.raises(RequestNotFound):
        settle_request(actor_of(stranger), request_id=request)
    assert state_of(request) is RequestState.ESCALATED
    settle_request(agent, request_id=request)
    assert state_of(request) is RequestState.CLOSED
    with pytest.raises(WrongTransition):
        relaunch_search(agent, request_id=request)


def test_when_the_time_is_over_the_volunteers_found_go_on(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    town, (here, *_) = add_town()
    ada, bob = (add_volunteer(town, here) for _ in range(2))
    request = add_request(add_person(lives_in=here), here, capacity=2, urgency=Urgency.FLEXIBLE)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    wait(clock, 60 * 8)

    assert (state_of(request), filled_of(request)) == (RequestState.FILLED, 1)
    assert invitations(request)[bob] in ("expired", "superseded")


def test_the_state_of_a_request_follows_from_its_matches() -> None:
    accepted, started, done, confirmed, gone = (
        MatchState.ACCEPTED,
        MatchState.STARTED,
        MatchState.DONE_BY_VOLUNTEER,
        MatchState.CONFIRMED,
        MatchState.WITHDRAWN,
    )

    assert request_state_from([accepted, gone]) is RequestState.FILLED
    assert request_state_from([accepted, started]) is RequestState.IN_PROGRESS
    assert request_state_from([accepted, confirmed]) is RequestState.IN_PROGRESS
    assert request_state_from([done, confirmed]) is RequestState.DONE_CLAIMED
    assert request_state_from([confirmed, gone]) is RequestState.CLOSED

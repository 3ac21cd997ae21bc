"""A request is given to as many volunteers as it asks for, and no more, under any concurrency."""

from collections import Counter
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.matching import rules
from civic.matching.errors import InvitationAnswered, InvitationNotFound, RequestNotSeeking, RequestTaken
from civic.matching.pace import DispatchPace
from civic.matching.service.invitations import accept_invitation, decline_invitation
from civic.mutual_aid import queries
from civic.mutual_aid.errors import RequestMoved
from civic.mutual_aid.rules import RequestState, Urgency
from civic.mutual_aid.service.requests import cancel_request
from tests.conftest import actor_of, add_person, add_town
from tests.mutual_aid.making import (
    add_request,
    add_volunteer,
    filled_of,
    invitation_of,
    invitations,
    matches,
    state_of,
)
from tests.statements import statements_of
from tests.together import outcomes_at_once


@pytest.fixture
def everyone_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A commune whose pace asks twenty volunteers at the same time."""
    pace = DispatchPace(live_invitations=dict.fromkeys(Urgency, 20))
    monkeypatch.setattr("civic.matching.pace.PACE", pace)


def accepting(actor: Actor, invitation_id: int) -> Callable[[], object]:
    return lambda: accept_invitation(actor, invitation_id=invitation_id)


@pytest.mark.usefixtures("everyone_asked")
def test_of_twenty_volunteers_who_accept_at_once_one_has_it_and_nineteen_are_told_taken(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    volunteers = [add_volunteer(town, place) for _ in range(20)]
    request = add_request(add_person(lives_in=place), place)
    commands = [accepting(actor_of(person), invitation_of(request, person)) for person in volunteers]
    db.session.remove()

    outcomes = outcomes_at_once(app_context, commands)

    assert outcomes == {"ok": 1, "taken": 19}
    assert len(matches(request)) == filled_of(request) == 1
    assert Counter(invitations(request).values()) == {"accepted": 1, "superseded": 19}
    assert state_of(request) is RequestState.FILLED


@pytest.mark.usefixtures("everyone_asked")
def test_who_says_yes_by_two_doors_while_others_wait_too_is_never_told_that_somebody_else_was_first(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    volunteers = [add_volunteer(town, place) for _ in range(8)]
    request = add_request(add_person(lives_in=place), place)
    commands = [accepting(actor_of(person), invitation_of(request, person)) for person in volunteers]
    db.session.remove()

    outcomes = outcomes_at_once(
        app_context, [command for command in commands for _ in ("app", "text message")]
    )

    assert outcomes == {"ok": 2, "taken": 14}
    assert len(matches(request)) == filled_of(request) == 1


@pytest.mark.usefixtures("everyone_asked")
def test_those_who_wait_while_a_place_is_taken_have_the_places_that_are_left(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    volunteers = [add_volunteer(town, place) for _ in range(10)]
    request = add_request(add_person(lives_in=place), place, capacity=3)
    commands = [accepting(actor_of(person), invitation_of(request, person)) for person in volunteers]
    db.session.remove()

    outcomes = outcomes_at_once(app_context, commands)

    assert outcomes == {"ok": 3, "taken": 7}
    assert len(matches(request)) == filled_of(request) == 3


def test_however_many_were_asked_taking_it_back_from_them_costs_the_same_statements(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, (place, *_) = add_town()
    for _ in range(12):
        add_volunteer(town, place)

    def cost_of_a_yes(asked: int) -> int:
        pace = DispatchPace(live_invitations=dict.fromkeys(Urgency, asked))
        monkeypatch.setattr("civic.matching.pace.PACE", pace)
        request = add_request(add_person(lives_in=place), place)
        invited = invitations(request)
        assert len(invited) == asked
        first = next(iter(invited))
        actor, invitation = actor_of(first), invitation_of(request, first)
        with statements_of(db.engine) as seen:
            accept_invitation(actor, invitation_id=invitation)
        return len(seen)

    assert cost_of_a_yes(3) == cost_of_a_yes(11)


@pytest.mark.usefixtures("everyone_asked")
def test_three_of_ten_have_it_when_three_are_needed(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    volunteers = [add_volunteer(town, place) for _ in range(10)]
    request = add_request(add_person(lives_in=place), place, capacity=3)
    commands = [accepting(actor_of(person), invitation_of(request, person)) for person in volunteers]
    db.session.remove()

    outcomes = outcomes_at_once(app_context, commands)

    assert outcomes == {"ok": 3, "taken": 7}
    assert len(matches(request)) == filled_of(request) == 3


@pytest.mark.usefixtures("everyone_asked")
def test_the_same_yes_from_two_tabs_at_once_is_one_match(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place)
    request = add_request(add_person(lives_in=place), place, capacity=3)
    command = accepting(actor_of(ada), invitation_of(request, ada))
    db.session.remove()

    outcomes = outcomes_at_once(app_context, [command] * 4)

    assert outcomes == {"ok": 4}
    assert matches(request) == {ada: "accepted"}
    assert filled_of(request) == 1


@pytest.mark.parametrize("round_number", range(3))
def test_of_a_yes_and_a_cancellation_of_what_was_seen_exactly_one_wins(
    app_context: Flask, round_number: int
) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place)
    owner = add_person(lives_in=place)
    request = add_request(owner, place)
    owner_actor = actor_of(owner)
    commands = [
        accepting(actor_of(ada), invitation_of(request, ada)),
        lambda: cancel_request(owner_actor, request_id=request, state_seen=RequestState.DISPATCHING),
    ]
    db.session.remove()

    outcomes = outcomes_at_once(app_context, commands)

    if state_of(request) is RequestState.CANCELLED:
        assert outcomes == {"ok": 1, "request_not_seeking": 1}
        assert matches(request) == {}
    else:
        assert outcomes == {"ok": 1, "request_moved": 1}
        assert matches(request) == {ada: "accepted"}


def test_a_second_yes_gives_the_same_match(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place)
    request = add_request(add_person(lives_in=place), place)
    invitation = invitation_of(request, ada)

    first = accept_invitation(actor_of(ada), invitation_id=invitation)

    assert accept_invitation(actor_of(ada), invitation_id=invitation) == first
    assert filled_of(request) == 1


def test_who_was_not_asked_cannot_accept_and_nothing_changes(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, stranger = add_volunteer(town, place), add_person(lives_in=place)
    request = add_request(add_person(lives_in=place), place)

    with pytest.raises(InvitationNotFound):
        accept_invitation(actor_of(stranger), invitation_id=invitation_of(request, ada))

    assert (matches(request), state_of(request)) == ({}, RequestState.DISPATCHING)


def test_who_declined_is_not_matched_by_a_later_yes(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob = (add_volunteer(town, place) for _ in range(2))
    request = add_request(add_person(lives_in=place), place)
    decline_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    decline_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    with pytest.raises(InvitationAnswered):
        accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    assert matches(request) == {}
    assert invitations(request) == {ada: "declined", bob: "sent"}


def test_a_yes_to_what_is_taken_says_so_and_changes_nothing(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob = (add_volunteer(town, place) for _ in range(2))
    owner = add_person(lives_in=place)
    request = add_request(owner, place)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    with pytest.raises(RequestTaken):
        accept_invitation(actor_of(bob), invitation_id=invitation_of(request, bob))
    assert matches(request) == {ada: "accepted"}


def test_a_cancelled_request_takes_nobody_and_releases_who_had_said_yes(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob = (add_volunteer(town, place) for _ in range(2))
    owner = add_person(lives_in=place)
    request = add_request(owner, place, capacity=2)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    cancel_request(actor_of(owner), request_id=request)
    cancel_request(actor_of(owner), request_id=request)

    with pytest.raises(RequestNotSeeking):
        accept_invitation(actor_of(bob), invitation_id=invitation_of(request, bob))
    assert matches(request) == {ada: "released"}
    assert invitations(request) == {ada: "accepted", bob: "superseded"}


def test_cancelling_what_somebody_just_accepted_asks_to_look_again(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place)
    owner = add_person(lives_in=place)
    request = add_request(owner, place)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    with pytest.raises(RequestMoved):
        cancel_request(actor_of(owner), request_id=request, state_seen=RequestState.DISPATCHING)

    assert matches(request) == {ada: "accepted"}


def test_every_state_of_an_invitation_and_of_a_match_is_in_its_table() -> None:
    assert set(rules.INVITATION_TRANSITIONS) == set(rules.InvitationState)
    assert set(rules.MATCH_TRANSITIONS) == set(rules.MatchState)


def test_a_yes_after_the_last_minute_is_refused_though_no_timer_has_run(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, odette = add_volunteer(town, place), add_person(lives_in=place)
    request = add_request(odette, place)
    asked, ends_at = invitation_of(request, ada), queries.get_request(request).ends_at
    db.session.rollback()

    with time_machine.travel(ends_at, tick=False), pytest.raises(RequestNotSeeking):
        accept_invitation(actor_of(ada), invitation_id=asked)
    db.session.rollback()

    assert (matches(request), filled_of(request)) == ({}, 0)

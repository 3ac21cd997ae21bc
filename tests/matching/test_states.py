"""Invitations that wait for the morning, volunteers who do not come, and two promises for one hour."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.exc import IntegrityError

from civic.kernel import outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching import queries
from civic.matching.errors import AlreadyEngaged, InvitationNotFound, TooEarlyToMiss
from civic.matching.models import EngagedQuarter, Invitation, Match
from civic.matching.pace import DispatchPace
from civic.matching.rules import MatchState, claimed_quarters
from civic.matching.service.duty import set_duty
from civic.matching.service.invitations import (
    accept_invitation,
    decline_invitation,
    get_received_invitation,
    note_seen,
)
from civic.matching.service.matches import deny_match, withdraw_from_match
from civic.mutual_aid.models import Charter, HelpRequest, Offer
from civic.mutual_aid.rules import OfferState, RequestState, Urgency, Window
from civic.mutual_aid.service.offers import set_offer_state
from tests.conftest import actor_of, add_person, add_town
from tests.mutual_aid.making import (
    add_request,
    add_volunteer,
    filled_of,
    in_minutes,
    invitation_of,
    invitations,
    matches,
    state_of,
)
from tests.together import outcomes_at_once

MONDAY_MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LATE = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # half past ten in the evening, in Paris
EIGHT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY_MORNING, tick=False) as traveller:
        yield traveller


def wait_until(clock: time_machine.Traveller, instant: datetime) -> None:
    clock.move_to(instant)
    while outbox.deliver_due():
        pass
    db.session.remove()


def mails_to(person: int) -> int:
    from civic.notifications.models import Notification

    found = db.session.scalar(sa.select(sa.func.count()).where(Notification.person_id == person)) or 0
    db.session.rollback()
    return found


def tomorrow() -> Window:
    return Window(utc_now(), utc_now() + timedelta(hours=30))


def test_a_volunteer_chosen_at_night_is_told_when_her_quiet_hours_end(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    clock.move_to(LATE)
    town, (here, *_) = add_town()
    ada = add_volunteer(town, here, has_usual_limits=True)

    request = add_request(add_person(lives_in=here), here, urgency=Urgency.FLEXIBLE, window=tomorrow())

    assert invitations(request) == {ada: "queued"}
    assert state_of(request) is RequestState.DISPATCHING
    assert (mails_to(ada), queries.count_waiting_invitations(ada)) == (0, 0)
    with pytest.raises(InvitationNotFound):
        get_received_invitation(actor_of(ada), invitation_of(request, ada))
    progress = queries.get_progress(request)
    assert (progress.asked, progress.queued, progress.next_step_at) == (0, 1, EIGHT)

    wait_until(clock, EIGHT)

    assert invitations(request) == {ada: "sent"}
    assert mails_to(ada) == 1
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    assert state_of(request) is RequestState.FILLED


def test_what_is_urgent_wakes_nobody_and_calls_the_town_hall(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    clock.move_to(LATE)
    town, (here, *_) = add_town()
    add_volunteer(town, here, has_usual_limits=True)

    request = add_request(add_person(lives_in=here), here, urgency=Urgency.URGENT, window=tomorrow())

    assert invitations(request) == {}
    assert state_of(request) is RequestState.ESCALATED


def test_who_went_off_duty_during_the_night_is_not_asked_in_the_morning(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    clock.move_to(LATE)
    town, (here, *_) = add_town()
    ada = add_volunteer(town, here, has_usual_limits=True)
    bob = add_volunteer(town, here, is_on_duty=False)
    request = add_request(add_person(lives_in=here), here, urgency=Urgency.FLEXIBLE, window=tomorrow())
    set_duty(actor_of(ada), on=False)
    set_duty(actor_of(bob), on=True)

    wait_until(clock, EIGHT)

    assert invitations(request) == {ada: "failed", bob: "sent"}
    assert mails_to(ada) == 0


def test_who_paused_her_offer_during_the_night_or_is_no_longer_cleared_is_not_asked_in_the_morning(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    clock.move_to(LATE)
    town, (here, *_) = add_town()
    ada, eve = (add_volunteer(town, here, name, has_usual_limits=True) for name in ("Ada", "Eve"))
    request = add_request(
        add_person(lives_in=here), here, urgency=Urgency.FLEXIBLE, capacity=2, window=tomorrow()
    )
    assert invitations(request) == {ada: "queued", eve: "queued"}
    offer = db.session.scalars(sa.select(Offer.id).filter_by(author_id=ada)).one()
    set_offer_state(actor_of(ada), offer_id=offer, state=OfferState.PAUSED)
    with transaction():
        db.session.execute(sa.delete(Charter).filter_by(person_id=eve))

    wait_until(clock, EIGHT)

    assert invitations(request) == {ada: "failed", eve: "failed"}
    assert (mails_to(ada), mails_to(eve)) == (0, 0)


def test_an_invitation_that_was_never_sent_is_taken_back_without_a_word(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    clock.move_to(LATE)
    town, (here, *_) = add_town()
    bob = add_volunteer(town, here)
    ada = add_volunteer(town, here, has_usual_limits=True)
    request = add_request(add_person(lives_in=here), here, urgency=Urgency.FLEXIBLE, window=tomorrow())
    assert invitations(request) == {bob: "sent", ada: "queued"}

    accept_invitation(actor_of(bob), invitation_id=invitation_of(request, bob))

    assert invitations(request) == {bob: "accepted", ada: "superseded"}
    assert mails_to(ada) == 0


def test_nobody_is_asked_more_often_in_a_week_than_she_wants(app_context: Flask) -> None:
    town, (here, *_) = add_town()
    ada = add_volunteer(town, here, has_usual_limits=True)
    owner = add_person(lives_in=here)

    asked = [invitations(add_request(owner, here)) for _ in range(6)]

    assert asked == [{ada: "sent"}] * 5 + [{}]


def test_the_budget_of_a_request_is_not_passed(app_context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civic.matching.pace.PACE", DispatchPace(request_budget=3))
    town, (here, *_) = add_town()
    volunteers = [add_volunteer(town, here) for _ in range(6)]
    request = add_request(add_person(lives_in=here), here, urgency=Urgency.FLEXIBLE)
    for person in volunteers[:3]:
        decline_invitation(actor_of(person), invitation_id=invitation_of(request, person))

    assert invitations(request) == dict.fromkeys(volunteers[:3], "declined")
    assert state_of(request) is RequestState.ESCALATED


def test_the_search_goes_on_beside_the_town_hall_and_widens(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    town, (here, *_) = add_town()
    for _ in range(12):
        add_volunteer(town, here)
    request = add_request(add_person(lives_in=here), here, urgency=Urgency.FLEXIBLE)  # eight hours
    assert len(invitations(request)) == 2

    wait_until(clock, MONDAY_MORNING + timedelta(hours=5, minutes=59))
    before_widening = [state for state in invitations(request).values() if state == "sent"]
    wait_until(clock, MONDAY_MORNING + timedelta(hours=6))
    live = [state for state in invitations(request).values() if state == "sent"]

    assert len(before_widening) == 2
    assert len(live) == 4
    assert state_of(request) is RequestState.ESCALATED
    before = len(invitations(request))
    asked = next(person for person, state in invitations(request).items() if state == "sent")
    decline_invitation(actor_of(asked), invitation_id=invitation_of(request, asked))
    assert len(invitations(request)) == before + 1
    assert state_of(request) is RequestState.ESCALATED


def test_why_somebody_was_chosen_is_kept_with_the_invitation(app_context: Flask) -> None:
    town, (here, near, _) = add_town()
    ada = add_volunteer(town, near)
    request = add_request(add_person(lives_in=here), here)

    received = get_received_invitation(actor_of(ada), invitation_of(request, ada))

    assert received.reasons is not None
    assert (received.reasons.invited_in_week, received.reasons.has_helped) == (0, False)
    assert 0 < received.reasons.likelihood < 1


def test_reading_an_invitation_is_a_sign_of_life_written_once(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    town, (here, *_) = add_town()
    ada, bob = add_volunteer(town, here), add_volunteer(town, here)
    request = add_request(add_person(lives_in=here), here)
    invitation = invitation_of(request, ada)

    note_seen(actor_of(bob), invitation_ids={invitation})
    assert seen_at(invitation) is None
    note_seen(actor_of(ada), invitation_ids={invitation})
    clock.shift(timedelta(minutes=5))
    note_seen(actor_of(ada), invitation_ids={invitation})

    assert seen_at(invitation) == MONDAY_MORNING


def seen_at(invitation_id: int) -> datetime | None:
    found = db.session.scalars(sa.select(Invitation.seen_at).filter_by(id=invitation_id)).one()
    db.session.rollback()
    return found


# Two promises for one hour


def asked_twice(capacity: int = 1) -> tuple[int, list[int]]:
    """A volunteer with two live invitations for the same hours. Returns her id and the requests."""
    town, (here, *_) = add_town()
    ada = add_volunteer(town, here)
    owners = [add_person(lives_in=here) for _ in range(2)]
    return ada, [add_request(owner, here, capacity=capacity) for owner in owners]


def test_two_promises_for_the_same_hours_are_refused_and_the_place_stays_free(app_context: Flask) -> None:
    ada, (first, second) = asked_twice()
    accept_invitation(actor_of(ada), invitation_id=invitation_of(first, ada))

    with pytest.raises(AlreadyEngaged):
        accept_invitation(actor_of(ada), invitation_id=invitation_of(second, ada))
    db.session.rollback()

    assert (filled_of(second), matches(second), invitations(second)) == (0, {}, {ada: "sent"})
    withdraw_from_match(actor_of(ada), match_id=match_of(first, ada))
    accept_invitation(actor_of(ada), invitation_id=invitation_of(second, ada))
    assert matches(second) == {ada: "accepted"}


def match_of(request: int, person: int) -> int:
    found = db.session.scalars(sa.select(Match.id).filter_by(request_id=request, volunteer_id=person)).one()
    db.session.rollback()
    return found


def test_two_promises_made_at_the_same_moment_are_one(app_context: Flask) -> None:
    ada, requests = asked_twice()
    actor, ids = actor_of(ada), [invitation_of(request, ada) for request in requests]
    outcomes = outcomes_at_once(
        app_context, [partial(accept_invitation, actor, invitation_id=each) for each in ids]
    )

    assert outcomes == {"already_engaged": 1, "ok": 1}
    assert sorted(filled_of(request) for request in requests) == [0, 1]
    quarters = db.session.scalar(sa.select(sa.func.count()).select_from(EngagedQuarter))
    assert quarters == len(claimed_quarters(Window(utc_now(), in_minutes(8 * 60))))


def test_no_two_matches_hold_one_place_whatever_is_counted(app_context: Flask) -> None:
    ada, (request, _) = asked_twice(capacity=2)
    bob = add_person()
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    with pytest.raises(IntegrityError), transaction():
        db.session.add(
            Match(
                request_id=request,
                volunteer_id=bob,
                state=MatchState.ACCEPTED,
                place=1,
                created_at=utc_now(),
                changed_at=utc_now(),
            )
        )
    db.session.rollback()

    assert matches(request) == {ada: "accepted"}


# Who does not come


def urgency_of(request: int) -> Urgency:
    found = db.session.scalars(sa.select(HelpRequest.urgency).filter_by(id=request)).one()
    db.session.rollback()
    return found


def accepted(window: Window, urgency: Urgency = Urgency.FLEXIBLE) -> tuple[int, int, int, int, int]:
    """Ada promised to help Odette; Bob could have. Returns (Odette, Ada, Bob, the request, the match)."""
    town, (here, *_) = add_town()
    ada = add_volunteer(town, here, "Ada")
    odette = add_person("Odette", lives_in=here)
    request = add_request(odette, here, window=window, urgency=urgency)
    match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    bob = add_volunteer(town, here, "Bob")
    return odette, ada, bob, request, match


def test_who_says_early_that_she_cannot_come_leaves_the_request_as_urgent_as_it_was(
    app_context: Flask,
) -> None:
    _, ada, bob, request, match = accepted(Window(in_minutes(24 * 60), in_minutes(26 * 60)))

    withdraw_from_match(actor_of(ada), match_id=match)

    assert urgency_of(request) is Urgency.FLEXIBLE
    assert invitations(request) == {ada: "accepted", bob: "sent"}


def test_who_says_it_late_makes_it_more_urgent_and_is_not_asked_again(app_context: Flask) -> None:
    _, ada, bob, request, match = accepted(Window(in_minutes(60), in_minutes(180)), Urgency.TODAY)

    withdraw_from_match(actor_of(ada), match_id=match)

    assert urgency_of(request) is Urgency.URGENT
    assert invitations(request) == {ada: "accepted", bob: "sent"}


def test_when_nobody_comes_somebody_else_is_sought_among_those_who_were_not_asked(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    odette, ada, bob, request, match = accepted(Window(in_minutes(60), in_minutes(300)))
    clock.shift(timedelta(minutes=74))  # who is a quarter of an hour late has not stayed away
    with pytest.raises(TooEarlyToMiss):
        deny_match(actor_of(odette), match_id=match)
    db.session.rollback()
    assert matches(request) == {ada: "accepted"}
    clock.shift(timedelta(minutes=16))

    deny_match(actor_of(odette), match_id=match)
    deny_match(actor_of(odette), match_id=match)

    assert (matches(request), filled_of(request)) == ({ada: "no_show"}, 0)
    assert invitations(request) == {ada: "accepted", bob: "sent"}
    assert (state_of(request), urgency_of(request)) == (RequestState.DISPATCHING, Urgency.TODAY)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EngagedQuarter)) == 0
    db.session.rollback()
    accept_invitation(actor_of(bob), invitation_id=invitation_of(request, bob))
    assert matches(request) == {ada: "no_show", bob: "accepted"}


def test_who_says_yes_after_the_hour_began_has_her_quarter_of_an_hour_too(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    odette, ada, _, request, match = accepted(Window(in_minutes(-30), in_minutes(300)))
    clock.shift(timedelta(minutes=14))
    with pytest.raises(TooEarlyToMiss):
        deny_match(actor_of(odette), match_id=match)
    db.session.rollback()
    assert matches(request) == {ada: "accepted"}
    clock.shift(timedelta(minutes=1))

    deny_match(actor_of(odette), match_id=match)

    assert matches(request) == {ada: "no_show"}


def test_when_nobody_came_and_the_hour_is_over_the_town_hall_is_called(
    app_context: Flask, clock: time_machine.Traveller
) -> None:
    odette, ada, _, request, match = accepted(Window(in_minutes(60), in_minutes(300)))
    clock.shift(timedelta(minutes=301))

    deny_match(actor_of(odette), match_id=match)

    assert (state_of(request), matches(request)) == (RequestState.ESCALATED, {ada: "no_show"})

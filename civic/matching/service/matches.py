"""A match, from the yes to the thanks: contact, start, done, withdrawal."""

from datetime import datetime

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotSignedIn
from civic.kernel.transaction import publish, transaction
from civic.matching import queries, rules
from civic.matching.access import MatchingAction
from civic.matching.errors import MatchEnded, MatchNotFound, TooEarlyToMiss, WrongStep
from civic.matching.events import (
    ContactSeen,
    MatchCompleted,
    MatchDenied,
    MatchDoneClaimed,
    MatchFact,
    MatchMissed,
    MatchReleased,
    MatchReopened,
    MatchStarted,
    MatchTakenOff,
    MatchWithdrawn,
)
from civic.matching.hours import writing
from civic.matching.hours.rules import hours_by_button
from civic.matching.models import ContactSight, EngagedQuarter, Match
from civic.matching.queries import Side
from civic.matching.rules import ENGAGED, LIVE_MATCH, MatchState
from civic.matching.service.dispatch import (
    begin_search,
    call_town_hall,
    follow_matches,
    step,
    supersede_invitations,
)
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.errors import RequestNotFound
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import SEEKING, Contact, RequestState
from civic.mutual_aid.service.requests import move_request


def get_followed_match(actor: Actor, match_id: int) -> Side:
    """Return a match to its two sides (an agent speaks for somebody who telephoned); to everybody else it does not exist.

    Raises:
        NotSignedIn: nobody is signed in.
        MatchNotFound: there is none, or it is between others.
    """
    if not actor.is_signed_in:
        raise NotSignedIn
    side = queries.get_side(match_id)
    if not can(actor, MatchingAction.FOLLOW_MATCH, side):
        raise MatchNotFound
    return side


def see_contact(actor: Actor, *, match_id: int) -> Contact:
    """Show the other side's name, telephone number and address, and write down who saw it, in the same transaction.

    Raises:
        MatchNotFound: there is none, or it is between others.
        MatchEnded: it is over.
    """
    now = utc_now()
    with transaction():
        side = get_followed_match(actor, match_id)
        if side.state not in LIVE_MATCH:
            raise MatchEnded
        is_volunteer = actor.id == side.volunteer_id
        subject = (
            (side.requester_id, side.follower_id) if is_volunteer else (side.volunteer_id, side.volunteer_id)
        )
        _write_sight(actor, side.request_id, match_id, subject, now)
        if is_volunteer:
            return _contact_of(mutual_aid.get_request(side.request_id))
        volunteer = accounts.get_person(side.volunteer_id)
        return Contact(name=volunteer.name, phone=volunteer.phone or "")


def see_request_contact(actor: Actor, *, request_id: int) -> Contact:
    """Show an agent how to reach a person whose request the town hall takes care of, and write down that it was seen.

    To who made it for herself it is shown without a word in the list of who saw it.

    Raises:
        RequestNotFound: there is none, or it is somebody else's and the actor is not an agent there.
    """
    now = utc_now()
    with transaction():
        request = mutual_aid.get_request(request_id)
        if actor.is_signed_in and request.requester_id == actor.person_id:
            return _contact_of(request)
        if not can(actor, MatchingAction.SEE_REQUEST_CONTACT, request):
            raise RequestNotFound
        _write_sight(actor, request_id, None, (request.requester_id, request.follower_id), now)
        return _contact_of(request)


def _contact_of(request: HelpRequest) -> Contact:
    return Contact(request.contact_name, request.contact_phone, request.contact_address)


def _write_sight(
    actor: Actor, request_id: int, match_id: int | None, subject: tuple[int, int], now: datetime
) -> None:
    subject_id, follower_id = subject
    sight = ContactSight(
        request_id=request_id,
        match_id=match_id,
        viewer_id=actor.id,
        subject_person_id=subject_id,
        seen_at=now,
    )
    db.session.add(sight)
    db.session.flush()
    publish(
        ContactSeen(
            occurred_at=now,
            actor_id=actor.id,
            request_id=request_id,
            match_id=match_id,
            subject_person_id=subject_id,
            follower_id=follower_id,
        )
    )


def start_match(actor: Actor, *, match_id: int) -> None:
    """Say, as the volunteer, that one is on the way. Saying it again changes nothing.

    Raises:
        MatchNotFound, NotAllowed.
        WrongStep: the match is further on.
    """
    now = utc_now()
    with transaction():
        side, request, match = lock_match(actor, match_id)
        require(actor, MatchingAction.CARRY_OUT_MATCH, side)
        if match.state is MatchState.STARTED:
            return
        move_match(match, MatchState.STARTED, now)
        publish(fact_of(MatchStarted, side, actor.id, now))
        follow_matches(request, now=now, actor_id=actor.id)


def complete_match(actor: Actor, *, match_id: int, minutes: int | None = None) -> None:
    """Say that it is done: the volunteer, who is then to be confirmed, or the side that was helped, who thereby confirms it.

    Of a volunteer who said when she arrived, the hours are noted by it. Saying it again changes nothing.

    Args:
        minutes: how long it took, as the side that was helped confirms it; the volunteer notes hours by ``hours.note_hours``.

    Raises:
        MatchNotFound: there is none, or it is between others.
        WrongStep: it ended otherwise.
        HoursRefused: it is no sensible length.
    """
    now = utc_now()
    with transaction():
        side, request, match = lock_match(actor, match_id)
        kind, state = (
            (MatchDoneClaimed, MatchState.DONE_BY_VOLUNTEER)
            if actor.id == side.volunteer_id
            else (MatchCompleted, MatchState.CONFIRMED)
        )
        if match.state in (state, MatchState.CONFIRMED):
            return
        move_match(match, state, now)
        if state is MatchState.CONFIRMED:
            writing.confirm(match, request.window, minutes, now)
        elif match.helped_from is None and match.arrived_at is not None:
            writing.note(match, hours_by_button(match.arrived_at, request.window, now=now))
        publish(fact_of(kind, side, actor.id, now))
        follow_matches(request, now=now, actor_id=actor.id)


def reopen_match(actor: Actor, *, match_id: int) -> None:
    """Say, as the side that is helped, that what the volunteer announced as done is not finished. Saying it again changes nothing.

    Raises:
        MatchNotFound, NotAllowed.
        WrongStep: it was not announced as done, or ended otherwise.
    """
    now = utc_now()
    with transaction():
        side, request, match = lock_match(actor, match_id)
        require(actor, MatchingAction.CONTEST_MATCH, side)
        if match.state is MatchState.STARTED:
            return
        _move_claimed(match, MatchState.STARTED, now)
        match.helped_from = match.helped_until = None  # it goes on: the hours end later
        publish(fact_of(MatchReopened, side, actor.id, now))
        follow_matches(request, now=now, actor_id=actor.id)


def deny_match(actor: Actor, *, match_id: int) -> None:
    """Say, as the side that was to be helped, that nobody came. Saying it again changes nothing.

    Where the volunteer announced that it was done, the town hall takes the request over. Where she said nothing and is late by more than
    some minutes, somebody else is sought, as something more urgent, among those who were not asked.

    Raises:
        MatchNotFound, NotAllowed.
        TooEarlyToMiss: the hour has not come, or has just come.
        WrongStep: it ended otherwise.
    """
    now = utc_now()
    with transaction():
        side, request, match = lock_match(actor, match_id)
        require(actor, MatchingAction.CONTEST_MATCH, side)
        if match.state in (MatchState.DISPUTED, MatchState.NO_SHOW):
            return
        if match.state is MatchState.DONE_BY_VOLUNTEER:
            move_match(match, MatchState.DISPUTED, now)
            mutual_aid.free_place(request.id)
            publish(fact_of(MatchDenied, side, actor.id, now))
            call_town_hall(request, "nobody_came", now)
            return
        if match.state not in ENGAGED:
            raise WrongStep
        may_from = rules.missed_from(request.window, promised_at=match.created_at)
        if now < may_from:
            raise TooEarlyToMiss(missed_from=may_from)
        move_match(match, MatchState.NO_SHOW, now)
        mutual_aid.free_place(request.id)
        publish(fact_of(MatchMissed, side, actor.id, now))
        _seek_again(request, now=now, actor_id=actor.id)


def _move_claimed(match: Match, state: MatchState, now: datetime) -> None:
    if match.state is not MatchState.DONE_BY_VOLUNTEER:
        raise WrongStep
    move_match(match, state, now)


def withdraw_from_match(actor: Actor, *, match_id: int) -> None:
    """Say, as the volunteer, that one cannot come after all: the request seeks somebody again. Saying it again changes nothing.

    Raises:
        MatchNotFound, NotAllowed.
        WrongStep: it is done, or ended otherwise.
    """
    now = utc_now()
    with transaction():
        side, request, match = lock_match(actor, match_id)
        require(actor, MatchingAction.CARRY_OUT_MATCH, side)
        if match.state is MatchState.WITHDRAWN:
            return
        move_match(match, MatchState.WITHDRAWN, now)
        mutual_aid.free_place(request.id)
        publish(fact_of(MatchWithdrawn, side, actor.id, now))
        _seek_again(request, now=now, actor_id=actor.id)


def _seek_again(request: HelpRequest, *, now: datetime, actor_id: int) -> None:
    """Put a locked request back, more urgent than before when little time is left. Who was asked is not asked again."""
    request.urgency = rules.urgency_after_withdrawal(request.urgency, request.window, now=now)
    if request.state in SEEKING:
        step(request_id=request.id, now=now)
        return
    move_request(request, RequestState.DISPATCHING, now=now, actor_id=actor_id)
    if now < request.ends_at:
        begin_search(request_id=request.id, now=now)
    else:
        call_town_hall(request, "nobody_came", now)


def end_match(*, match_id: int, actor_id: int | None, now: datetime) -> None:
    """End a match that is under way, in the transaction of a command that has asked who acts; of one that is over, nothing changes."""
    with transaction():
        side = queries.get_side(match_id)
        request = mutual_aid.lock_request(side.request_id)
        match = queries.get_match(match_id)
        db.session.refresh(match)
        if match.state not in LIVE_MATCH:
            return
        was_expected = match.state in ENGAGED
        move_match(match, MatchState.RELEASED, now)
        mutual_aid.free_place(request.id)
        publish(fact_of(MatchTakenOff, side, actor_id, now))
        if not was_expected:  # she said that it was done: a person of the town hall asks whether it was
            call_town_hall(request, "nobody_came", now)
        elif request.state in SEEKING:
            step(request_id=request.id, now=now)
        else:
            move_request(request, RequestState.DISPATCHING, now=now, actor_id=actor_id)
            begin_search(request_id=request.id, now=now)


def release_all(*, request_id: int, actor_id: int, now: datetime) -> None:
    """Undo what was asked of volunteers for a request that is cancelled, in the transaction that cancels it."""
    with transaction():
        supersede_invitations(request_id=request_id, reason="ended", now=now)
        request = mutual_aid.lock_request(request_id)
        for match in queries.list_matches_of_request(request_id):
            if match.state in LIVE_MATCH:
                side = queries.side_of(match, request)
                move_match(match, MatchState.RELEASED, now)
                publish(fact_of(MatchReleased, side, actor_id, now))


def lock_match(actor: Actor, match_id: int) -> tuple[Side, HelpRequest, Match]:
    """Return a match that nobody else changes until the end of the transaction. Raises NotSignedIn, MatchNotFound."""
    side = get_followed_match(actor, match_id)
    request = mutual_aid.lock_request(side.request_id)
    match = queries.get_match(match_id)
    db.session.refresh(match)
    return side, request, match


def move_match(match: Match, state: MatchState, now: datetime) -> None:
    """Bring a locked match to a state. Raises WrongStep: the table has no such step."""
    rules.ensure_match_step(match.state, state)
    match.state, match.changed_at = state, now
    db.session.flush()
    if state not in ENGAGED:
        db.session.execute(sa.delete(EngagedQuarter).where(EngagedQuarter.match_id == match.id))


def fact_of(kind: type[MatchFact], side: Side, actor_id: int | None, now: datetime) -> MatchFact:
    return kind(
        occurred_at=now,
        match_id=side.id,
        request_id=side.request_id,
        volunteer_id=side.volunteer_id,
        requester_id=side.requester_id,
        follower_id=side.follower_id,
        actor_id=actor_id,
    )

"""A volunteer's answer. Who wins is decided by the database, in one statement."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.kernel.access import Actor, can
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotSignedIn
from civic.kernel.transaction import publish, transaction
from civic.kernel.turns import turn
from civic.kernel.undo import ensure_undoable
from civic.matching import queries, rules
from civic.matching.access import MatchingAction
from civic.matching.errors import (
    AlreadyEngaged,
    InvitationAnswered,
    InvitationExpired,
    InvitationNotFound,
    RequestAtAnotherTime,
    RequestNotSeeking,
    RequestTaken,
    SkillLacking,
    VettingEndsBefore,
    VettingLacking,
)
from civic.matching.events import DeclineTakenBack, InvitationDeclined, MatchCreated
from civic.matching.models import EngagedQuarter, Invitation, Match
from civic.matching.queries import ReceivedInvitation, Standing
from civic.matching.rules import HOLDS_A_PLACE, InvitationState, MatchState
from civic.matching.service.dispatch import follow_matches, step, supersede_invitations
from civic.matching.service.safety import ensure_may_help
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import SEEKING, RequestState
from civic.mutual_aid.service.requests import move_request


def accept_invitation(actor: Actor, *, invitation_id: int) -> int:
    """Say yes. The first to say it has the place; the others are told at once. Saying yes twice gives the same match.

    A yes that comes after the invitation expired is accepted as long as the request still seeks somebody.

    Returns:
        The match's id.

    Raises:
        InvitationNotFound: there is none, or it was put to somebody else.
        RequestTaken: others said yes before.
        RequestNotSeeking: the request was cancelled, settled, or its window is over.
        RequestAtAnotherTime: it was moved to another day since.
        InvitationExpired: the answer came too late, and nobody is sought any more.
        InvitationAnswered: the actor declined it, or withdrew since, or is not expected any more.
        VolunteerSuspended: the town hall suspended her since.
        VettingLacking: the town hall asks, for such a help, for what she has not shown, or does not hold any more.
        VettingEndsBefore: what she has shown holds today, and not on the day of the help.
        SkillLacking: a skill that is asked for is not hers any more.
        AlreadyEngaged: she is expected elsewhere at these hours.
    """
    standing = _ensure_not_superseded(actor, invitation_id)
    with turn(f"the places of request {standing.request_id}") as mine:
        if standing.state is InvitationState.SENT:
            _heed(mine.word, actor)
        _ensure_not_superseded(actor, invitation_id)  # what came before may have taken the last place
        match_id, filled = accept_locked(actor, invitation_id, now=utc_now())
        mine.tell_who_waits(filled)
    return match_id


@dataclass(frozen=True)
class Filled:
    """That the last place was taken, for those who were waiting to ask for it; ``helpers`` are those whom the places went to."""

    helpers: frozenset[int]


def _heed(word: Filled | None, actor: Actor) -> None:
    """Who waited while the last place was taken is told so, unless it is hers: she said yes by another door at the same moment."""
    if word is not None and actor.id not in word.helpers:
        raise RequestTaken


def _ensure_not_superseded(actor: Actor, invitation_id: int) -> Standing:
    """What was taken back stays so: who comes late is told without a lock, after one read."""
    if not actor.is_signed_in:
        raise NotSignedIn
    standing = queries.get_standing(invitation_id)
    _ensure_own(actor, standing)
    if standing.state is InvitationState.SUPERSEDED:
        raise _why_no_place(standing.state, standing)
    return standing


def accept_locked(actor: Actor, invitation_id: int, *, now: datetime) -> tuple[int, Filled | None]:
    """Say yes, in the turn of who asks for the places of the request. Returns the match's id, and whether no place is left."""
    with transaction():
        invitation = _get_own(actor, invitation_id)
        request = mutual_aid.lock_request(invitation.request_id)
        db.session.refresh(invitation)
        match = queries.find_match_of(request.id, actor.id)
        if match is not None:
            if match.state not in HOLDS_A_PLACE:
                raise InvitationAnswered
            return match.id, None
        ensure_may_help(actor.id, requester_id=request.requester_id)
        _ensure_acceptable(invitation, request, now)
        _ensure_suitable(actor.id, request, now)
        if not mutual_aid.take_place(request.id):
            raise _why_no_place(invitation.state, request)
        match_id = _match(actor, invitation, request, now)
        return match_id, _filled(request)


def _filled(request: HelpRequest) -> Filled | None:
    if request.filled < request.capacity:
        return None
    return Filled(frozenset(match.volunteer_id for match in queries.list_matches_of_request(request.id)))


def _ensure_acceptable(invitation: Invitation, request: HelpRequest, now: datetime) -> None:
    if invitation.state is InvitationState.SUPERSEDED:
        raise _why_no_place(invitation.state, request)
    if invitation.state is InvitationState.DECLINED:
        raise InvitationAnswered
    if now >= request.ends_at:  # its timer, which is due, ends the search
        raise RequestNotSeeking


def _ensure_suitable(volunteer_id: int, request: HelpRequest, now: datetime) -> None:
    """A proof may have been removed since she was asked, or end before the day of the help; the commune may ask for more."""
    limits = queries.limits_of({volunteer_id}, request, now=now)[volunteer_id]
    if not limits.is_cleared:
        until = queries.find_end_of_proofs(volunteer_id, request, now=now)
        raise VettingLacking if until is None else VettingEndsBefore(until=until)
    if not limits.skills.issuperset(request.skills):
        raise SkillLacking


def _why_no_place(state: InvitationState, places: HelpRequest | Standing) -> Exception:
    if state is InvitationState.EXPIRED:
        return InvitationExpired()
    if places.filled >= places.capacity:
        return RequestTaken()
    request_state = places.request_state if isinstance(places, Standing) else places.state
    if state is InvitationState.SUPERSEDED and request_state in SEEKING:
        return RequestAtAnotherTime()
    return RequestNotSeeking()


def _match(actor: Actor, invitation: Invitation, request: HelpRequest, now: datetime) -> int:
    rules.ensure_invitation_step(invitation.state, InvitationState.ACCEPTED)
    invitation.state, invitation.answered_at = InvitationState.ACCEPTED, now
    match = Match(
        request_id=request.id,
        volunteer_id=actor.id,
        state=MatchState.ACCEPTED,
        place=queries.find_free_place(request.id),
        created_at=now,
        changed_at=now,
    )
    db.session.add(match)
    db.session.flush()
    _claim_quarters(match, request)
    publish(
        MatchCreated(
            occurred_at=now,
            match_id=match.id,
            request_id=request.id,
            volunteer_id=actor.id,
            requester_id=request.requester_id,
            follower_id=request.follower_id,
            actor_id=actor.id,
        )
    )
    if request.filled >= request.capacity:
        supersede_invitations(request_id=request.id, reason="taken", now=now)
        move_request(request, RequestState.FILLED, now=now, actor_id=actor.id)
        follow_matches(request, now=now, actor_id=actor.id)
    return match.id


def _claim_quarters(match: Match, request: HelpRequest) -> None:
    """Two engagements of one volunteer at the same hours are refused by the database, whatever is asked at the same moment."""
    quarters = [
        {"volunteer_id": match.volunteer_id, "quarter": quarter, "match_id": match.id}
        for quarter in rules.claimed_quarters(request.window)
    ]
    if not quarters:
        return
    try:
        with db.session.begin_nested():
            db.session.execute(sa.insert(EngagedQuarter), quarters)
    except IntegrityError as error:
        raise AlreadyEngaged from error


def decline_invitation(actor: Actor, *, invitation_id: int) -> None:
    """Say no; somebody else is asked at once. Saying no twice, or to what was already taken, changes nothing.

    Raises:
        InvitationNotFound: there is none, or it was put to somebody else.
        InvitationAnswered: the actor accepted it.
    """
    now = utc_now()
    with transaction():
        invitation = _get_own(actor, invitation_id)
        mutual_aid.lock_request(invitation.request_id)
        db.session.refresh(invitation)
        if invitation.state in (InvitationState.DECLINED, InvitationState.SUPERSEDED):
            return
        if invitation.state is InvitationState.ACCEPTED:
            raise InvitationAnswered
        rules.ensure_invitation_step(invitation.state, InvitationState.DECLINED)
        invitation.state, invitation.answered_at = InvitationState.DECLINED, now
        db.session.flush()
        publish(
            InvitationDeclined(
                occurred_at=now,
                invitation_id=invitation.id,
                request_id=invitation.request_id,
                volunteer_id=actor.id,
            )
        )
        step(request_id=invitation.request_id, now=now)


def decline_for_departure(actor: Actor, *, invitation_id: int) -> None:
    """Say no in the place of a person who leaves the platform, in the transaction of her command. One not yet sent is not."""
    with transaction():
        invitation = queries.get_invitation(invitation_id)
        if invitation.state is not InvitationState.QUEUED:
            decline_invitation(actor, invitation_id=invitation_id)
            return
        mutual_aid.lock_request(invitation.request_id)
        invitation.state, invitation.ended_at = InvitationState.FAILED, utc_now()
        db.session.flush()
        step(request_id=invitation.request_id, now=utc_now())


def take_back_decline(actor: Actor, *, invitation_id: int) -> None:
    """Say that the no was a mistake: the invitation waits for an answer again, beside those sent since. Doing it twice changes nothing.

    Raises:
        InvitationNotFound: there is none, or it was put to somebody else.
        TooLateToUndo: the no is some minutes old.
        RequestTaken: others said yes meanwhile.
        RequestNotSeeking: the request was cancelled, settled, or its window is over.
    """
    now = utc_now()
    with transaction():
        invitation = _get_own(actor, invitation_id)
        request = mutual_aid.lock_request(invitation.request_id)
        db.session.refresh(invitation)
        if invitation.state is not InvitationState.DECLINED or invitation.answered_at is None:
            return
        ensure_undoable(invitation.answered_at, at=now)
        if request.state not in SEEKING:
            raise _why_no_place(invitation.state, request)
        state = InvitationState.SENT if now < invitation.expires_at else InvitationState.EXPIRED
        rules.ensure_invitation_step(invitation.state, state)
        invitation.state, invitation.answered_at = state, None
        publish(
            DeclineTakenBack(
                occurred_at=now,
                invitation_id=invitation.id,
                request_id=invitation.request_id,
                volunteer_id=actor.id,
            )
        )


def get_received_invitation(actor: Actor, invitation_id: int) -> ReceivedInvitation:
    """Return an invitation to whom it was put.

    Raises:
        NotSignedIn: nobody is signed in.
        InvitationNotFound: there is none, or it was put to somebody else.
    """
    return queries.present_invitations([_get_own(actor, invitation_id)])[0]


def _get_own(actor: Actor, invitation_id: int) -> Invitation:
    if not actor.is_signed_in:
        raise NotSignedIn
    invitation = queries.get_invitation(invitation_id)
    _ensure_own(actor, invitation)
    return invitation


def _ensure_own(actor: Actor, invitation: Invitation | Standing) -> None:
    """Somebody else's invitation does not exist for the actor: that somebody needs help is nobody else's business."""
    if not can(actor, MatchingAction.ANSWER_INVITATION, invitation) or queries.is_untold(invitation):
        raise InvitationNotFound


def note_seen(actor: Actor, *, invitation_ids: set[int]) -> None:
    """Write down that a volunteer read her invitations: who reads is there, so that her silence is not taken for an absence."""
    unseen = sa.and_(
        Invitation.id.in_(invitation_ids),
        Invitation.volunteer_id == actor.person_id,
        Invitation.state == InvitationState.SENT,
        Invitation.seen_at.is_(None),
    )
    if not invitation_ids or db.session.scalar(sa.select(Invitation.id).where(unseen).limit(1)) is None:
        return
    with transaction():
        db.session.execute(
            sa.update(Invitation)
            .where(unseen)
            .values(seen_at=utc_now())
            .execution_options(synchronize_session=False)
        )

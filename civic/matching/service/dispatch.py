"""The search for volunteers: asking, replacing who stays silent, calling the town hall to the rescue, ending.

Every command about a request locks it first. ``step`` does what is due at this instant and nothing twice, so that a timer delivered
again, or late, or after the process died, changes nothing that was done.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.kernel import outbox
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.matching import queries, rules
from civic.matching.access import MatchingAction
from civic.matching.choosing import Choice, asked_at, choose, is_eligible
from civic.matching.events import InvitationExpired, InvitationSent, InvitationsSuperseded, RequestEscalated
from civic.matching.models import Dispatch, Invitation
from civic.matching.pace import DispatchPace, share_elapsed
from civic.matching.rules import InvitationState
from civic.matching.service.places import note_invited
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.errors import RequestNotFound
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reviewing.rereading import read_again
from civic.mutual_aid.reviewing.service import wait_again
from civic.mutual_aid.reviewing.waiting import asked_of
from civic.mutual_aid.rules import SEEKING, RequestState, Window, ensure_awaits_town
from civic.mutual_aid.service.requests import move_request
from civic.mutual_aid.service.windows import set_window, tell_new_window

TIMER = "matching.next_step"
LOOK_AGAIN = "matching.look_again"

MOVED = "moved"

MOST_IN_A_FACT = 1_000
"""As many ids as the journal keeps of one fact."""


def begin_search(*, request_id: int, now: datetime) -> None:
    """Begin the search of a request that just opened, or opened again, in the transaction of the command that opened it."""
    with transaction():
        dispatch = queries.find_dispatch(request_id)
        if dispatch is None:
            dispatch = Dispatch(request_id=request_id)
            db.session.add(dispatch)
        dispatch.started_at, dispatch.next_step_at, dispatch.escalated_at = now, None, None
        db.session.flush()
        step(request_id=request_id, now=now)


def take_timed_step(*, request_id: int, due_at: datetime, now: datetime) -> None:
    """Do what a timer says is due. A timer that another replaced, or that was already served, does nothing."""
    with transaction():
        try:
            mutual_aid.lock_request(request_id)
        except RequestNotFound:
            return
        dispatch = queries.find_dispatch(request_id)
        if dispatch is None or dispatch.next_step_at != due_at:
            return
        dispatch.next_step_at = None
        step(request_id=request_id, now=now)


def step(*, request_id: int, now: datetime) -> None:
    """Do all that is due for a request at this instant, and owe the timer of what comes next."""
    with transaction():
        request = mutual_aid.lock_request(request_id)
        dispatch = queries.find_dispatch(request_id)
        if dispatch is None or request.state not in SEEKING:
            return
        pace = queries.get_pace(request.territory_id)
        _expire_silent(request_id, now)
        if now >= request.ends_at:
            _end_search(request, now)
        else:
            _call_in_time(request, dispatch, pace, now)
            if request.hidden_at is None:
                _send_queued(request, now)
                _ask_next(request, dispatch, pace, now)
        _owe_timer(request, dispatch, pace, now)


def _call_in_time(request: HelpRequest, dispatch: Dispatch, pace: DispatchPace, now: datetime) -> None:
    """Once little time is left, a person of the town hall watches; volunteers are asked as before."""
    due = pace.escalates_at(request.urgency, started_at=dispatch.started_at, window_ends_at=request.ends_at)
    if dispatch.escalated_at is None and now >= due:
        dispatch.escalated_at = now
        _escalate(request, "little_time_left", now)


def _expire_silent(request_id: int, now: datetime) -> None:
    for invitation in queries.list_live_invitations(request_id):
        if invitation.state is InvitationState.SENT and invitation.expires_at <= now:
            invitation.state, invitation.ended_at = InvitationState.EXPIRED, now
            publish(
                InvitationExpired(
                    occurred_at=now,
                    invitation_id=invitation.id,
                    request_id=request_id,
                    volunteer_id=invitation.volunteer_id,
                )
            )


def _send_queued(request: HelpRequest, now: datetime) -> None:
    """Ask those whose quiet hours are over. Who went off duty or paused her offer meanwhile, or is expected elsewhere, is not asked."""
    for invitation in queries.list_live_invitations(request.id):
        if invitation.state is not InvitationState.QUEUED or invitation.sent_at > now:
            continue
        if queries.may_still_be_asked(invitation, request, now=now):
            invitation.state = InvitationState.SENT
            _tell_invitation(invitation, now)
        else:
            invitation.state, invitation.ended_at = InvitationState.FAILED, now


def _ask_next(request: HelpRequest, dispatch: Dispatch, pace: DispatchPace, now: datetime) -> None:
    waiting = len(queries.list_live_invitations(request.id))
    elapsed = share_elapsed(started_at=dispatch.started_at, window_ends_at=request.ends_at, now=now)
    live = pace.live(request.urgency, request.capacity - request.filled, share_elapsed=elapsed)
    missing = min(live - waiting, _budget_left(request, pace, now))
    chosen = _choose(request, missing, pace, now) if missing > 0 else []
    for choice in chosen:
        invite(request, choice, pace, now)
    if not chosen and not waiting:
        _escalate(request, "nobody_left", now)
    elif request.state is not RequestState.DISPATCHING and dispatch.escalated_at is None:
        move_request(request, RequestState.DISPATCHING, now=now, actor_id=None)


def _budget_left(request: HelpRequest, pace: DispatchPace, now: datetime) -> int:
    budget = pace.budget(
        request.capacity, is_underserved=queries.is_underserved(request.territory_id, now=now)
    )
    return budget - queries.count_invitations(request.id)


def _choose(request: HelpRequest, count: int, pace: DispatchPace, now: datetime) -> list[Choice]:
    need = queries.need_of(request)
    eligible = queries.list_candidates(
        request,
        now=now,
        is_wanted=lambda each: is_eligible(each, need, now=now, volunteer_week=pace.volunteer_week),
    )
    return choose(eligible, count, need=need, now=now)


def invite(
    request: HelpRequest, choice: Choice, pace: DispatchPace, now: datetime, *, is_told: bool = True
) -> Invitation:
    """Put a locked request to a volunteer who may be asked. ``is_told``: whether she is written to, which she need not be when she comes by herself."""
    candidate = choice.candidate
    quiet_until = asked_at(candidate.limits, queries.need_of(request), now=now) if is_told else now
    sent_at = quiet_until or now
    state = InvitationState.QUEUED if sent_at > now else InvitationState.SENT
    invitation = _new_or_taken_back(request.id, candidate.volunteer_id, state)
    invitation.offer_id, invitation.area_metres = candidate.offer_id, candidate.area_metres
    invitation.state, invitation.sent_at = state, sent_at
    invitation.expires_at = pace.expiry(request.urgency, sent_at=sent_at, window_ends_at=request.ends_at)
    invitation.rank = queries.count_invitations(request.id) + 1
    invitation.score, invitation.reasons = choice.reasons.score, choice.reasons.stored()
    invitation.seen_at = invitation.answered_at = invitation.ended_at = None
    invitation.unreached_by = ""
    db.session.add(invitation)
    db.session.flush()
    note_invited(candidate.volunteer_id, now)
    if is_told and invitation.state is InvitationState.SENT:
        _tell_invitation(invitation, now)
    return invitation


def _new_or_taken_back(request_id: int, volunteer_id: int, state: InvitationState) -> Invitation:
    """A request is put to somebody once; when it was moved to another day, what was put to her is put anew."""
    former = queries.find_invitation(request_id, volunteer_id)
    if former is None:
        return Invitation(request_id=request_id, volunteer_id=volunteer_id)
    rules.ensure_invitation_step(former.state, state)
    return former


def _tell_invitation(invitation: Invitation, now: datetime) -> None:
    publish(
        InvitationSent(
            occurred_at=now,
            invitation_id=invitation.id,
            request_id=invitation.request_id,
            volunteer_id=invitation.volunteer_id,
            expires_at=invitation.expires_at,
        )
    )


def _escalate(request: HelpRequest, reason: str, now: datetime) -> None:
    """Call a person of the town hall. What was asked stays asked: a yes that comes now is as good as before."""
    if request.state is RequestState.ESCALATED:
        return
    move_request(request, RequestState.ESCALATED, now=now, actor_id=None)
    publish(
        RequestEscalated(
            occurred_at=now, request_id=request.id, territory_id=request.territory_id, reason=reason
        )
    )


def call_town_hall(request: HelpRequest, reason: str, now: datetime) -> None:
    """Have a person of the town hall take a locked request over, in the transaction of the command that decided it."""
    with transaction():
        _escalate(request, reason, now)


def _end_search(request: HelpRequest, now: datetime) -> None:
    """The window is over: go on with the volunteers who were found, if any."""
    supersede_invitations(request_id=request.id, reason="ended", now=now)
    if request.filled == 0:
        move_request(request, RequestState.EXPIRED, now=now, actor_id=None)
        return
    move_request(request, RequestState.FILLED, now=now, actor_id=None)
    follow_matches(request, now=now, actor_id=None)


def follow_matches(request: HelpRequest, *, now: datetime, actor_id: int | None) -> None:
    """Bring a locked request that seeks nobody to the state that its matches give it."""
    if request.state in SEEKING:
        return
    state = rules.request_state_from(match.state for match in queries.list_matches_of_request(request.id))
    if state is not request.state:
        move_request(request, state, now=now, actor_id=actor_id)


def supersede_invitations(
    *, request_id: int, reason: str, now: datetime, volunteer_id: int | None = None
) -> None:
    """Take back what awaits an answer from everybody, or from one volunteer. ``reason`` is ``taken``, ``ended`` or ``moved``: a yes to the
    former hours is none to these, be it late, and who was chosen for those may be chosen again.

    Some statements, however many were asked: they wait, and whoever says yes at this moment waits for this.
    """
    told = [
        (each.id, each.volunteer_id)
        for each in _supersede(request_id, volunteer_id, now, is_moved=reason == MOVED)
        if not queries.is_untold(each)
    ]
    for start in range(0, len(told), MOST_IN_A_FACT):
        invitation_ids, volunteer_ids = zip(*told[start : start + MOST_IN_A_FACT], strict=True)
        publish(
            InvitationsSuperseded(
                occurred_at=now,
                invitation_ids=invitation_ids,
                request_id=request_id,
                volunteer_ids=volunteer_ids,
                reason=reason,
            )
        )


def _supersede(request_id: int, volunteer_id: int | None, now: datetime, *, is_moved: bool) -> list[Any]:
    """Return what it was before: the request is locked, so that nothing of it changes in between."""
    states = rules.UNANSWERED if is_moved else rules.WAITING
    waiting = queries.waiting_of(request_id, volunteer_id, states=states)
    reasons_go: dict[str, Any] = {"score": None, "reasons": sa.null()} if is_moved else {}
    rows = db.session.execute(
        sa.select(Invitation.id, Invitation.volunteer_id, Invitation.state, Invitation.unreached_by)
        .where(*waiting)
        .order_by(Invitation.volunteer_id)
    ).all()
    for state in {each.state for each in rows}:
        rules.ensure_invitation_step(state, InvitationState.SUPERSEDED)
    db.session.execute(
        sa.update(Invitation)
        .where(*waiting)
        .values(state=InvitationState.SUPERSEDED, ended_at=now, **reasons_go)
    )
    return list(rows)


def _owe_timer(request: HelpRequest, dispatch: Dispatch, pace: DispatchPace, now: datetime) -> None:
    """Owe the next timer, unless one for that very instant is already awaited: there is one chain of timers a request."""
    if request.state not in SEEKING:
        dispatch.next_step_at = None
        return
    span = {"started_at": dispatch.started_at, "window_ends_at": request.ends_at}
    instants = [
        invitation.sent_at if invitation.state is InvitationState.QUEUED else invitation.expires_at
        for invitation in queries.list_live_invitations(request.id)
    ]
    instants += [pace.escalates_at(request.urgency, **span), pace.widens_at(**span), request.ends_at]
    next_step_at = min((instant for instant in instants if instant > now), default=None)
    if next_step_at is None or next_step_at == dispatch.next_step_at:
        return
    dispatch.next_step_at = next_step_at
    outbox.owe(
        TIMER,
        {"request_id": request.id, "due_at": next_step_at.isoformat()},
        now=now,
        due_at=next_step_at,
    )


def relaunch_search(
    actor: Actor, *, request_id: int, window: Window | None = None, without_skills: bool = False
) -> None:
    """Search again for a request that the town hall was called for, or whose window passed without anybody.

    Volunteers who were asked for the same window are not asked again. What expired without a consent, or unread, waits for it first.

    Args:
        window: another one; required once the former has passed.
        without_skills: those who have not the skills that were asked for are asked too.

    Raises:
        RequestNotFound: there is none, or it is somebody else's.
        NotAllowed: the actor is neither an agent there nor who made it.
        WindowRefused: it is past, or its end less than half an hour away.
        PromisedForThen: a volunteer said yes for the hours that it has.
        WrongTransition: it is neither escalated nor expired; or its consent was withdrawn.
        SomebodyComes: so much later, it would be read again, and somebody has said yes to it as it was.
    """
    now = utc_now()
    with transaction():
        request = _lock_for(actor, MatchingAction.RELAUNCH_SEARCH, request_id)
        ensure_awaits_town(request.state)
        before = asked_of(request)
        is_moved = set_window(request, window or request.window, now=now)
        if without_skills:
            request.skills = []
        waits = wait_again if request.state is RequestState.EXPIRED else read_again
        is_waiting = waits(actor, request, before=before, now=now)
        if not is_waiting:
            move_request(request, RequestState.DISPATCHING, now=now, actor_id=actor.id)
        if is_moved:
            tell_new_window(request, actor_id=actor.id, now=now)
        elif not is_waiting:
            begin_search(request_id=request_id, now=now)


def search_in_new_window(*, request_id: int, now: datetime) -> None:
    """Begin the search again for a request that was moved, in the transaction of the command that moved it.

    Who was asked for the former hours and said nothing, or said nothing in time, is told that they changed, and may be asked for these.
    """
    with transaction():
        request = mutual_aid.lock_request(request_id)
        supersede_invitations(request_id=request_id, reason=MOVED, now=now)
        if request.state in SEEKING:
            begin_search(request_id=request_id, now=now)


def settle_request(actor: Actor, *, request_id: int) -> None:
    """Close a request that the town hall settled in another way, so that nobody is asked for it any more.

    Raises:
        RequestNotFound: there is none.
        NotAllowed: the actor is not an agent there.
        WrongTransition: it is neither escalated nor expired.
    """
    now = utc_now()
    with transaction():
        request = _lock_for(actor, MatchingAction.SETTLE_REQUEST, request_id)
        ensure_awaits_town(request.state)
        supersede_invitations(request_id=request_id, reason="ended", now=now)
        if request.filled:  # some helpers were found: they go on, and nobody else is sought
            move_request(request, RequestState.FILLED, now=now, actor_id=actor.id)
            follow_matches(request, now=now, actor_id=actor.id)
        else:
            move_request(request, RequestState.CLOSED, now=now, actor_id=actor.id)


def _lock_for(actor: Actor, action: MatchingAction, request_id: int) -> HelpRequest:
    request = mutual_aid.get_request(request_id)
    if not can(actor, action, request) and request.requester_id != actor.person_id:
        raise RequestNotFound
    require(actor, action, request)
    return mutual_aid.lock_request(request_id)


def wake_searches(*, territory_ids: set[int], now: datetime, limit: int = 50) -> None:
    """Have the searches of these territories look again, because a volunteer who may help appeared."""
    with transaction():
        for request_id in mutual_aid.list_seeking_ids(territory_ids, limit=limit):
            outbox.owe(LOOK_AGAIN, {"request_id": request_id}, now=now)

"""The town hall writes a call, publishes it, or gives it up."""

from datetime import datetime

from civic.councils import queries as councils
from civic.councils.access import CouncilsAction
from civic.councils.calls import queries
from civic.councils.calls.errors import CallNotFound, ClosesTooEarly, CouncilElsewhere, WrongCallState
from civic.councils.calls.events import CallCancelled, CallPrepared, CallPublished
from civic.councils.calls.models import CandidateCall
from civic.councils.calls.states import FORGET_AFTER, CallState, CallWish
from civic.kernel import outbox
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories

FORGET = "calls.forget"


def get_visible_call(actor: Actor, call_id: int) -> CandidateCall:
    """Return a call that the actor may read: a draft is the town hall's. Raises CallNotFound."""
    return _ensure_visible(actor, queries.get_call(call_id))


def _ensure_visible(actor: Actor, call: CandidateCall) -> CandidateCall:
    if call.published_at is None and not can(actor, CouncilsAction.WRITE_CALL, call):
        raise CallNotFound
    return call


def hold_call(actor: Actor, call_id: int) -> CandidateCall:
    """Return a call to the town hall, kept from every other writer. Raises CallNotFound, NotAllowed."""
    call = _ensure_visible(actor, queries.get_call_alone(call_id))
    require(actor, CouncilsAction.WRITE_CALL, call)
    return call


def write_call(actor: Actor, *, wish: CallWish, call_id: int | None = None, seen: str | None = None) -> int:
    """Write a draft, or write it again. ``seen``: what was stored when it was read. Returns its id.

    Raises:
        CallNotFound, TerritoryNotFound, CouncilNotFound, NotAllowed.
        WrongCallState: it is published. ChangedMeanwhile: it was written since.
        ClosesTooEarly, CouncilElsewhere: the dates, or the place, do not hold together.
    """
    now = utc_now()
    with transaction():
        territories.get_territory(wish.territory_id)
        require(actor, CouncilsAction.WRITE_CALL, wish.territory_id)
        call = CandidateCall(created_at=now) if call_id is None else _draft(actor, call_id, now)
        _ensure_sound(wish, now)
        with call.written_over(seen):
            call.territory_id, call.council_id = wish.territory_id, wish.council_id
            call.title, call.body_source, call.body_html = wish.title, wish.body, markdown_to_html(wish.body)
            call.seats, call.way = wish.seats, wish.way
            call.opens_at, call.closes_at = wish.opens_at, wish.closes_at
            call.least_age, call.asks_sex = wish.least_age, wish.asks_sex
            call.shows_candidates = wish.shows_candidates
        db.session.add(call)
        db.session.flush()
        say_prepared(actor, call, now)
    return call.id


def _ensure_sound(wish: CallWish, now: datetime) -> None:
    if wish.closes_at <= wish.opens_at or wish.closes_at <= now:
        raise ClosesTooEarly
    if wish.council_id is not None:
        place = councils.get_council(wish.council_id).territory_id
        if wish.territory_id not in territories.ids_around(place):
            raise CouncilElsewhere


def say_prepared(actor: Actor, call: CandidateCall, now: datetime) -> None:
    publish(CallPrepared(occurred_at=now, call_id=call.id, territory_id=call.territory_id, actor_id=actor.id))


def _draft(actor: Actor, call_id: int, now: datetime) -> CandidateCall:
    call = hold_call(actor, call_id)
    if call.state_at(now) is not CallState.DRAFT:
        raise WrongCallState
    return call


def delete_call(actor: Actor, *, call_id: int) -> None:
    """Delete a draft. Raises CallNotFound, NotAllowed, WrongCallState."""
    now = utc_now()
    with transaction():
        call = _draft(actor, call_id, now)
        say_prepared(actor, call, now)
        db.session.delete(call)


def publish_call(actor: Actor, *, call_id: int) -> None:
    """Have a call read by everybody; its dates alone open and close it. Raises CallNotFound, NotAllowed, WrongCallState, ClosesTooEarly."""
    now = utc_now()
    with transaction():
        call = _draft(actor, call_id, now)
        if call.closes_at <= now:
            raise ClosesTooEarly
        call.published_at = now
        outbox.owe(FORGET, {"call_id": call.id}, now=now, due_at=call.closes_at + FORGET_AFTER)
        publish(
            CallPublished(occurred_at=now, call_id=call.id, territory_id=call.territory_id, actor_id=actor.id)
        )


def cancel_call(actor: Actor, *, call_id: int, reason: str) -> None:
    """Give a published call up, and say why; nobody applies any more. Raises CallNotFound, NotAllowed, WrongCallState."""
    now = utc_now()
    with transaction():
        call = hold_call(actor, call_id)
        if call.state_at(now) not in (CallState.COMING, CallState.OPEN, CallState.CLOSED):
            raise WrongCallState
        call.cancelled_at, call.cancel_reason = now, reason
        publish(
            CallCancelled(occurred_at=now, call_id=call.id, territory_id=call.territory_id, actor_id=actor.id)
        )

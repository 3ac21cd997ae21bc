"""Whom the town hall is to call: asked by a step of a request or by an agent, and what came of it."""

from datetime import datetime

from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.pagination import Page
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.desk import queries
from civic.mutual_aid.desk.errors import CallNotFound, CallOver
from civic.mutual_aid.desk.events import CallAsked, CallerSeen, CallMade, CallNamesSeen
from civic.mutual_aid.desk.models import CallBack
from civic.mutual_aid.desk.queries import Call
from civic.mutual_aid.desk.rules import ENDS_A_CALL, TRY_AGAIN_AFTER, CallOutcome, CallReason
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import Contact
from civic.territories import queries as territories


def owe_call(request: HelpRequest, reason: CallReason, *, now: datetime) -> None:
    """Write that the person of a request is to be called, inside the transaction of what made it so.

    One call a request: what was to be said before is replaced by what is to be said now.
    """
    is_number_wrong = queries.is_number_wrong(request.id)
    for former in queries.list_open_calls_of(request.id):
        _close(former, CallOutcome.NOT_NEEDED, None, now)
    db.session.flush()
    _write(
        CallBack(
            territory_id=request.territory_id,
            request_id=request.id,
            reason=reason,
            outcome=CallOutcome.WRONG_NUMBER if is_number_wrong else None,
            note="",
            due_at=now,
            attempts=0,
            created_at=now,
        ),
        None,
        now,
    )


def drop_calls(request_id: int, *, now: datetime) -> None:
    """Take out of the list what is about a request that needs no call any more."""
    for call in queries.list_open_calls_of(request_id):
        _close(call, CallOutcome.NOT_NEEDED, None, now)


def ask_call(
    actor: Actor, *, territory_id: int, name: str, phone: str, note: str, due_at: datetime | None
) -> int:
    """Add somebody to call: she asked for it, or nobody answered what she wants yet.

    Returns:
        The call's id.

    Raises:
        NotAllowed: the actor is not an agent there.
    """
    now = utc_now()
    with transaction():
        require(actor, MutualAidAction.CALL_PEOPLE, territory_id)
        call = CallBack(
            territory_id=territory_id,
            name=name,
            phone=phone,
            reason=CallReason.ASKED,
            note=note,
            due_at=due_at or now,
            attempts=0,
            created_at=now,
            created_by_id=actor.id,
        )
        _write(call, actor.id, now)
        return call.id


def get_call_of(actor: Actor, call_id: int) -> CallBack:
    """Return a call to an agent of its commune; to everybody else it does not exist.

    Raises:
        CallNotFound: there is none, or the actor is not an agent there.
    """
    call = queries.get_call(call_id)
    if not can(actor, MutualAidAction.CALL_PEOPLE, call):
        raise CallNotFound
    return call


def see_calls(actor: Actor, *, territory_id: int, is_over: bool = False, number: int = 1) -> Page[Call]:
    """List whom to call, by name, and write down that the names were seen; or the calls that are over, which hold none.

    Raises:
        NotAllowed: the actor is not an agent there.
    """
    require(actor, MutualAidAction.CALL_PEOPLE, territory_id)
    page = queries.list_calls(territories.ids_within(territory_id), is_over=is_over, number=number)
    names = sum(call.name is not None for call in page.items)
    if names:
        with transaction():
            publish(
                CallNamesSeen(
                    occurred_at=utc_now(), territory_id=territory_id, actor_id=actor.id, calls=names
                )
            )
    return page


def see_caller(actor: Actor, *, call_id: int) -> Contact:
    """Show the name and the number of somebody who has no request, and write down that they were seen.

    Raises:
        CallNotFound: there is none, its number is in its request, or the actor is not an agent there.
    """
    now = utc_now()
    with transaction():
        call = get_call_of(actor, call_id)
        if call.phone is None:
            raise CallNotFound
        publish(
            CallerSeen(occurred_at=now, call_id=call.id, territory_id=call.territory_id, actor_id=actor.id)
        )
        return Contact(call.name or "", call.phone)


def note_right_number(request_id: int, *, now: datetime) -> None:
    """Take the calls about a request back into the list as any other, in the transaction of the command that corrected its number."""
    for call in queries.list_open_calls_of(request_id):
        if call.outcome is CallOutcome.WRONG_NUMBER:
            call.outcome, call.due_at = None, now


def answer_call(
    actor: Actor, *, call_id: int, outcome: CallOutcome, note: str = "", right_number: str | None = None
) -> None:
    """Write what came of a call. Without an answer it comes back two hours later; with a wrong number it stays as a number to find, or
    to be called at the right one; else it leaves the list, and its number with it.

    Args:
        right_number: of a call without a request; that of a request is corrected with its contact.

    Raises:
        CallNotFound: there is none, or the actor is not an agent there.
        CallOver: somebody wrote the end of it meanwhile.
    """
    now = utc_now()
    with transaction():
        get_call_of(actor, call_id)
        call = queries.lock_call(call_id)
        if call.closed_at is not None:
            raise CallOver
        call.note = note or call.note
        call.attempts += 1
        if outcome in ENDS_A_CALL:
            _close(call, outcome, actor.id, now)
            return
        if outcome is CallOutcome.NO_ANSWER:
            call.due_at = now + TRY_AGAIN_AFTER
        elif right_number is not None and call.phone is not None:
            call.phone, call.outcome, call.due_at = right_number, None, now
        else:
            call.outcome = CallOutcome.WRONG_NUMBER
        publish(_fact(call, outcome, actor.id, now))


def _close(call: CallBack, outcome: CallOutcome, actor_id: int | None, now: datetime) -> None:
    call.outcome, call.closed_at, call.closed_by_id = outcome, now, actor_id
    if call.phone is not None:
        call.name, call.phone = "", ""
    publish(_fact(call, outcome, actor_id, now))


def _fact(call: CallBack, outcome: CallOutcome, actor_id: int | None, now: datetime) -> CallMade:
    return CallMade(
        occurred_at=now,
        call_id=call.id,
        request_id=call.request_id,
        territory_id=call.territory_id,
        actor_id=actor_id,
        decision=outcome.value,
    )


def _write(call: CallBack, actor_id: int | None, now: datetime) -> None:
    db.session.add(call)
    db.session.flush()
    publish(
        CallAsked(
            occurred_at=now,
            call_id=call.id,
            request_id=call.request_id,
            territory_id=call.territory_id,
            actor_id=actor_id,
            reason=call.reason.value,
        )
    )

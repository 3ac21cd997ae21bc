"""Calling the members of a council: each one with an account is told once, the others have a page to be printed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from civic.councils import queries as councils
from civic.councils.access import CouncilsAction
from civic.councils.models import Council, Sitting
from civic.councils.queries import HeldSeat
from civic.councils.service import get_visible_sitting, lock_sitting
from civic.councils.sittings import queries
from civic.councils.sittings.errors import CallTooLate, CallUnchanged, NobodyToCall, SittingIsDraft
from civic.councils.sittings.events import ConvocationPrinted, ConvocationSent
from civic.councils.sittings.models import CalledSeat, Convocation
from civic.councils.sittings.rules import CalledItem, digest_of_call
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import Refusal
from civic.kernel.transaction import publish, transaction


@dataclass(frozen=True)
class CallPlan:
    """Who would get a convocation sent now.

    Attributes:
        told: seats whose holder has an account.
        on_paper: the others.
        already: seats that were called with just what is said now; they are not called twice.
        is_change: something was sent before, and says something else.
        sent: the sendings, the last first.
        refusal: why nothing can be sent now; None where it can.
    """

    sitting: Sitting
    council: Council
    told: tuple[HeldSeat, ...]
    on_paper: tuple[HeldSeat, ...]
    already: tuple[HeldSeat, ...]
    is_change: bool
    digest: str
    sent: tuple[Convocation, ...]
    refusal: Refusal | None


def plan_call(actor: Actor, *, sitting_id: int) -> CallPlan:
    """Raises SittingNotFound, NotAllowed."""
    sitting = get_visible_sitting(actor, sitting_id)
    council = councils.get_council(sitting.council_id)
    require(actor, CouncilsAction.HOLD_SITTING, council)
    return _plan(sitting, council, utc_now())


def send_convocation(actor: Actor, *, sitting_id: int) -> int:
    """Call the members: all of them where what is said has changed, else those who were not called yet.

    Returns:
        The convocation's id.

    Raises:
        SittingNotFound, NotAllowed, SittingIsDraft.
        CallTooLate: the sitting has begun.
        NobodyToCall: no seat is held.
        CallUnchanged: everybody was called already, with just that.
    """
    now = utc_now()
    with transaction():
        sitting, council = lock_sitting(actor, sitting_id)
        plan = _plan(sitting, council, now)
        if plan.refusal is not None:
            raise plan.refusal
        called = (*plan.told, *plan.on_paper)
        convocation = Convocation(
            sitting_id=sitting_id,
            sent_by_id=actor.id,
            sent_at=now,
            digest=plan.digest,
            is_change=plan.is_change,
            told=len(plan.told),
            on_paper=len(plan.on_paper),
        )
        db.session.add(convocation)
        db.session.flush()
        db.session.add_all(
            CalledSeat(convocation_id=convocation.id, seat_id=held.seat.id, person_id=held.seat.person_id)
            for held in called
        )
        publish(
            ConvocationSent(
                occurred_at=now,
                sitting_id=sitting_id,
                actor_id=actor.id,
                convocation_id=convocation.id,
                person_ids=_people(plan.told),
                is_change=plan.is_change,
                digest=plan.digest,
            )
        )
    return convocation.id


def print_convocations(actor: Actor, *, sitting_id: int) -> CallPlan:
    """Return what is printed for the members, and write down that somebody printed it. Raises SittingNotFound, NotAllowed."""
    with transaction():
        plan = plan_call(actor, sitting_id=sitting_id)
        publish(ConvocationPrinted(occurred_at=utc_now(), sitting_id=sitting_id, actor_id=actor.id))
    return plan


def _plan(sitting: Sitting, council: Council, now: datetime) -> CallPlan:
    items = [
        CalledItem(each.title, each.presenter, each.text, each.link)
        for each in queries.list_items(sitting.id)
    ]
    digest = digest_of_call(sitting.starts_at, sitting.place, sitting.agenda_source, items)
    sent = tuple(queries.list_convocations(sitting.id))
    held = [each for each in councils.list_seats(council.id) if each.name]
    called = queries.list_called(sitting.id, digest) if sent and sent[0].digest == digest else set()
    waiting = [each for each in held if (each.seat.id, each.seat.person_id) not in called]
    return CallPlan(
        sitting=sitting,
        council=council,
        told=tuple(each for each in waiting if each.seat.person_id is not None),
        on_paper=tuple(each for each in waiting if each.seat.person_id is None),
        already=tuple(each for each in held if each not in waiting),
        is_change=bool(sent) and sent[0].digest != digest,
        digest=digest,
        sent=sent,
        refusal=_refusal(sitting, held, waiting, now),
    )


def _refusal(
    sitting: Sitting, held: Collection[HeldSeat], waiting: Collection[HeldSeat], now: datetime
) -> Refusal | None:
    if sitting.published_at is None:
        return SittingIsDraft()
    if now >= sitting.starts_at or queries.find_live(sitting.id) is not None:
        return CallTooLate()
    if not held:
        return NobodyToCall()
    return None if waiting else CallUnchanged()


def _people(seats: Collection[HeldSeat]) -> tuple[int, ...]:
    return tuple(sorted({held.seat.person_id for held in seats if held.seat.person_id is not None}))

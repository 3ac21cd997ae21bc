"""Worries about somebody's safety: told by anybody, read by the safeguarding officers alone, apart from the moderation of contents."""

from datetime import date, datetime
from typing import Any

from civic.kernel.access import Actor, can, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.safeguarding import queries
from civic.safeguarding.access import SafeguardingAction
from civic.safeguarding.errors import ConcernClosed, ConcernNotFound, DayRefused, NobodyToSuspend
from civic.safeguarding.events import (
    ConcernClosedFact,
    ConcernHandled,
    ConcernRaised,
    ConcernSeen,
    SuspensionLifted,
    VolunteerSuspendedFact,
)
from civic.safeguarding.models import Concern, ConcernSight, ConcernStep, Suspension
from civic.safeguarding.rules import AboutSomebody, ConcernDecision, ConcernKind, ConcernState


def raise_concern(
    actor: Actor,
    *,
    town_id: int,
    kind: ConcernKind,
    text: str,
    about_id: int | None,
    subject: tuple[str, int] | None = None,
    context: str = "",
) -> int:
    """Tell the safeguarding officers of a worry. Whoever it is about is not told.

    Args:
        subject: what it is about, as a kind and a number; the caller has asked whether the actor may speak of it.
        context: the same in words.

    Returns:
        The concern's id.

    Raises:
        NotSignedIn.
    """
    now = utc_now()
    with transaction():
        require(actor, SafeguardingAction.RAISE_CONCERN)
        concern = Concern(
            territory_id=town_id,
            kind=kind,
            state=ConcernState.NEW,
            text=text,
            context=context,
            told_by_id=actor.id,
            about_id=about_id,
            subject_kind=subject[0] if subject else None,
            subject_id=subject[1] if subject else None,
            told_at=now,
        )
        db.session.add(concern)
        db.session.flush()
        publish(
            ConcernRaised(
                occurred_at=now,
                concern_id=concern.id,
                territory_id=town_id,
                told_by_id=actor.id,
                mode=kind.value,
            )
        )
    return concern.id


def open_file(actor: Actor, *, concern_id: int) -> Concern:
    """Return a concern to a safeguarding officer, and write down that she saw it.

    Raises:
        ConcernNotFound: there is none, or it is not for the actor, or it is about her.
    """
    now = utc_now()
    with transaction():
        concern = _get(actor, concern_id)
        db.session.add(ConcernSight(concern_id=concern.id, viewer_id=actor.id, seen_at=now))
        db.session.flush()
        publish(ConcernSeen(occurred_at=now, concern_id=concern.id, actor_id=actor.id))
        return concern


def _get(actor: Actor, concern_id: int) -> Concern:
    concern = queries.get_concern(concern_id)
    if not can(actor, SafeguardingAction.HANDLE_CONCERN, concern):
        raise ConcernNotFound
    return concern


def handle_concern(actor: Actor, *, concern_id: int, decision: ConcernDecision, text: str) -> None:
    """Write down what was done about a concern: a note, a call, that it was passed on, or that it is closed. A note opens it again.

    Raises:
        ConcernNotFound: as in ``open_file``.
        ConcernClosed: it is closed, and this is no note.
    """
    now = utc_now()
    with transaction():
        concern = _get(actor, concern_id)
        if concern.state is ConcernState.CLOSED and decision is not ConcernDecision.NOTE:
            raise ConcernClosed
        _write_step(actor, concern, decision, text, now)


def _write_step(actor: Actor, concern: Concern, decision: ConcernDecision, text: str, now: datetime) -> None:
    concern.steps.append(ConcernStep(decision=decision, text=text, author_id=actor.id, done_at=now))
    is_closed = decision is ConcernDecision.CLOSED
    concern.state = ConcernState.CLOSED if is_closed else ConcernState.OPEN
    concern.closed_at = now if is_closed else None
    db.session.flush()
    told: dict[str, Any] = {
        "occurred_at": now,
        "concern_id": concern.id,
        "territory_id": concern.territory_id,
    }
    publish(ConcernHandled(**told, actor_id=actor.id, decision=decision.value))
    if is_closed:
        publish(ConcernClosedFact(**told, actor_id=actor.id, told_by_id=concern.told_by_id))


def suspend_volunteer(actor: Actor, *, concern_id: int, told: str, ends_on: date | None) -> None:
    """Ask the person whom a concern is about for nothing more. What was asked of her is undone, and she is told why, in these words.

    Raises:
        ConcernNotFound: as in ``open_file``.
        ConcernClosed: it is closed.
        NobodyToSuspend: it is about nobody, or she left.
        DayRefused: the last day is past.
    """
    now, today = utc_now(), town_today()
    with transaction():
        concern = _get(actor, concern_id)
        if concern.state is ConcernState.CLOSED:
            raise ConcernClosed
        if concern.about_id is None:
            raise NobodyToSuspend
        if ends_on is not None and ends_on < today:
            raise DayRefused(fields={"ends_on": [DayRefused.passed]})
        _end_former(concern.about_id, now)
        db.session.add(
            Suspension(
                person_id=concern.about_id,
                concern_id=concern.id,
                begun_at=now,
                ends_on=ends_on,
                told=told,
                decided_by_id=actor.id,
            )
        )
        _write_step(actor, concern, ConcernDecision.SUSPENDED, told, now)
        publish(
            VolunteerSuspendedFact(
                occurred_at=now,
                person_id=concern.about_id,
                territory_id=concern.territory_id,
                actor_id=actor.id,
            )
        )


def _end_former(person_id: int, now: datetime) -> None:
    """A new decision takes the place of the one before, whether its last day is over or not."""
    former = queries.find_suspension_not_lifted(person_id)
    if former is not None:
        former.lifted_at = now
        db.session.flush()


def lift_suspension(actor: Actor, *, town_id: int, person_id: int) -> None:
    """Let a volunteer help again. Her offers stay paused until she takes them up. Of somebody who is not suspended, nothing changes.

    Raises:
        NotAllowed: the actor is not a safeguarding officer there, or she is the one who is suspended.
    """
    now = utc_now()
    with transaction():
        require(actor, SafeguardingAction.LIFT_SUSPENSION, AboutSomebody(town_id, person_id))
        suspension = queries.find_suspension_not_lifted(person_id)
        if suspension is None:
            return
        suspension.lifted_at, suspension.lifted_by_id = now, actor.id
        publish(
            SuspensionLifted(occurred_at=now, person_id=person_id, territory_id=town_id, actor_id=actor.id)
        )

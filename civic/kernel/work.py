"""Long work: what takes more than a moment is a row, done in steps beside the requests, and its progress is there for its owner to read.

Each step is one transaction that also moves the counts and renews the hold. A process that dies loses its hold after ``HOLD``; another
takes the work up at the last step that was committed. One that wakes up late finds that it no longer holds the work, and writes nothing:
every step is done once.
"""

import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import Model, db, enum_type
from civic.kernel.errors import N_, Conflict, NotFound, Refusal
from civic.kernel.jobs import hourly
from civic.kernel.sealing import Sealed
from civic.kernel.transaction import transaction

log = structlog.get_logger(__name__)

HOLD = timedelta(seconds=15)
MOST_ATTEMPTS = 6
SLICE_SECONDS = 5.0
"""After so long, a work that is not finished lets another one pass."""
KEPT_FOR = timedelta(days=30)
PERSONAL_KEPT_FOR = timedelta(days=1)


class WorkState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNDER_WAY = (WorkState.WAITING, WorkState.RUNNING)


class LongWork(Model):
    """One long work.

    Attributes:
        key: while it is under way, asking for the same again finds this one.
        done, total: how far it is, in the unit of its kind.
        place: plain JSON values: where the next step begins.
        result: plain JSON values: what it did.
        product: what it made for its owner, sealed.
        problem: why it failed: ``message`` (French source text) and ``values``; none when the reason is ours.
        due_at: when it may be taken; while it is held, when the hold lapses.
        holder: who holds it.
        worked_seconds: the time spent so far, without what was spent waiting.
    """

    __tablename__ = "long_work"
    __table_args__ = (sa.Index("ix_long_work_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    key: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[WorkState] = mapped_column(enum_type(WorkState), default=WorkState.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    place: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    product: Mapped[str | None] = mapped_column(Sealed("long_work.product"))
    problem: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    due_at: Mapped[datetime]
    holder: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    worked_seconds: Mapped[float] = mapped_column(default=0.0)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


class WorkNotFound(NotFound):
    code = "work_not_found"
    message = N_("Ce travail n’existe pas, ou il est terminé depuis longtemps.")


class WorkNotFailed(Conflict):
    code = "work_not_failed"
    message = N_("Ce travail n’a pas besoin d’être repris.")


class HoldLost(Exception):
    """Another process has taken the work up: nothing of this step may be written."""


Step = Callable[[LongWork], bool]
Check = Callable[[Actor, LongWork], None]
_steps: dict[str, Step] = {}
_checks: dict[str, Check] = {}
_personal_kinds: set[str] = set()


def works(kind: str, *, is_personal: bool = False, may_resume: Check | None = None) -> Callable[[Step], Step]:
    """Register the step of a kind of work.

    Args:
        may_resume: raises when its owner may not do it any more: she may have lost her role since.

    A step runs inside a transaction, moves ``done`` and ``place``, and returns whether the work is finished. A Refusal that it raises ends
    the work, and is told to its owner; anything else is tried again. What is personal is forgotten after a day, and when its owner leaves.
    """

    def add(step: Step) -> Step:
        _steps[kind] = step
        if may_resume is not None:
            _checks[kind] = may_resume
        if is_personal:
            _personal_kinds.add(kind)
        return step

    return add


def start_work(
    kind: str,
    *,
    owner_id: int | None,
    total: int,
    place: dict[str, Any] | None = None,
    key: str | None = None,
) -> int:
    """Write down a work to be done beside the requests.

    Args:
        owner_id: who asked for it, and reads how far it is; None for what nobody asked for.
        key: when a work with this key is under way, it is that one.

    Returns:
        The work's id.
    """
    now = utc_now()
    work = LongWork(
        kind=kind, owner_id=owner_id, key=key, total=total, place=place or {}, due_at=now, created_at=now
    )
    with transaction():
        try:
            with db.session.begin_nested():
                db.session.add(work)
        except IntegrityError:
            if key is None:
                raise
            return db.session.scalars(sa.select(LongWork.id).filter_by(key=key)).one()
    return work.id


def get_own_work(actor: Actor, work_id: int) -> LongWork:
    """Return a work of the actor's. Raises NotSignedIn; WorkNotFound, for that of somebody else too."""
    own = sa.select(LongWork).filter_by(id=work_id, owner_id=actor.id)
    work = db.session.scalars(own).one_or_none()
    if work is None:
        raise WorkNotFound
    return work


def find_work(key: str) -> LongWork | None:
    """Return the work under way that has this key."""
    return db.session.scalars(sa.select(LongWork).filter_by(key=key)).one_or_none()


def list_own_works(actor: Actor, *, kind: str | None = None, size: int = 5) -> list[LongWork]:
    """Return the actor's last works, those under way first. Raises NotSignedIn."""
    own = sa.select(LongWork).where(LongWork.owner_id == actor.id)
    if kind is not None:
        own = own.where(LongWork.kind == kind)
    first = sa.case((LongWork.state.in_(UNDER_WAY), 0), else_=1)
    return list(db.session.scalars(own.order_by(first, LongWork.id.desc()).limit(size)))


def forget_ended(*, owner_id: int, kind: str) -> None:
    """Delete the works of a kind that ended, and what they made, before another takes their place."""
    ended = sa.delete(LongWork).where(LongWork.owner_id == owner_id, LongWork.kind == kind)
    with transaction():
        db.session.execute(ended.where(LongWork.state.not_in(UNDER_WAY)))


def resume_work(actor: Actor, *, work_id: int) -> None:
    """Take up, where it stopped, a work of the actor's that failed.

    Raises:
        NotSignedIn, WorkNotFound, WorkNotFailed.
        NotAllowed: she may not do that any more.
    """
    now = utc_now()
    with transaction():
        work = get_own_work(actor, work_id)
        if work.kind in _checks:
            _checks[work.kind](actor, work)
        if work.state is not WorkState.FAILED:
            raise WorkNotFailed
        work.state, work.problem, work.ended_at = WorkState.WAITING, None, None
        work.attempts, work.due_at = 0, now


def do_some_work(now: datetime | None = None, pause: Callable[[], None] = lambda: None) -> bool:
    """Take one work that is due, and do its steps until it ends or has had its slice of time.

    Args:
        pause: called between two steps, where nothing is locked.

    Returns:
        Whether there was one.
    """
    held = _take(now or utc_now())
    if held is None:
        return False
    try:
        _work_on(*held, pause)
    except HoldLost:
        log.warning("work_lost", work_id=held[0])
    return True


def _work_on(work_id: int, holder: str, pause: Callable[[], None]) -> None:
    deadline = time.monotonic() + SLICE_SECONDS
    try:
        while not _take_step(work_id, holder):
            pause()
            if time.monotonic() > deadline:
                return _let_go(work_id, holder, due_at=utc_now())
    except HoldLost:
        raise
    except Refusal as refusal:
        _fail(work_id, holder, {"message": refusal.message, "values": refusal.values})
    except Exception:
        log.exception("work_step_failed", work_id=work_id)
        db.session.rollback()
        _put_back(work_id, holder)


def _take(now: datetime) -> tuple[int, str] | None:
    due = (
        sa.select(LongWork.id)
        .where(LongWork.state.in_(UNDER_WAY), LongWork.due_at <= now)
        .order_by(LongWork.due_at, LongWork.id)
        .limit(1)
    )
    if db.session.scalar(due) is None:
        db.session.rollback()  # a look costs no write lock
        return None
    with transaction():
        work_id = db.session.scalar(due.with_for_update(skip_locked=True))
        if work_id is None:
            return None
        holder = secrets.token_hex(8)
        work = db.session.get_one(LongWork, work_id)
        work.state, work.holder, work.due_at = WorkState.RUNNING, holder, now + HOLD
        work.attempts += 1  # counted before: a step that kills its process must not be tried for ever
        is_hopeless = work.attempts > MOST_ATTEMPTS
    if is_hopeless:
        _fail(work_id, holder, None)
        return None
    return work_id, holder


def _take_step(work_id: int, holder: str) -> bool:
    begun = time.monotonic()
    with transaction():
        now = utc_now()
        _keep_hold(work_id, holder, now + HOLD)
        work = db.session.get_one(LongWork, work_id)
        is_finished = _steps[work.kind](work)
        work.attempts = 0
        work.worked_seconds += time.monotonic() - begun
        if is_finished:
            work.state, work.ended_at = WorkState.DONE, now
            work.done, work.holder, work.key = work.total, None, None
    return is_finished


def _keep_hold(work_id: int, holder: str, until: datetime) -> None:
    """Lock the work for this transaction, if it is still ours."""
    ours = sa.update(LongWork).where(LongWork.id == work_id, LongWork.holder == holder).values(due_at=until)
    result = db.session.execute(ours.execution_options(synchronize_session=False))
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise HoldLost


def _let_go(work_id: int, holder: str, *, due_at: datetime) -> None:
    with transaction():
        _keep_hold(work_id, holder, due_at)
        db.session.get_one(LongWork, work_id).holder = None


def _put_back(work_id: int, holder: str) -> None:
    """Try again later, each time twice as late; after the last attempt, tell that it failed."""
    with transaction():
        work = db.session.get(LongWork, work_id)
        attempts = work.attempts if work else 0
    if attempts >= MOST_ATTEMPTS:
        _fail(work_id, holder, None)
    else:
        _let_go(work_id, holder, due_at=utc_now() + timedelta(seconds=2**attempts))


def _fail(work_id: int, holder: str, problem: dict[str, Any] | None) -> None:
    now = utc_now()
    with transaction():
        _keep_hold(work_id, holder, now)
        work = db.session.get_one(LongWork, work_id)
        work.state, work.ended_at, work.problem = WorkState.FAILED, now, problem
        work.holder = work.key = None


def forget_owner(person_id: int) -> None:
    """Delete what the works hold of a person who leaves; what she had begun for the town hall ends without her name."""
    own = LongWork.owner_id == person_id
    with transaction():
        db.session.execute(sa.delete(LongWork).where(own, LongWork.kind.in_(_personal_kinds)))
        db.session.execute(sa.delete(LongWork).where(own, LongWork.state.not_in(UNDER_WAY)))
        db.session.execute(sa.update(LongWork).where(own).values(owner_id=None))


@hourly
def forget_old_works(now: datetime) -> int:
    """Delete the works that ended long ago. Returns how many."""
    is_personal = LongWork.kind.in_(_personal_kinds)
    old = sa.or_(
        LongWork.ended_at < now - KEPT_FOR,
        sa.and_(is_personal, LongWork.ended_at < now - PERSONAL_KEPT_FOR),
    )
    with transaction():
        result = db.session.execute(sa.delete(LongWork).where(old))
    return int(result.rowcount)  # type: ignore[attr-defined]

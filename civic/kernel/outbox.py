"""What is owed after a commit (mail, live events, a timer's next step): rows written in the same transaction, delivered at least once.

A row is due at ``due_at``, taken with a lease, handed to the handler of its ``kind``, and deleted once done. Several relays may run:
the lease keeps them off each other's rows, and a relay that dies loses its lease. A handler must therefore bear being run twice.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.clock import utc_now
from civic.kernel.database import Model, db
from civic.kernel.rows import write_new_rows, write_rows
from civic.kernel.transaction import note_owing, transaction

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 12
BATCH, SLOW_BATCH = 100, 20
BEGIN_WITHIN_SECONDS = 10
"""How long after they were taken the last of a batch of slow messages may begin: the rest of the lease is for it."""

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}
_slow_kinds: set[str] = set()


class OutboxMessage(Model):
    __tablename__ = "outbox_message"
    __table_args__ = (
        sa.Index("ix_outbox_message_due_at_failed_at", "due_at", "failed_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    failed_at: Mapped[datetime | None]


def delivers(kind: str, *, is_slow: bool = False) -> Callable[[Handler], Handler]:
    """Name the handler of a kind of message. A slow one waits for another machine; it is delivered apart, each put away once it is done."""

    def add(handler: Handler) -> Handler:
        _handlers[kind] = handler
        if is_slow:
            _slow_kinds.add(kind)
        return handler

    return add


def owe(
    kind: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    due_at: datetime | None = None,
    key: str | None = None,
) -> None:
    """Write down what is owed, in the transaction of the command that owes it.

    Args:
        kind: what handler delivers it.
        payload: plain JSON values.
        due_at: not before this instant; at once when None.
        key: where given, a second message with the same key is refused by the database.
    """
    due_at = due_at or now
    note_owing(is_slow=kind in _slow_kinds, is_due=due_at <= now)
    write_rows(OutboxMessage, [_row(kind, payload, now=now, due_at=due_at, key=key)])


def owe_once(kind: str, payload: dict[str, Any], *, now: datetime, due_at: datetime, key: str) -> None:
    """Write down what is owed, unless a message with this key is owed already: any number of commands may ask for the same round."""
    owe_rounds(kind, [(payload, due_at, key)], now=now)


def owe_rounds(kind: str, rounds: Sequence[tuple[dict[str, Any], datetime, str]], *, now: datetime) -> None:
    """Do as ``owe_once`` for several rounds (payload, due_at, key), in one statement."""
    note_owing(is_slow=kind in _slow_kinds, is_due=any(due_at <= now for _, due_at, _ in rounds))
    rows = [_row(kind, payload, now=now, due_at=due_at, key=key) for payload, due_at, key in rounds]
    write_new_rows(OutboxMessage, rows, same=("key",))


def _row(
    kind: str, payload: dict[str, Any], *, now: datetime, due_at: datetime, key: str | None
) -> dict[str, Any]:
    return {"kind": kind, "payload": payload, "created_at": now, "due_at": due_at, "key": key}


def deliver_due(now: datetime | None = None, *, is_slow: bool | None = None) -> int:
    """Deliver one batch of what is due.

    Args:
        is_slow: of the slow kinds alone, of the quick ones alone, or (None) of all.

    Returns:
        How many messages were taken (0: nothing is due).
    """
    now = now or utc_now()
    messages = _take(now, is_slow)
    if is_slow:
        _deliver_slowly(messages)
    else:
        _forget([number for number, kind, payload in messages if _deliver(number, kind, payload)])
    return len(messages)


def _deliver_slowly(messages: list[tuple[int, str, dict[str, Any]]]) -> None:
    """Each is deleted as soon as it is done. Those that could not begin early in their lease are given back: it must outlast the last of them."""
    began = time.monotonic()
    for place, (number, kind, payload) in enumerate(messages):
        if time.monotonic() - began > BEGIN_WITHIN_SECONDS:
            _give_back([each[0] for each in messages[place:]])
            return
        if _deliver(number, kind, payload):
            _forget([number])


def _forget(done: list[int]) -> None:
    if done:
        with transaction():
            db.session.connection().execute(sa.delete(OutboxMessage).where(OutboxMessage.id.in_(done)))


def _give_back(numbers: list[int]) -> None:
    given = sa.update(OutboxMessage).where(OutboxMessage.id.in_(numbers))
    with transaction():
        db.session.connection().execute(given.values(leased_until=None, attempts=OutboxMessage.attempts - 1))


def _take(now: datetime, is_slow: bool | None) -> list[tuple[int, str, dict[str, Any]]]:
    due = (
        sa.select(OutboxMessage.id)
        .where(
            OutboxMessage.due_at <= now,
            OutboxMessage.failed_at.is_(None),
            sa.or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until < now),
            sa.true() if is_slow is None else OutboxMessage.kind.in_(_slow_kinds) == is_slow,
        )
        .order_by(OutboxMessage.id)
        .limit(SLOW_BATCH if is_slow else BATCH)
    )
    if not db.session.scalars(due.limit(1)).first():
        db.session.rollback()  # a look costs no write lock
        return []
    mine = due.with_for_update(skip_locked=True).cte("mine")  # locked once, whatever the plan of the update
    with transaction():
        rows = db.session.execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.id.in_(sa.select(mine.c.id)))
            .values(leased_until=now + LEASE, attempts=OutboxMessage.attempts + 1)
            .returning(OutboxMessage.id, OutboxMessage.kind, OutboxMessage.payload)
            .execution_options(synchronize_session=False)
        ).all()
    return sorted(((row.id, row.kind, row.payload) for row in rows), key=lambda taken: taken[0])


def _deliver(message_id: int, kind: str, payload: dict[str, Any]) -> bool:
    try:
        _handlers[kind](payload)
    except Exception as error:
        log.exception("delivery_failed", message_id=message_id, kind=kind)
        db.session.rollback()
        _put_back(message_id, error)
        return False
    return True


def _put_back(message_id: int, error: Exception) -> None:
    """Try again later, each time twice as late, at most an hour; after the last attempt keep the row for a person to see."""
    now = utc_now()
    with transaction():
        message = db.session.get(OutboxMessage, message_id)
        if message is None:
            return
        message.leased_until = None
        message.last_error = type(error).__name__  # the text of an error may hold personal data
        message.due_at = now + min(timedelta(seconds=2**message.attempts), timedelta(hours=1))
        if message.attempts >= MOST_ATTEMPTS:
            message.failed_at = now

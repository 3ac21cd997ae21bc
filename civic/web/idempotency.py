"""``Idempotency-Key``: an unsafe call that is sent again, because its answer was lost, is done once and answered alike.

The kept answer is written in the transaction of the command itself: there is no instant at which one exists without the other.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.clock import utc_now
from civic.kernel.database import Model, db
from civic.kernel.errors import N_, Invalid
from civic.kernel.jobs import hourly
from civic.kernel.transaction import transaction

KEPT_FOR = timedelta(days=8)
"""Longer than a device sends by itself what was written off the line (seven days, ``static/js/outbox.js``)."""

LONGEST_KEY = 200

Answer = tuple[int, Any]


class KeyReused(Invalid):
    code = "idempotency_key_reused"
    message = N_("Cette clé d’idempotence a déjà servi pour une autre demande.")


class KeyTooLong(Invalid):
    code = "idempotency_key_invalid"
    message = N_("Une clé d’idempotence a entre 1 et 200 caractères imprimables.")


class KeptAnswer(Model):
    __tablename__ = "kept_answer"
    __table_args__ = (sa.UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    key: Mapped[str]
    fingerprint: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


def fingerprint_of(method: str, path: str, body: bytes) -> str:
    """Return the hash of what a call asks for."""
    return hashlib.sha256(json.dumps([method, path, body.decode(errors="replace")]).encode()).hexdigest()


def run_once(person_id: int, key: str, fingerprint: str, command: Callable[[], Answer]) -> Answer:
    """Run the command, unless this person already sent it with this key: then return the answer that was kept.

    Raises:
        KeyReused: the key came with another request.
        KeyTooLong: the key is not 1 to 200 printable characters.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise KeyTooLong
    with transaction():
        kept = _claim(person_id, key, fingerprint)
        if kept.fingerprint != fingerprint:
            raise KeyReused
        if kept.status is None:
            kept.status, kept.body = command()
        return kept.status, kept.body


def was_run(person_id: int, key: str) -> bool:
    """Tell whether this person already sent something with this key."""
    query = sa.select(KeptAnswer.id).filter_by(person_id=person_id, key=key)
    return db.session.scalar(query) is not None


def _claim(person_id: int, key: str, fingerprint: str) -> KeptAnswer:
    """Return the row of this key: a new one, or the kept one (waiting, on PostgreSQL, for who is writing it)."""
    row = KeptAnswer(person_id=person_id, key=key, fingerprint=fingerprint, created_at=utc_now())
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return db.session.scalars(sa.select(KeptAnswer).filter_by(person_id=person_id, key=key)).one()
    return row


@hourly
def forget_old_answers(now: datetime) -> int:
    """Delete the answers kept for longer than that. Returns how many."""
    with transaction():
        result = db.session.execute(sa.delete(KeptAnswer).where(KeptAnswer.created_at < now - KEPT_FOR))
    return int(result.rowcount)  # type: ignore[attr-defined]

"""The town hall puts online what the municipal council decided."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from civic.councils.access import CouncilsAction
from civic.councils.deliberations import queries
from civic.councils.deliberations.errors import (
    AdoptedBeforeHeld,
    HeldInFuture,
    NotYetAdopted,
    NumberMissing,
    NumberTaken,
    PublishedStays,
    RecordNotFound,
)
from civic.councils.deliberations.events import RecordCorrected, RecordPrepared, RecordPublished
from civic.councils.deliberations.models import MunicipalRecord
from civic.councils.deliberations.rules import RecordKind, RecordWish
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.documents import ABSENT, check_document, digest_of, refused
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories


def get_visible_record(actor: Actor, record_id: int, *, with_content: bool = False) -> MunicipalRecord:
    """Return a record that the actor may read: a draft is the town hall's. Raises RecordNotFound."""
    return _ensure_visible(actor, queries.get_record(record_id, with_content=with_content))


def _ensure_visible(actor: Actor, record: MunicipalRecord) -> MunicipalRecord:
    if record.published_at is None and not can(actor, CouncilsAction.PUBLISH_RECORD, record):
        raise RecordNotFound
    return record


def save_record(
    actor: Actor,
    *,
    wish: RecordWish,
    territory_id: int | None = None,
    record_id: int | None = None,
    file: bytes | None = None,
    is_published: bool = False,
    seen: str | None = None,
) -> int:
    """Write a record, or correct one. Published, it stays: a correction is told on its page.

    Args:
        territory_id: of a new one. file: its PDF; None keeps the one that it has.
        is_published: have it read by everybody, if it is not yet. seen: what was stored when it was read.

    Returns:
        Its id.

    Raises:
        RecordNotFound, TerritoryNotFound, NotAllowed, ChangedMeanwhile.
        HeldInFuture, AdoptedBeforeHeld, NotYetAdopted, NumberMissing, NumberTaken: what is said does not hold together.
        DocumentRefused: no PDF, or one that may not be published.
    """
    now = utc_now()
    _ensure_may_publish(actor, territory_id, record_id)  # before the file is read
    content = check_document(file) if file is not None else None
    _ensure_sound(wish, is_published=is_published)
    try:
        with transaction():
            record = _record(actor, territory_id, record_id, now)
            if record_id is None and content is None:
                raise refused(ABSENT)
            was_published = record.published_at is not None
            if was_published:
                _ensure_sound(wish, is_published=True)
            with record.written_over(seen):
                _write(record, wish, content)
                if is_published and not was_published:
                    record.published_at = now
            if was_published:
                record.corrected_at = now
            db.session.add(record)
            db.session.flush()
            _tell(actor, record, now, was_published=was_published)
    except IntegrityError as error:
        raise NumberTaken from error
    return record.id


def _write(record: MunicipalRecord, wish: RecordWish, content: bytes | None) -> None:
    record.kind, record.number, record.title = wish.kind, wish.number, wish.title
    record.summary, record.held_on, record.adopted_on = wish.summary, wish.held_on, wish.adopted_on
    if content is not None:
        record.content, record.digest, record.size_bytes = content, digest_of(content), len(content)


def _ensure_may_publish(actor: Actor, territory_id: int | None, record_id: int | None) -> None:
    thing = get_visible_record(actor, record_id) if record_id is not None else territory_id or 0
    require(actor, CouncilsAction.PUBLISH_RECORD, thing)


def _ensure_sound(wish: RecordWish, *, is_published: bool) -> None:
    if wish.held_on > town_today():
        raise HeldInFuture
    if wish.adopted_on is not None and wish.adopted_on > town_today():
        raise HeldInFuture("adopted_on")
    if wish.kind is RecordKind.DELIBERATION and wish.number is None:
        raise NumberMissing
    if wish.adopted_on is not None and wish.adopted_on < wish.held_on:
        raise AdoptedBeforeHeld
    if is_published and wish.kind is RecordKind.MINUTES and wish.adopted_on is None:
        raise NotYetAdopted


def _record(actor: Actor, territory_id: int | None, record_id: int | None, now: datetime) -> MunicipalRecord:
    if record_id is not None:
        record = _ensure_visible(actor, queries.get_record_alone(record_id))
        require(actor, CouncilsAction.PUBLISH_RECORD, record)
        return record
    town = territories.get_territory(territory_id or 0)
    require(actor, CouncilsAction.PUBLISH_RECORD, town.id)
    return MunicipalRecord(territory_id=town.id, created_at=now)


def _tell(actor: Actor, record: MunicipalRecord, now: datetime, *, was_published: bool) -> None:
    common = {"occurred_at": now, "record_id": record.id, "territory_id": record.territory_id}
    if was_published:
        publish(RecordCorrected(**common, actor_id=actor.id, digest=record.digest))  # type: ignore[arg-type]
    elif record.published_at is not None:
        publish(RecordPublished(**common, actor_id=actor.id))  # type: ignore[arg-type]
    else:
        publish(RecordPrepared(**common, actor_id=actor.id))  # type: ignore[arg-type]


def delete_record(actor: Actor, *, record_id: int) -> None:
    """Delete a draft. Raises RecordNotFound, NotAllowed; PublishedStays: it is published."""
    now = utc_now()
    with transaction():
        record = _ensure_visible(actor, queries.get_record_alone(record_id))
        require(actor, CouncilsAction.PUBLISH_RECORD, record)
        if record.published_at is not None:
            raise PublishedStays
        publish(
            RecordPrepared(
                occurred_at=now, record_id=record.id, territory_id=record.territory_id, actor_id=actor.id
            )
        )
        db.session.delete(record)

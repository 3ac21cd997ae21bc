"""The agenda as items, kept in order: written before the sitting, and completed while it takes place."""

from datetime import datetime

from civic.councils.service import lock_sitting
from civic.councils.sittings import queries
from civic.councils.sittings.errors import AgendaFull, ItemBegun, ItemNotFound, SittingClosed
from civic.councils.sittings.events import AgendaChanged
from civic.councils.sittings.finding import get_visible_item
from civic.councils.sittings.models import AgendaItem
from civic.councils.sittings.rules import MOST_ITEMS, moved
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction


def add_item(
    actor: Actor,
    *,
    sitting_id: int,
    title: str,
    presenter: str = "",
    expected_minutes: int | None = None,
    text: str = "",
    link: str = "",
) -> int:
    """Put an item at the end of the agenda.

    Returns:
        The item's id.

    Raises:
        SittingNotFound, NotAllowed, SittingClosed.
        AgendaFull: there are as many as a sitting can hold.
    """
    now = utc_now()
    with transaction():
        _hold(actor, sitting_id, now)
        items = queries.list_items(sitting_id)
        if len(items) >= MOST_ITEMS:
            raise AgendaFull
        item = AgendaItem(
            sitting_id=sitting_id,
            position=max((each.position for each in items), default=0) + 1,
            title=title,
            presenter=presenter,
            expected_minutes=expected_minutes,
            text=text,
            link=link,
        )
        db.session.add(item)
        db.session.flush()
        _tell(actor, sitting_id, now)
    return item.id


def change_item(
    actor: Actor,
    *,
    item_id: int,
    title: str,
    presenter: str = "",
    expected_minutes: int | None = None,
    text: str = "",
    link: str = "",
    seen: str | None = None,
) -> int:
    """Write an item anew. ``seen``: what was stored when it was read. Returns the id of its sitting.

    Raises:
        ItemNotFound, SittingNotFound, NotAllowed, SittingClosed, ItemBegun, ChangedMeanwhile.
    """
    now = utc_now()
    with transaction():
        item = _coming_item(actor, item_id, now)
        with item.written_over(seen):
            item.title, item.presenter, item.expected_minutes = title, presenter, expected_minutes
            item.text, item.link = text, link
        _tell(actor, item.sitting_id, now)
    return item.sitting_id


def move_item(actor: Actor, *, item_id: int, by: int) -> int:
    """Move an item up (-1) or down (1). Returns the id of its sitting. Raises as ``change_item``."""
    now = utc_now()
    with transaction():
        sitting_id = _coming_item(actor, item_id, now).sitting_id
        items = {item.id: item for item in queries.list_items(sitting_id)}
        for position, each in enumerate(moved(list(items), item_id, by=by), start=1):
            items[each].position = position
        _tell(actor, sitting_id, now)
    return sitting_id


def remove_item(actor: Actor, *, item_id: int) -> int:
    """Take an item off. Returns the id of its sitting. Raises as ``change_item``."""
    now = utc_now()
    with transaction():
        item = _coming_item(actor, item_id, now)
        db.session.delete(item)
        _tell(actor, item.sitting_id, now)
    return item.sitting_id


def _hold(actor: Actor, sitting_id: int, now: datetime) -> None:
    sitting, _ = lock_sitting(actor, sitting_id)
    live = queries.find_live(sitting_id)
    if live is not None and live.closed_at is not None:
        raise SittingClosed
    sitting.updated_at = now


def _coming_item(actor: Actor, item_id: int, now: datetime) -> AgendaItem:
    _hold(actor, get_visible_item(actor, item_id).sitting_id, now)
    item = db.session.get(AgendaItem, item_id, populate_existing=True)
    if item is None:
        raise ItemNotFound
    if item.opened_at is not None:
        raise ItemBegun
    return item


def _tell(actor: Actor, sitting_id: int, now: datetime) -> None:
    db.session.flush()
    publish(AgendaChanged(occurred_at=now, sitting_id=sitting_id, actor_id=actor.id))

"""A sitting as it takes place: opened with a roll call, led item by item, suspended, closed. The hours are those of the server."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.councils import queries as councils
from civic.councils.models import Council, Sitting
from civic.councils.queries import HeldSeat
from civic.councils.service import lock_sitting
from civic.councils.sitting_votes import SILENT_ROLES, is_under_way, list_votes
from civic.councils.sittings import queries, rules
from civic.councils.sittings.errors import (
    ItemNotFound,
    ItemNotOpen,
    ItemUnderWay,
    NobodyPresent,
    NobodyPresides,
    NotASeat,
    SittingClosed,
    SittingIsDraft,
    SittingNotOpen,
    SittingOpened,
    TooEarly,
    VotesUnderWay,
)
from civic.councils.sittings.events import ItemMoved, RollCalled, SittingBegan, SittingMoved
from civic.councils.sittings.finding import get_visible_item
from civic.councils.sittings.models import AgendaItem, LiveSitting, SeatPresence
from civic.councils.sittings.rules import ItemState, Presence, SittingState
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction


def open_sitting(
    actor: Actor,
    *,
    sitting_id: int,
    chair_seat_id: int,
    presences: Mapping[int, Presence],
    quorum_percent: int,
) -> None:
    """Open a sitting: who presides, and who is there. Without a quorum it is opened too: it informs and talks, and votes are refused.

    Args:
        presences: by seat; a seat that is left out is absent.
        quorum_percent: share of the seats that vote, as for a vote.

    Raises:
        SittingNotFound, NotAllowed, SittingIsDraft, SittingOpened, TooEarly.
        NotASeat, NobodyPresent, NobodyPresides.
    """
    now = utc_now()
    with transaction():
        sitting, council = lock_sitting(actor, sitting_id)
        _ensure_may_open(sitting, now)
        held = {each.seat.id: each for each in councils.list_seats(council.id) if each.name}
        _ensure_seated(presences, held)
        if presences.get(chair_seat_id) is not Presence.PRESENT:
            raise NobodyPresides
        for seat_id, each in held.items():
            said = presences.get(seat_id, Presence.ABSENT)
            db.session.add(_presence(sitting_id, each, said, at_opening=said))
        db.session.flush()
        present, seats = _counted(sitting_id)
        live = LiveSitting(
            sitting_id=sitting_id,
            presided_by=held[chair_seat_id].name or "",
            seats=seats,
            present=present,
            quorum_percent=quorum_percent,
            opened_at=now,
        )
        db.session.add(live)
        publish(
            SittingBegan(
                occurred_at=now, sitting_id=sitting_id, actor_id=actor.id, present=present, seats=seats
            )
        )


def call_roll(actor: Actor, *, sitting_id: int, presences: Mapping[int, Presence]) -> None:
    """Say anew who is there: somebody arrived, or left. What the roll said at the opening stays. Raises as ``open_item``, NotASeat, NobodyPresent."""
    now = utc_now()
    with transaction():
        _, council = _lock_live(actor, sitting_id, may_be_suspended=True)
        held = {each.seat.id: each for each in councils.list_seats(council.id) if each.name}
        _ensure_seated(presences, held)
        known = {each.seat_id: each for each in queries.list_presences(sitting_id)}
        for seat_id, each in held.items():
            said = presences.get(seat_id, Presence.ABSENT)
            if seat_id in known:
                known[seat_id].latest = said
            else:
                db.session.add(_presence(sitting_id, each, said, at_opening=Presence.ABSENT))
        db.session.flush()
        present, seats = _counted(sitting_id)
        publish(
            RollCalled(
                occurred_at=now, sitting_id=sitting_id, actor_id=actor.id, present=present, seats=seats
            )
        )


def suspend_sitting(actor: Actor, *, sitting_id: int) -> None:
    """Raises SittingNotFound, NotAllowed, SittingClosed, SittingNotOpen (it is suspended), VotesUnderWay."""
    now = utc_now()
    with transaction():
        live, _ = _lock_live(actor, sitting_id)
        _ensure_no_vote(sitting_id, now)
        live.suspended_at = now
        _tell(actor, live, now)


def resume_sitting(actor: Actor, *, sitting_id: int) -> None:
    """Go on after a break; a second time changes nothing. Raises SittingNotFound, NotAllowed, SittingClosed, SittingNotOpen."""
    now = utc_now()
    with transaction():
        live, _ = _lock_live(actor, sitting_id, may_be_suspended=True)
        if live.suspended_at is not None:
            live.suspended_at = None
            _tell(actor, live, now)


def close_sitting(actor: Actor, *, sitting_id: int) -> None:
    """Close a sitting, and with it the item that was open. Raises SittingNotFound, NotAllowed, SittingClosed, SittingNotOpen, VotesUnderWay."""
    now = utc_now()
    with transaction():
        live, _ = _lock_live(actor, sitting_id, may_be_suspended=True)
        _ensure_no_vote(sitting_id, now)
        item = queries.find_open_item(sitting_id)
        if item is not None:
            _close(actor, item, now)
        live.suspended_at, live.closed_at = None, now
        _tell(actor, live, now)


def open_item(actor: Actor, *, item_id: int) -> int:
    """Open an item, or open it again.

    Returns:
        The id of its sitting.

    Raises:
        ItemNotFound, SittingNotFound, NotAllowed, SittingClosed.
        SittingNotOpen: it has not begun, or is suspended.
        ItemUnderWay: another one is open; of two that are opened at once, one is.
    """
    now = utc_now()
    sitting_id = get_visible_item(actor, item_id).sitting_id
    with transaction():
        _lock_live(actor, sitting_id)
        _open(actor, item_id, sitting_id, now)
    return sitting_id


def close_item(actor: Actor, *, item_id: int) -> int:
    """Close the open item. Returns the id of its sitting. Raises as ``open_item``, ItemNotOpen, VotesUnderWay."""
    now = utc_now()
    sitting_id = get_visible_item(actor, item_id).sitting_id
    with transaction():
        _lock_live(actor, sitting_id)
        _close(actor, _open_item_named(sitting_id, item_id), now)
    return sitting_id


def pass_on(actor: Actor, *, item_id: int) -> int:
    """Close the open item and open the one that comes next; a second press finds it closed. Returns the id of its sitting. Raises as ``close_item``."""
    now = utc_now()
    sitting_id = get_visible_item(actor, item_id).sitting_id
    with transaction():
        _lock_live(actor, sitting_id)
        item = _open_item_named(sitting_id, item_id)
        _close(actor, item, now)
        coming = next_item(queries.list_items(sitting_id))
        if coming is not None:
            _open(actor, coming.id, sitting_id, now)
    return sitting_id


def next_item(items: Collection[AgendaItem]) -> AgendaItem | None:
    """Return the first item that was not opened yet."""
    return next((item for item in items if item.opened_at is None), None)


def _ensure_may_open(sitting: Sitting, now: datetime) -> None:
    if sitting.published_at is None:
        raise SittingIsDraft
    if queries.find_live(sitting.id) is not None:
        raise SittingOpened
    if not rules.may_open(sitting.starts_at, at=now):
        raise TooEarly(starts_at=sitting.starts_at)


def _ensure_seated(presences: Mapping[int, Presence], held: Mapping[int, HeldSeat]) -> None:
    if not set(presences) <= set(held):
        raise NotASeat
    if Presence.PRESENT not in presences.values():
        raise NobodyPresent


def _presence(sitting_id: int, held: HeldSeat, said: Presence, *, at_opening: Presence) -> SeatPresence:
    return SeatPresence(
        sitting_id=sitting_id,
        seat_id=held.seat.id,
        name=held.name or "",
        votes=held.seat.role not in SILENT_ROLES,
        at_opening=at_opening,
        latest=said,
    )


def _counted(sitting_id: int) -> tuple[int, int]:
    """Return how many of the seats that vote are there, and how many there are."""
    voting = [each for each in queries.list_presences(sitting_id) if each.votes]
    return sum(each.latest is Presence.PRESENT for each in voting), len(voting)


def _lock_live(
    actor: Actor, sitting_id: int, *, may_be_suspended: bool = False
) -> tuple[LiveSitting, Council]:
    """Return a sitting that goes on and that the actor holds, kept from every other writer."""
    _, council = lock_sitting(actor, sitting_id)
    live = db.session.get(LiveSitting, sitting_id, populate_existing=True)
    if live is None:
        raise SittingNotOpen
    if live.closed_at is not None:
        raise SittingClosed
    if live.suspended_at is not None and not may_be_suspended:
        raise SittingNotOpen
    return live, council


def _ensure_no_vote(sitting_id: int, now: datetime) -> None:
    if any(is_under_way(vote, at=now) for vote in list_votes(sitting_id)):
        raise VotesUnderWay


def _open(actor: Actor, item_id: int, sitting_id: int, now: datetime) -> None:
    """The index of the table decides: one item is open at most."""
    item = db.session.get(AgendaItem, item_id, populate_existing=True)
    if item is None:
        raise ItemNotFound
    if item.opened_at is not None and item.closed_at is None:
        return
    opened = sa.update(AgendaItem).where(AgendaItem.id == item_id)
    opened = opened.values(opened_at=sa.func.coalesce(AgendaItem.opened_at, now), closed_at=None)
    try:
        with db.session.begin_nested():
            db.session.execute(opened.execution_options(synchronize_session=False))
    except IntegrityError as error:
        raise ItemUnderWay from error
    publish(
        ItemMoved(
            occurred_at=now,
            sitting_id=sitting_id,
            actor_id=actor.id,
            item_id=item_id,
            state=ItemState.OPEN.value,
        )
    )


def _open_item_named(sitting_id: int, item_id: int) -> AgendaItem:
    item = queries.find_open_item(sitting_id)
    if item is None or item.id != item_id:
        raise ItemNotOpen
    return item


def _close(actor: Actor, item: AgendaItem, now: datetime) -> None:
    _ensure_no_vote(item.sitting_id, now)
    item.closed_at = now
    db.session.flush()
    publish(
        ItemMoved(
            occurred_at=now,
            sitting_id=item.sitting_id,
            actor_id=actor.id,
            item_id=item.id,
            state=ItemState.DONE.value,
        )
    )


def _tell(actor: Actor, live: LiveSitting, now: datetime) -> None:
    db.session.flush()
    state: SittingState = rules.state_of(live.opened_at, live.suspended_at, live.closed_at)
    publish(SittingMoved(occurred_at=now, sitting_id=live.sitting_id, actor_id=actor.id, state=state.value))

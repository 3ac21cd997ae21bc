"""Telling: a person by a numbered row, a room by a message that is not kept. Both are owed in the transaction of the fact."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from civic.extensions import socketio
from civic.kernel.database import db
from civic.kernel.outbox import delivers, owe
from civic.kernel.transaction import collect
from civic.realtime import queries
from civic.realtime.models import PersonEvent, PersonFeed
from civic.web.sockets import room

MOST_AT_ONCE = 1_000

ROWS_IN_A_STATEMENT = 100
"""PostgreSQL takes longer to read one statement of thousands of values than to run ten shorter ones that it knows."""

MOST_IN_A_MESSAGE = 100
"""How many persons are told by one message of the outbox: between two, whoever asks for a page is served."""


def tell_person(person_id: int, name: str, payload: dict[str, Any], *, now: datetime) -> None:
    """Tell a person something, in the transaction that states the fact: her next numbered event, and its delivery.

    Her number is taken at the end of the transaction, so that who tells several persons locks them in the order of their ids.

    Args:
        payload: ids and plain values; never an address or a telephone number. Words that others wrote are added when it is sent.
    """
    collect(_number_events, {"person_id": person_id, "name": name, "payload": payload, "created_at": now})


def tell_room(room_name: str, name: str, payload: dict[str, Any], *, now: datetime) -> None:
    """Owe an event to everybody in a room. What it says must be fit for each of them."""
    owe("live.room", {"room": room_name, "name": name, "payload": payload}, now=now)


def close_sockets(rooms: list[str], *, now: datetime) -> None:
    """Owe the end of the sockets of some rooms: whichever process holds them closes them."""
    owe("live.disconnect", {"rooms": rooms}, now=now)


def _number_events(events: list[dict[str, Any]]) -> None:
    """A few statements, however many are told: their rows are locked in the order of the ids until the end of the transaction."""
    told = Counter(event["person_id"] for event in events)
    next_seqs: dict[int, Iterator[int]] = {}
    everybody = sorted(told)
    for start in range(0, len(everybody), MOST_AT_ONCE):
        ids = everybody[start : start + MOST_AT_ONCE]
        next_seqs |= {person_id: count(last + 1) for person_id, last in _lock_feeds(ids).items()}
        for times in sorted({told[person_id] for person_id in ids}):
            _move_on([person_id for person_id in ids if told[person_id] == times], times)
    in_order = sorted(events, key=lambda event: event["person_id"])
    for event in in_order:
        event["seq"] = next(next_seqs[event["person_id"]])
    table = PersonEvent.metadata.tables[
        PersonEvent.__tablename__
    ]  # rows, not objects: there may be thousands
    returned = (table.c.id, table.c.person_id, table.c.seq)
    by_hundreds = {"insertmanyvalues_page_size": ROWS_IN_A_STATEMENT}
    rows = db.session.execute(
        sa.insert(table).returning(*returned), in_order, execution_options=by_hundreds
    ).all()
    ids = [row.id for row in sorted(rows, key=lambda row: (row.person_id, row.seq))]
    for start in range(0, len(ids), MOST_IN_A_MESSAGE):
        few = ids[start : start + MOST_IN_A_MESSAGE]
        owe("live.persons", {"event_ids": few}, now=events[0]["created_at"])


def _lock_feeds(person_ids: Sequence[int]) -> dict[int, int]:
    """Return the last number of each person, which no other transaction changes until the end of this one."""
    query = sa.select(PersonFeed.person_id, PersonFeed.last_seq).where(PersonFeed.person_id.in_(person_ids))
    known = set(db.session.scalars(query))
    _make_feeds([person_id for person_id in person_ids if person_id not in known])
    locked = db.session.execute(query.order_by(PersonFeed.person_id).with_for_update())
    return {row.person_id: row.last_seq for row in locked}


def _make_feeds(person_ids: list[int]) -> None:
    """Another transaction may be making the same rows."""
    if not person_ids:
        return
    insert = (sqlite if db.session.connection().dialect.name == "sqlite" else postgresql).insert(PersonFeed)
    rows = [{"person_id": person_id, "last_seq": 0} for person_id in person_ids]
    db.session.execute(insert.on_conflict_do_nothing(), rows)


def _move_on(person_ids: list[int], times: int) -> None:
    db.session.execute(
        sa.update(PersonFeed)
        .where(PersonFeed.person_id.in_(person_ids))
        .values(last_seq=PersonFeed.last_seq + times)
        .execution_options(synchronize_session=False)
    )


@delivers("live.persons")
def deliver_to_persons(owed: dict[str, Any]) -> None:
    _send(queries.find_events(owed["event_ids"]))


@delivers("live.person")
def deliver_to_person(owed: dict[str, Any]) -> None:
    """As it was owed by the version before, whose last messages an update may find."""
    event = queries.find_event(owed["person_id"], owed["seq"])
    _send([] if event is None else [event])


def _send(events: list[PersonEvent]) -> None:
    payloads = queries.complete_events(events)
    told = [(event.name, event.person_id, sent) for event, sent in zip(events, payloads, strict=True)]
    db.session.rollback()  # nothing is sent while a snapshot of the database is held
    for name, person_id, sent in told:
        socketio.emit(name, sent, to=room("person", person_id))
    socketio.sleep(0)  # they read it now, before the next are told


@delivers("live.room")
def deliver_to_room(owed: dict[str, Any]) -> None:
    socketio.emit(owed["name"], owed["payload"], to=owed["room"])


@delivers("live.disconnect")
def disconnect_rooms(owed: dict[str, Any]) -> None:
    for name in owed["rooms"]:
        socketio.close_room(name)

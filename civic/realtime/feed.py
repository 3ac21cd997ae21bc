"""Telling: a person by a numbered row, a room by a message that is not kept. Both are owed in the transaction of the fact."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.extensions import socketio
from civic.kernel.database import db
from civic.kernel.outbox import delivers, owe
from civic.kernel.transaction import collect
from civic.realtime import queries
from civic.realtime.models import PersonEvent, PersonFeed
from civic.web.sockets import room


def tell_person(person_id: int, name: str, payload: dict[str, Any], *, now: datetime) -> None:
    """Tell a person something, in the transaction that states the fact: her next numbered event, and its delivery.

    Her number is taken at the end of the transaction, so that who tells several persons locks them in the order of their ids.

    Args:
        payload: ids and plain values; never an address or a telephone number. Words that others wrote are added when it is sent.
    """
    collect(_number_events, PersonEvent(person_id=person_id, name=name, payload=payload, created_at=now))


def tell_room(room_name: str, name: str, payload: dict[str, Any], *, now: datetime) -> None:
    """Owe an event to everybody in a room. What it says must be fit for each of them."""
    owe("live.room", {"room": room_name, "name": name, "payload": payload}, now=now)


def close_sockets(rooms: list[str], *, now: datetime) -> None:
    """Owe the end of the sockets of some rooms: whichever process holds them closes them."""
    owe("live.disconnect", {"rooms": rooms}, now=now)


def _number_events(events: list[PersonEvent]) -> None:
    for event in sorted(events, key=lambda event: event.person_id):
        event.seq = _next_seq(event.person_id)
        db.session.add(event)
        owe("live.person", {"person_id": event.person_id, "seq": event.seq}, now=event.created_at)


def _next_seq(person_id: int) -> int:
    """One atomic update takes the number and locks the row; two transactions never take the same."""
    if (seq := _take_number(person_id)) is not None:
        return seq
    try:
        with db.session.begin_nested():
            db.session.execute(sa.insert(PersonFeed).values(person_id=person_id, last_seq=0))
    except IntegrityError:
        pass  # another transaction has just made the row
    seq = _take_number(person_id)
    if seq is None:
        raise RuntimeError(f"No feed could be made for person {person_id}.")
    return seq


def _take_number(person_id: int) -> int | None:
    return db.session.scalar(
        sa.update(PersonFeed)
        .where(PersonFeed.person_id == person_id)
        .values(last_seq=PersonFeed.last_seq + 1)
        .returning(PersonFeed.last_seq)
        .execution_options(synchronize_session=False)
    )


@delivers("live.person")
def deliver_to_person(owed: dict[str, Any]) -> None:
    event = queries.find_event(owed["person_id"], owed["seq"])
    if event is None:
        return
    (sent,) = queries.complete_events([event])
    db.session.rollback()  # nothing is sent while a snapshot of the database is held
    socketio.emit(event.name, sent, to=room("person", event.person_id))


@delivers("live.room")
def deliver_to_room(owed: dict[str, Any]) -> None:
    socketio.emit(owed["name"], owed["payload"], to=owed["room"])


@delivers("live.disconnect")
def disconnect_rooms(owed: dict[str, Any]) -> None:
    for name in owed["rooms"]:
        socketio.close_room(name)

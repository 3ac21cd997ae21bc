"""Who says that she comes: residents, counted, and the members of the council, by name."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from civic.councils import queries as councils
from civic.councils.access import CouncilsAction
from civic.councils.models import Sitting
from civic.councils.service import get_visible_sitting, lock_sitting
from civic.councils.sittings import queries
from civic.councils.sittings.errors import CallTooLate, NoPlaceLeft, NotASeat, PlacesTaken, SittingIsDraft
from civic.councils.sittings.events import AttendanceChanged, MemberAnswered, PlacesSet
from civic.councils.sittings.models import Attendee, SeatAnswer, SittingRoom
from civic.councils.sittings.rules import MemberAnswer
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import Model, db
from civic.kernel.transaction import publish, transaction


def say_coming(actor: Actor, *, sitting_id: int) -> int:
    """Say that one comes; a second time changes nothing.

    Returns:
        How many come.

    Raises:
        SittingNotFound, NotSignedIn, SittingIsDraft.
        CallTooLate: the sitting has begun: who wishes to come comes.
        NoPlaceLeft.
    """
    now = utc_now()
    with transaction():
        _coming_sitting(actor, sitting_id, now)
        _make_room(sitting_id)
        if write_once(Attendee, sitting_id=sitting_id, person_id=actor.id, said_at=now):
            if not queries.take_place(sitting_id):
                raise NoPlaceLeft
            _tell(sitting_id, now, is_coming=True)
        return _coming(sitting_id)


def say_not_coming(actor: Actor, *, sitting_id: int) -> int:
    """Give one's place back; a second time changes nothing. Returns how many come. Raises as ``say_coming``, but for the places."""
    now = utc_now()
    with transaction():
        _coming_sitting(actor, sitting_id, now)
        if leave(sitting_id, actor.id):
            _tell(sitting_id, now, is_coming=False)
        return _coming(sitting_id)


def leave(sitting_id: int, person_id: int) -> bool:
    """Take somebody off those who come, in a transaction. Returns whether she was among them."""
    left = sa.delete(Attendee).where(Attendee.sitting_id == sitting_id, Attendee.person_id == person_id)
    result = db.session.execute(left.execution_options(synchronize_session=False))
    if result.rowcount != 1:  # type: ignore[attr-defined]
        return False
    queries.give_place_back(sitting_id)
    return True


def set_places(actor: Actor, *, sitting_id: int, places: int | None) -> None:
    """Limit how many may come, or (None) limit it no more. Raises SittingNotFound, NotAllowed, PlacesTaken."""
    now = utc_now()
    with transaction():
        lock_sitting(actor, sitting_id)
        _make_room(sitting_id)
        if not queries.limit_places(sitting_id, places):
            raise PlacesTaken
        publish(PlacesSet(occurred_at=now, sitting_id=sitting_id, actor_id=actor.id, places=places))


def answer_call(actor: Actor, *, sitting_id: int, seat_id: int, answer: MemberAnswer) -> None:
    """Say whether a member will be there: herself, or who holds the sitting for somebody who telephoned.

    Raises:
        SittingNotFound, SeatNotFound, NotASeat, NotSignedIn, NotAllowed, SittingIsDraft.
        CallTooLate: the roll is called instead.
    """
    now = utc_now()
    with transaction():
        sitting = get_visible_sitting(actor, sitting_id)
        seat = councils.get_seat_alone(seat_id)
        if seat.council_id != sitting.council_id:
            raise NotASeat
        council = councils.get_council(sitting.council_id)
        require(actor, CouncilsAction.ANSWER_CALL, _Called(council.id, council.territory_id, seat.person_id))
        if seat.person_id is None and not seat.name:
            raise NotASeat
        _ensure_coming(sitting, now)
        if not write_once(SeatAnswer, sitting_id=sitting_id, seat_id=seat_id, answer=answer, said_at=now):
            written = sa.update(SeatAnswer).filter_by(sitting_id=sitting_id, seat_id=seat_id)
            db.session.execute(
                written.values(answer=answer, said_at=now).execution_options(synchronize_session=False)
            )
        publish(
            MemberAnswered(
                occurred_at=now,
                sitting_id=sitting_id,
                actor_id=actor.id,
                seat_id=seat_id,
                state=answer.value,
            )
        )


class _Called:
    """What the policy is asked about: a council, and whose seat it is."""

    def __init__(self, council_id: int, territory_id: int, person_id: int | None):
        self.id, self.territory_id, self.person_id = council_id, territory_id, person_id


def _coming_sitting(actor: Actor, sitting_id: int, now: datetime) -> None:
    sitting = get_visible_sitting(actor, sitting_id)
    require(actor, CouncilsAction.ATTEND, councils.get_council(sitting.council_id))
    _ensure_coming(sitting, now)


def _ensure_coming(sitting: Sitting, now: datetime) -> None:
    if sitting.published_at is None:
        raise SittingIsDraft
    if now >= sitting.starts_at or queries.find_live(sitting.id) is not None:
        raise CallTooLate


def _make_room(sitting_id: int) -> None:
    write_once(SittingRoom, sitting_id=sitting_id, places=None, coming=0)


def write_once(model: type[Model], **values: object) -> bool:
    """Insert a row unless it is there, whoever else does so at the same moment. Returns whether it is new."""
    table = model.metadata.tables[model.__tablename__]
    is_sqlite = db.session.connection().dialect.name == "sqlite"
    insert = (sqlite_insert if is_sqlite else postgresql_insert)(table)
    written = insert.values(**values).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return db.session.execute(written).first() is not None


def _coming(sitting_id: int) -> int:
    room = queries.find_room(sitting_id)
    return room.coming if room else 0


def _tell(sitting_id: int, now: datetime, *, is_coming: bool) -> None:
    publish(
        AttendanceChanged(
            occurred_at=now,
            sitting_id=sitting_id,
            actor_id=None,
            is_coming=is_coming,
            coming=_coming(sitting_id),
        )
    )

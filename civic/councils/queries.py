from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.councils.errors import CouncilNotFound, SeatNotFound, SittingNotFound
from civic.councils.models import Council, Seat, Sitting, SittingVoice, SittingVote
from civic.councils.rules import HOLDERS, SeatRole, rank_of
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate


@dataclass(frozen=True)
class HeldSeat:
    """A seat with the name of who holds it; None: it is vacant."""

    seat: Seat
    name: str | None


def get_council(council_id: int) -> Council:
    """Raises CouncilNotFound."""
    council = db.session.get(Council, council_id)
    if council is None:
        raise CouncilNotFound
    return council


def get_council_alone(council_id: int) -> Council:
    """Return a council, kept from whoever else gives its seats until the end of the transaction. Raises CouncilNotFound."""
    locked = sa.select(Council).filter_by(id=council_id).with_for_update()
    council = db.session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if council is None:
        raise CouncilNotFound
    return council


def list_councils(*, number: int = 1, size: int = PAGE_SIZE) -> Page[Council]:
    return paginate(sa.select(Council).order_by(Council.name, Council.id), number=number, size=size)


def find_council_of(territory_id: int) -> Council | None:
    return db.session.scalars(sa.select(Council).filter_by(territory_id=territory_id)).one_or_none()


def get_seat(seat_id: int) -> Seat:
    """Raises SeatNotFound."""
    seat = db.session.get(Seat, seat_id)
    if seat is None:
        raise SeatNotFound
    return seat


def get_seat_alone(seat_id: int) -> Seat:
    """Return a seat, whose holder stays the same until the end of the transaction. Raises SeatNotFound."""
    locked = sa.select(Seat).filter_by(id=seat_id).with_for_update()
    seat = db.session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if seat is None:
        raise SeatNotFound
    return seat


def is_voting(seat_id: int) -> bool:
    """Tell whether a seat takes part in a vote whose result is not written yet."""
    query = sa.select(SittingVoice.id).join(SittingVote, SittingVote.id == SittingVoice.vote_id)
    query = query.where(SittingVoice.seat_id == seat_id, SittingVote.closed_at.is_(None))
    return db.session.scalars(query.limit(1)).first() is not None


def list_seats(council_id: int) -> list[HeldSeat]:
    """Return the seats in the order of their roles. A council has a dozen, never hundreds: no page is needed.

    The name of an account goes before the one that was typed, so that a person who changes hers is named as she wishes.
    """
    query = sa.select(Seat, Person.name).outerjoin(Person).where(Seat.council_id == council_id)
    seats = [HeldSeat(row[0], row[1] or row[0].name) for row in db.session.execute(query)]
    return sorted(seats, key=lambda held: (rank_of(held.seat.role), held.name is None, held.seat.id))


def presides(council_id: int, person_id: int) -> bool:
    """Tell whether somebody may hold the sittings of a council from her seat."""
    return _has_seat(council_id, person_id, HOLDERS)


def sits(council_id: int, person_id: int) -> bool:
    return _has_seat(council_id, person_id, tuple(SeatRole))


def _has_seat(council_id: int, person_id: int, roles: Collection[SeatRole]) -> bool:
    query = sa.select(Seat.id).where(
        Seat.council_id == council_id, Seat.person_id == person_id, Seat.role.in_(roles)
    )
    return db.session.scalars(query.limit(1)).first() is not None


def count_seats(council_ids: Collection[int]) -> dict[int, int]:
    counted = sa.select(Seat.council_id, sa.func.count()).where(Seat.council_id.in_(council_ids))
    return {row[0]: row[1] for row in db.session.execute(counted.group_by(Seat.council_id))}


def get_sitting(sitting_id: int) -> Sitting:
    """Raises SittingNotFound."""
    sitting = db.session.get(Sitting, sitting_id)
    if sitting is None:
        raise SittingNotFound
    return sitting


def get_sitting_alone(sitting_id: int) -> Sitting:
    """Return a sitting, kept from every other writer until the end of the transaction. Raises SittingNotFound."""
    locked = sa.select(Sitting).filter_by(id=sitting_id).with_for_update()
    sitting = db.session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if sitting is None:
        raise SittingNotFound
    return sitting


def list_coming_sittings(council_id: int, *, at: datetime, with_drafts: bool) -> list[Sitting]:
    """Return what is planned, the soonest first, at most ten."""
    query = _sittings(council_id, with_drafts).where(Sitting.starts_at > at)
    return list(db.session.scalars(query.order_by(Sitting.starts_at, Sitting.id).limit(10)))


def list_past_sittings(
    council_id: int, *, at: datetime, with_drafts: bool, number: int = 1, size: int = PAGE_SIZE
) -> Page[Sitting]:
    query = _sittings(council_id, with_drafts).where(Sitting.starts_at <= at)
    return paginate(query.order_by(Sitting.starts_at.desc(), Sitting.id.desc()), number=number, size=size)


def _sittings(council_id: int, with_drafts: bool) -> sa.Select[Sitting]:
    query = sa.select(Sitting).where(Sitting.council_id == council_id)
    return query if with_drafts else query.where(Sitting.published_at.is_not(None))


def next_sittings(council_ids: Collection[int], *, at: datetime) -> dict[int, Sitting]:
    """Return the next published sitting of each council, in one query."""
    query = (
        sa.select(Sitting)
        .where(Sitting.council_id.in_(council_ids), Sitting.published_at.is_not(None), Sitting.starts_at > at)
        .order_by(Sitting.starts_at.desc(), Sitting.id.desc())
    )
    return {sitting.council_id: sitting for sitting in db.session.scalars(query)}


def list_next_sittings(
    *, at: datetime, territory_id: int | None = None, size: int = PAGE_SIZE
) -> list[tuple[Council, Sitting]]:
    """Return the published sittings to come, the soonest first, with their councils.

    Args:
        territory_id: only those of this neighbourhood's council.
    """
    query = (
        sa.select(Council, Sitting)
        .join(Sitting, Sitting.council_id == Council.id)
        .where(Sitting.published_at.is_not(None), Sitting.starts_at > at)
        .order_by(Sitting.starts_at, Sitting.id)
        .limit(size)
    )
    if territory_id is not None:
        query = query.where(Council.territory_id == territory_id)
    return [(row[0], row[1]) for row in db.session.execute(query)]

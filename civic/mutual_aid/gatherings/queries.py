from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.accounts.models import Person
from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.mutual_aid.gatherings.errors import GatheringNotFound, ShiftNotFound
from civic.mutual_aid.gatherings.models import Gathering, Shift, ShiftPlace
from civic.mutual_aid.gatherings.rules import LIVE, GatheringState, PlaceState


@dataclass(frozen=True)
class ListedGathering:
    """A gathering in a list: when it begins and ends, and how many places are left in what is to come."""

    id: int
    title: str
    address: str
    organisation_name: str
    state: GatheringState
    starts_at: datetime | None
    places_left: int


@dataclass(frozen=True)
class ShownShift:
    """A shift, with the reader's own place in it."""

    id: int
    role: str
    starts_at: datetime
    ends_at: datetime
    places: int
    taken: int
    own_place: PlaceState | None
    held_until: datetime | None


@dataclass(frozen=True)
class ShownGathering:
    id: int
    organisation_id: int
    organisation_name: str
    title: str
    text: str
    address: str
    state: GatheringState
    seen: str
    shifts: list[ShownShift]


def get_gathering(gathering_id: int) -> Gathering:
    """Raises GatheringNotFound."""
    gathering = db.session.get(Gathering, gathering_id)
    if gathering is None:
        raise GatheringNotFound
    return gathering


def get_visible_gathering(actor: Actor, gathering_id: int) -> Gathering:
    """Return a gathering that this person may read: a draft is for the association alone. Raises GatheringNotFound."""
    gathering = get_gathering(gathering_id)
    if (
        gathering.state is GatheringState.DRAFT
        and gathering.organisation_id
        not in actor.organisation_ids | accounts.organisations_read_by(actor.person_id)
    ):
        raise GatheringNotFound
    return gathering


def get_shift(shift_id: int) -> Shift:
    """Raises ShiftNotFound."""
    shift = db.session.get(Shift, shift_id)
    if shift is None:
        raise ShiftNotFound
    return shift


def lock_shift(shift_id: int) -> Shift:
    """Return a shift that nobody else changes until the end of the transaction. Raises ShiftNotFound."""
    query = sa.select(Shift).filter_by(id=shift_id).with_for_update()
    shift = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if shift is None:
        raise ShiftNotFound
    return shift


def take_one(shift_id: int, *, now: datetime) -> bool:
    """Take a place if one is left and it has not begun: one statement decides. Returns whether it was taken."""
    result = db.session.execute(
        sa.update(Shift)
        .where(Shift.id == shift_id, Shift.taken < Shift.places, Shift.starts_at > now)
        .values(taken=Shift.taken + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def free_one(shift_id: int) -> None:
    db.session.execute(
        sa.update(Shift)
        .where(Shift.id == shift_id, Shift.taken > 0)
        .values(taken=Shift.taken - 1)
        .execution_options(synchronize_session=False)
    )


def find_live_place(shift_id: int, person_id: int) -> ShiftPlace | None:
    query = sa.select(ShiftPlace).where(
        ShiftPlace.shift_id == shift_id, ShiftPlace.person_id == person_id, ShiftPlace.state.in_(LIVE)
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def get_last_place(person_id: int, shift_id: int) -> ShiftPlace:
    """Return the place that a person has in a shift, or had last. Raises ShiftNotFound: she never asked for one."""
    query = sa.select(ShiftPlace).filter_by(shift_id=shift_id, person_id=person_id)
    place = db.session.scalars(query.order_by(ShiftPlace.id.desc()).limit(1)).one_or_none()
    if place is None:
        raise ShiftNotFound
    return place


def find_next(shift_id: int) -> ShiftPlace | None:
    """Return who has waited longest."""
    query = sa.select(ShiftPlace).filter_by(shift_id=shift_id, state=PlaceState.WAITING)
    return db.session.scalars(query.order_by(ShiftPlace.id).limit(1)).one_or_none()


def present_gathering(actor: Actor, gathering_id: int) -> ShownGathering:
    """Return a gathering as somebody may read it. Raises GatheringNotFound."""
    gathering = get_visible_gathering(actor, gathering_id)
    own = places_of(actor.person_id, [shift.id for shift in gathering.shifts])
    return ShownGathering(
        gathering.id,
        gathering.organisation_id,
        accounts.organisation_names_of({gathering.organisation_id}).get(gathering.organisation_id, ""),
        gathering.title,
        gathering.text,
        gathering.address,
        gathering.state,
        gathering.seen,
        [_shown(shift, own.get(shift.id)) for shift in gathering.shifts],
    )


def _shown(shift: Shift, place: ShiftPlace | None) -> ShownShift:
    return ShownShift(
        shift.id,
        shift.role,
        shift.starts_at,
        shift.ends_at,
        shift.places,
        shift.taken,
        place.state if place else None,
        place.held_until if place else None,
    )


def list_gatherings(
    town_id: int, *, now: datetime, actor: Actor, number: int = 1, size: int = 20
) -> Page[ListedGathering]:
    """List what is to come, the soonest first; and the drafts of one's own associations."""
    ends = sa.select(sa.func.max(Shift.ends_at)).where(Shift.gathering_id == Gathering.id).scalar_subquery()
    starts = (
        sa.select(sa.func.min(Shift.starts_at))
        .where(Shift.gathering_id == Gathering.id, Shift.ends_at > now)
        .scalar_subquery()
    )
    own = sa.and_(
        Gathering.state == GatheringState.DRAFT, Gathering.organisation_id.in_(actor.organisation_ids)
    )
    query = (
        sa.select(Gathering)
        .where(
            Gathering.territory_id == town_id,
            sa.or_(sa.and_(Gathering.state == GatheringState.PUBLISHED, ends > now), own),
        )
        .order_by(starts.is_(None).desc(), starts, Gathering.id)
    )
    page = paginate(query, number=number, size=size)
    names = accounts.organisation_names_of({each.organisation_id for each in page.items})
    return Page([_listed(each, names, now) for each in page.items], page.number, page.size, page.total)


def _listed(gathering: Gathering, names: dict[int, str], now: datetime) -> ListedGathering:
    coming = [shift for shift in gathering.shifts if shift.ends_at > now]
    return ListedGathering(
        gathering.id,
        gathering.title,
        gathering.address,
        names.get(gathering.organisation_id, ""),
        gathering.state,
        coming[0].starts_at if coming else None,
        sum(shift.left for shift in coming),
    )


def places_of(person_id: int | None, shift_ids: Collection[int]) -> dict[int, ShiftPlace]:
    """Return the live places of a person, by shift."""
    if person_id is None:
        return {}
    query = sa.select(ShiftPlace).where(
        ShiftPlace.person_id == person_id,
        ShiftPlace.shift_id.in_(shift_ids),
        ShiftPlace.state.in_(LIVE),
    )
    return {place.shift_id: place for place in db.session.scalars(query)}


def list_places(shift_ids: Collection[int]) -> list[tuple[ShiftPlace, str]]:
    """Return who has a place or waits, with her name, in the order in which she asked."""
    rows = db.session.execute(
        sa.select(ShiftPlace, Person.name)
        .join(Person, Person.id == ShiftPlace.person_id)
        .where(ShiftPlace.shift_id.in_(shift_ids), ShiftPlace.state.in_(LIVE))
        .order_by(ShiftPlace.id)
    )
    return [(row[0], row[1]) for row in rows]


def rank_in_list(place: ShiftPlace) -> int:
    """Return how many wait before this one, plus one."""
    before = sa.select(sa.func.count()).select_from(ShiftPlace)
    waiting = before.where(
        ShiftPlace.shift_id == place.shift_id,
        ShiftPlace.state == PlaceState.WAITING,
        ShiftPlace.id <= place.id,
    )
    return db.session.scalar(waiting) or 0

"""Where volunteers are found: the nearest first, ring by ring, in the same SQL on SQLite and PostgreSQL.

Everything is measured between the points that stand for neighbourhoods: no home is read here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.geometry import Position, distance_metres
from civic.matching.cells import TIERS, cell_of, metres_within, ranges_of_disk, size_of_disk
from civic.matching.models import VolunteerPlace

FEW = 400
"""A commune with so few volunteers of a category is read whole."""

MOST_FAR = 5_000

SLICE = 200
"""So many at a time are told: most searches end with the first, and the others are not made."""

LARGEST_STEP = 4.0
"""How much larger the next disk is at most: beside an empty field may lie a city."""


@dataclass(frozen=True)
class Near:
    """A volunteer who offers such help, ``metres`` away between neighbourhoods; None where that is not known."""

    person_id: int
    offer_id: int
    metres: int | None
    last_invited: int


Found = tuple[bool, int, int, tuple[int, int]]
"""Somebody as searches sort them: at a distance that is not known, metres, when she was last asked, person and offer."""


@dataclass(frozen=True)
class Around:
    """What is searched around: a neighbourhood, and the point that stands for it, if it has one."""

    town_id: int
    category: str
    territory_id: int
    position: Position | None


def search_outwards(around: Around, *, wanted: int = 200) -> Iterator[list[Near]]:
    """Yield the volunteers on duty, the nearest first, then who was asked longest ago, some at a time; each of them once.

    Args:
        wanted: about how many will be looked at, so that the disks grow no further than that; nobody is missed when it is wrong.
    """
    if around.position is None or not _has_more_than(around, FEW):
        yield from _told(_in_order(around, _read(_searchable(around))))
        return
    seen: set[tuple[int, int]] = set()
    for found in _disks(around, around.position, wanted):
        yield from _told(found)
        seen |= {ids for *_, ids in found}
    far = _in_order(around, _read(_searchable(around).limit(MOST_FAR)))
    yield from _told([each for each in far if each[-1] not in seen])


def _told(found: list[Found]) -> Iterator[list[Near]]:
    for start in range(0, len(found), SLICE):
        yield [
            Near(person_id, offer_id, None if is_unknown else metres, last_invited)
            for is_unknown, metres, last_invited, (person_id, offer_id) in found[start : start + SLICE]
        ]


def _has_more_than(around: Around, count: int) -> bool:
    query = _searchable(around).with_only_columns(sa.literal(1)).limit(1).offset(count)
    return db.session.execute(query).first() is not None


def _disks(around: Around, here: Position, wanted: int) -> Iterator[list[Found]]:
    """A volunteer is kept back until no nearer one can be outside of what was read. A disk that found few is followed by one that is as
    much larger as it takes."""
    cell, told, found, next_size = cell_of(here), -1, 0, 0.0
    for tier in TIERS:
        size = size_of_disk(*tier)
        if size < next_size and tier != TIERS[-1]:
            continue
        whole = int(metres_within(cell, *tier))
        if whole <= told:
            continue
        rows = _read_within(around, ranges_of_disk(cell, *tier))
        batch = _in_order(around, rows, nearer_than=whole, farther_than=told)
        yield batch
        found, told = found + len(batch), whole
        likely = max(
            found, len(rows) / LARGEST_STEP, 1
        )  # some of what was read lies in the corners: it counts for less
        next_size = size * min(LARGEST_STEP, wanted / likely)


def _read_within(around: Around, ranges: list[tuple[int, int]]) -> list[Any]:
    """The ranges are written into the statement: they are numbers of our own, and binding hundreds of them takes longer than the search."""
    spans = ", ".join(f"({lowest}, {highest})" for lowest, highest in ranges)
    query = sa.text(
        f"WITH span (lowest, highest) AS (VALUES {spans})"
        " SELECT place.person_id, place.offer_id, place.territory_id, place.longitude, place.latitude, place.last_invited"
        " FROM span JOIN volunteer_place AS place ON place.cell BETWEEN span.lowest AND span.highest"
        " WHERE place.town_id = :town_id AND place.category = :category AND is_searchable"
    )
    result = db.session.connection().execute(query, {"town_id": around.town_id, "category": around.category})
    return list(result.cursor.fetchall())  # plain tuples: thousands of them are read in the middle of a city


def _searchable(around: Around) -> Any:
    return sa.select(
        VolunteerPlace.person_id,
        VolunteerPlace.offer_id,
        VolunteerPlace.territory_id,
        VolunteerPlace.longitude,
        VolunteerPlace.latitude,
        VolunteerPlace.last_invited,
    ).where(
        VolunteerPlace.town_id == around.town_id,
        VolunteerPlace.category == around.category,
        sa.text("is_searchable"),  # as the partial index says it
    )


def _read(query: sa.Select[Any]) -> list[Any]:
    return list(db.session.execute(query).all())


def _in_order(
    around: Around, rows: Iterable[Any], *, nearer_than: int | None = None, farther_than: int = -1
) -> list[Found]:
    """Those of one neighbourhood are at the same distance, which is measured once."""
    metres: dict[tuple[Any, ...], int | None] = {}
    found: list[Found] = []
    for person_id, offer_id, territory_id, longitude, latitude, last_invited in rows:
        place = (territory_id, longitude, latitude)
        if place not in metres:
            metres[place] = _metres(around, *place)
        far = metres[place]
        if nearer_than is not None and (far is None or not farther_than < far <= nearer_than):
            continue
        found.append((far is None, far or 0, last_invited, (person_id, offer_id)))
    found.sort()
    return found


def _metres(
    around: Around, territory_id: int | None, longitude: float | None, latitude: float | None
) -> int | None:
    if territory_id == around.territory_id:
        return 0
    if around.position is None or longitude is None or latitude is None:
        return None
    return _distance(around.position, Position(longitude, latitude))


@lru_cache(maxsize=65_536)
def _distance(one: Position, other: Position) -> int:
    return distance_metres(one, other)

"""Where volunteers are found: the nearest first, ring by ring, in the same SQL on SQLite and PostgreSQL.

Everything is measured between the points that stand for neighbourhoods: no home is read here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.geometry import Position, distance_metres
from civic.matching.cells import (
    RESOLUTION,
    TIERS,
    cell_of,
    cells_of_disk,
    metres_within,
    position_of,
    ranges_of_disk,
    size_of_disk,
)
from civic.matching.models import VolunteerPlace

FEW = 400
"""A commune with so few volunteers of a category is read whole."""

MOST_FAR = 5_000

SLICE = 200
"""So many at a time are told: most searches end with the first, and the others are not read."""

MARGIN = 2.0
"""How much larger a disk is than it seems to take: some of its corners are left for the next, and people live unevenly."""

LARGEST_STEP = 2.0
"""How much larger the next disk is at most: beside an empty field may lie a city."""


class Near(NamedTuple):
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


class Neighbourhood(NamedTuple):
    """Where ``volunteers`` may be found, all at the same distance."""

    metres: int
    cell: int
    territory_id: int
    volunteers: int


def search_outwards(around: Around, *, wanted: int = 200) -> Iterator[list[Near]]:
    """Yield the volunteers on duty, the nearest first, then who was asked longest ago, some at a time; each of them once.

    In a large commune neighbourhoods are counted first, and the volunteers of those alone are read that are near enough.

    Args:
        wanted: about how many will be looked at, so that the disks grow no further than that; nobody is missed when it is wrong.
    """
    cell = cell_of(around.position)
    likely = _likely_cells(around, cell, wanted)
    if around.position is None or likely is None:
        yield from _told(_in_order(around, _read(_searchable(around))))
        return
    seen: set[tuple[int, int]] = set()
    for some in _some_at_a_time(_neighbourhoods_outwards(around, cell, likely, wanted)):
        found = _read_people(around, some)
        yield from _told(found)
        seen |= {ids for *_, ids in found}
    far = _in_order(around, _read(_searchable(around).limit(MOST_FAR)))
    yield from _told([each for each in far if each[-1] not in seen])


def find_near(around: Around, person_id: int) -> list[Near]:
    """Return the offers of one volunteer on duty, as a search would find them."""
    rows = _read(_searchable(around).where(VolunteerPlace.person_id == person_id))
    return [near for some in _told(_in_order(around, rows)) for near in some]


@dataclass(frozen=True)
class OwnPlaces:
    """Where one volunteer on duty may be found, by commune and kind of help: read once, told around many neighbourhoods."""

    rows: list[Any]

    def near(self, around: Around) -> list[Near]:
        """Return the same as ``find_near``."""
        kind = (around.town_id, around.category)
        here = [tuple(row)[2:] for row in self.rows if (row.town_id, row.category) == kind]
        return [near for some in _told(_in_order(around, here)) for near in some]


def read_own_places(person_id: int) -> OwnPlaces:
    place = VolunteerPlace
    query = sa.select(place.town_id, place.category, *_TOLD).where(
        place.person_id == person_id, sa.text("is_searchable")
    )
    return OwnPlaces(_read(query))


def _told(found: list[Found]) -> Iterator[list[Near]]:
    for start in range(0, len(found), SLICE):
        yield [
            Near(person_id, offer_id, None if is_unknown else metres, last_invited)
            for is_unknown, metres, last_invited, (person_id, offer_id) in found[start : start + SLICE]
        ]


def _some_at_a_time(places: Iterable[Neighbourhood]) -> Iterator[list[Neighbourhood]]:
    """Those at the same distance stay together, for their volunteers are told in one order."""
    some: list[Neighbourhood] = []
    volunteers = 0
    for place in places:
        if volunteers >= SLICE and place.metres > some[-1].metres:
            yield some
            some, volunteers = [], 0
        some.append(place)
        volunteers += place.volunteers
    if some:
        yield some


def _likely_cells(around: Around, cell: int, wanted: int) -> int | None:
    """Return in about how many cells around one so many live; None in a commune that has few of this kind.

    Cells that follow one another by number lie side by side, but for some that leap to where few live: the side that leaps is not believed.
    """
    ordered = f"FROM volunteer_place AS place WHERE {OF_THIS_KIND}"
    half = f"LIMIT 1 OFFSET {wanted // 2:d}"
    ((before, after, more),) = _execute(
        f"SELECT (SELECT place.cell {ordered} AND place.cell <= {{cell}} ORDER BY place.cell DESC {half}),"
        f" (SELECT place.cell {ordered} AND place.cell >= {{cell}} ORDER BY place.cell {half}),"
        f" (SELECT 1 {ordered} LIMIT 1 OFFSET {FEW:d})",
        around,
        cell=cell,  # bound: the statement is always the same, so that PostgreSQL reads it once
    )
    if more is None:
        return None
    apart = [abs(position_of(cell) - position_of(each)) for each in (before, after) if each]
    return 1 + 2 * min(apart, default=0)


def _neighbourhoods_outwards(around: Around, cell: int, likely: int, wanted: int) -> Iterator[Neighbourhood]:
    """A neighbourhood is kept back until no nearer one can be outside of what was read. A disk that found few is followed by one that is
    as much larger as it takes."""
    told, found, next_size = -1, 0, MARGIN * likely
    for tier in TIERS:
        size = size_of_disk(*tier)
        if size < next_size and tier != TIERS[-1]:
            continue
        whole = int(metres_within(cell, *tier))
        if whole <= told:
            continue
        disk = _read_neighbourhoods(around, cell, *tier)
        ring = sorted(place for place in disk if told < place.metres <= whole)
        yield from ring
        found, told = found + sum(place.volunteers for place in ring), whole
        in_disk = sum(
            place.volunteers for place in disk
        )  # some of them lie in the corners: they count for less
        missing = MARGIN * wanted / max(found, in_disk / LARGEST_STEP, 1)
        next_size = size * min(LARGEST_STEP, missing)


OF_THIS_KIND = "place.town_id = {town_id} AND place.category = {category} AND is_searchable"
"""As the partial index says it."""


def _read_neighbourhoods(around: Around, cell: int, resolution: int, ring: int) -> list[Neighbourhood]:
    columns = "place.cell, place.territory_id, place.longitude, place.latitude"
    if (
        resolution == RESOLUTION
    ):  # cell by cell: PostgreSQL then knows how little it will find, and prepares no more memory than that
        cells = ", ".join(map(str, cells_of_disk(cell, ring)))
        disk = f"SELECT {columns}, count(*) FROM volunteer_place AS place WHERE place.cell IN ({cells})"
    else:
        disk = (
            f"WITH span (lowest, highest) AS (VALUES {_values(ranges_of_disk(cell, resolution, ring))})"
            f" SELECT {columns}, count(*) FROM span"
            " JOIN volunteer_place AS place ON place.cell BETWEEN span.lowest AND span.highest WHERE true"
        )
    rows = _execute(f"{disk} AND {OF_THIS_KIND} GROUP BY {columns}", around)
    return [
        Neighbourhood(_metres(around, territory_id, *point) or 0, cell, territory_id, count)
        for cell, territory_id, *point, count in rows
    ]


def _read_people(around: Around, places: list[Neighbourhood]) -> list[Found]:
    """Return those who live there, in order. What is known of each neighbourhood is not read again with everyone who lives in it."""
    numbered = ((each.cell, each.territory_id, number) for number, each in enumerate(places))
    rows = _execute(
        f"WITH here (cell, territory_id, number) AS (VALUES {_values(numbered)})"
        " SELECT here.number, place.person_id, place.offer_id, place.last_invited"
        " FROM here JOIN volunteer_place AS place ON place.cell = here.cell AND place.territory_id = here.territory_id"
        f" WHERE {OF_THIS_KIND}",
        around,
    )
    return sorted(
        [
            (False, places[number].metres, last_invited, (person_id, offer_id))
            for number, person_id, offer_id, last_invited in rows
        ]
    )


def _values(rows: Iterable[tuple[int, ...]]) -> str:
    """Written into the statement: they are numbers of our own, and binding hundreds of them takes longer than the search."""
    return ", ".join([f"({', '.join(map(str, row))})" for row in rows])


def _execute(statement: str, around: Around, **bound: int) -> list[Any]:
    """Return plain tuples. The statements differ from one search to another: to have each compiled would take as long as to run it."""
    connection = db.session.connection()
    mark = "%({})s" if connection.dialect.paramstyle == "pyformat" else ":{}"
    asked = {"town_id": around.town_id, "category": around.category, **bound}
    marked = statement.format(**{name: mark.format(name) for name in asked})
    return list(connection.exec_driver_sql(marked, asked).cursor.fetchall())


_TOLD: tuple[Any, ...] = (
    VolunteerPlace.person_id,
    VolunteerPlace.offer_id,
    VolunteerPlace.territory_id,
    VolunteerPlace.longitude,
    VolunteerPlace.latitude,
    VolunteerPlace.last_invited,
)


def _searchable(around: Around) -> Any:
    return sa.select(*_TOLD).where(
        VolunteerPlace.town_id == around.town_id,
        VolunteerPlace.category == around.category,
        sa.text("is_searchable"),  # as the partial index says it
    )


def _read(query: sa.Select[Any]) -> list[Any]:
    return list(db.session.execute(query).all())


def _in_order(around: Around, rows: Iterable[Any]) -> list[Found]:
    """Those of one neighbourhood are at the same distance, which is measured once."""
    metres: dict[tuple[Any, ...], int | None] = {}
    found: list[Found] = []
    for person_id, offer_id, territory_id, longitude, latitude, last_invited in rows:
        place = (territory_id, longitude, latitude)
        if place not in metres:
            metres[place] = _metres(around, *place)
        far = metres[place]
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

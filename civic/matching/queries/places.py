"""Where volunteers are found: the nearest first, ring by ring, in the same SQL on SQLite and PostgreSQL.

Everything is measured between the points that stand for neighbourhoods: no home is read here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.geometry import Position, distance_metres
from civic.matching.cells import (
    GLANCES,
    TIERS,
    cell_of,
    likely_within,
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

MARGIN = 1.75
"""How many more a disk should hold than are wanted: people live unevenly."""

LARGEST_STEP = 8.0
"""How much larger the next disk is at most: beside an empty field may lie a city."""

GLANCED = 600
"""So many are counted at most to know how dense they live."""

CROWD = 20_000
"""A disk hardly ever holds so many: PostgreSQL prepares memory for no more, and the few that do are read again without that bound."""

EVERYBODY = 1_000_000_000


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
    density = _density(around, cell, wanted) if around.position else None
    if density is None or around.position is None:
        yield from _told(_in_order(around, _read(_searchable(around))))
        return
    seen: set[tuple[int, int]] = set()
    for some in _some_at_a_time(_neighbourhoods_outwards(around, around.position, wanted / density, wanted)):
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


def _density(around: Around, cell: int, wanted: int) -> float | None:
    """Return about how many live in a cell here; None in a commune that has few of this kind.

    Disks seven times as large as the former are counted one after another, and no further than it takes. Which are counted first is in the
    hands of the database: what is found is a hint, and nobody is missed when it is wrong.
    """
    glances = [ranges_of_disk(cell, *disk) for disk in GLANCES]
    # no cell has the numbers just before another: they tell ranges of one disk from those of the next that begin with the same cell
    spans = {first - number: last for number, ranges in enumerate(glances) for first, last in ranges}
    found = {int(first): count for first, count in _execute(GLANCE, around, spans=_json(spans))}
    is_cut = sum(found.values()) >= GLANCED
    if not is_cut and _has_few(around):
        return None
    counted = [
        [(first, last, found.get(first - number, 0)) for first, last in ranges]
        for number, ranges in enumerate(glances)
    ]
    return _density_of(counted, wanted, is_cut=is_cut)


def _density_of(glances: list[list[tuple[int, int, int]]], wanted: int, *, is_cut: bool) -> float:
    """Return how many live in a cell of the ground that holds as many as wanted: between two disks, as in what the larger one adds.

    Args:
        is_cut: the last that were found are not all there are, and what comes after was not looked at.
    """
    size = before = 0
    for number, ranges in enumerate(glances):
        count = sum(found for *_, found in ranges)
        if is_cut and not any(found for after in glances[number + 1 :] for *_, found in after):
            return wanted / (size + max(0, wanted - before) * _seen(ranges) / count) if size else count
        whole = size_of_disk(*GLANCES[number])
        if count >= wanted:
            return wanted / (size + (wanted - before) * (whole - size) / (count - before))
        if count > before:
            size, before = whole, count
    return max(before, 1) / whole


def _seen(ranges: list[tuple[int, int, int]]) -> int:
    """Return how many cells there are up to the last range in which somebody was found."""
    last_found = max(number for number, (*_, found) in enumerate(ranges) if found)
    return sum(position_of(last) - position_of(first) + 1 for first, last, _ in ranges[: last_found + 1])


def _has_few(around: Around) -> bool:
    return not _execute(MORE_THAN_FEW, around, few=FEW)


def _neighbourhoods_outwards(
    around: Around, here: Position, likely: float, wanted: int
) -> Iterator[Neighbourhood]:
    """A neighbourhood is kept back until no nearer one can be outside of what was read. A disk that found few is followed by one that is
    as much larger as it takes.

    Args:
        likely: in how many cells there are about as many as wanted.
    """
    told, found, at, cell = -1, 0, _tier_of(MARGIN * likely), cell_of(here)
    while at < len(TIERS):
        whole = int(metres_within(here, *TIERS[at]))
        if whole <= told:
            at += 1
            continue
        disk = _read_neighbourhoods(around, cell, *TIERS[at])
        ring = sorted(place for place in disk if told < place.metres <= whole)
        yield from ring
        found, told = found + sum(place.volunteers for place in ring), whole
        within = likely_within(*TIERS[at])
        # those in the corners count for what lies within
        as_many = sum(place.volunteers for place in disk) * within / size_of_disk(*TIERS[at])
        at = max(at + 1, _tier_of(within * min(LARGEST_STEP, MARGIN * wanted / max(found, as_many, 1))))


def _tier_of(cells: float) -> int:
    """Return the first disk that reaches over so many cells."""
    return next((at for at, within in enumerate(_WITHIN) if within >= cells), len(TIERS) - 1)


_WITHIN = [likely_within(*tier) for tier in TIERS]

OF_THIS_KIND = "place.town_id = {town_id} AND place.category = {category} AND is_searchable"
"""As the partial index says it."""

SPANS = "(SELECT CAST(key AS bigint) AS lowest, CAST(CAST(value AS text) AS bigint) AS highest FROM json_each({spans})) AS span"
"""A table of numbers in one value: both databases read it, in the order in which it is written, and the statement is always the same, so that
it is made ready once."""

IN_SPANS = (
    f"{SPANS} CROSS JOIN volunteer_place AS place"
    f" WHERE place.cell BETWEEN span.lowest AND span.highest AND {OF_THIS_KIND}"
)

GLANCE = f"SELECT lowest, count(*) FROM (SELECT span.lowest FROM {IN_SPANS} LIMIT {GLANCED}) AS glance GROUP BY lowest"

MORE_THAN_FEW = f"SELECT 1 FROM volunteer_place AS place WHERE {OF_THIS_KIND} LIMIT 1 OFFSET {{few}}"

IN_DISK = {
    most: "SELECT cell, territory_id, min(longitude), min(latitude), count(*)"
    f" FROM (SELECT place.cell, place.territory_id, place.longitude, place.latitude FROM {IN_SPANS} LIMIT {most}) AS disk"
    " GROUP BY cell, territory_id"
    for most in (CROWD, EVERYBODY)
}
"""All of one neighbourhood have its point: to group by it too would take a tenth more of the server. Written out, a small limit tells PostgreSQL how little it will find: it prepares no more memory than that."""

PEOPLE = f"SELECT place.cell, place.territory_id, place.person_id, place.offer_id, place.last_invited FROM {IN_SPANS}"


def _read_neighbourhoods(around: Around, cell: int, resolution: int, ring: int) -> list[Neighbourhood]:
    spans = _json(dict(ranges_of_disk(cell, resolution, ring)))
    rows = _execute(IN_DISK[CROWD], around, spans=spans)
    if sum(row[-1] for row in rows) >= CROWD:
        rows = _execute(IN_DISK[EVERYBODY], around, spans=spans)
    return [
        Neighbourhood(_metres(around, territory_id, *point) or 0, cell, territory_id, count)
        for cell, territory_id, *point, count in rows
    ]


def _read_people(around: Around, places: list[Neighbourhood]) -> list[Found]:
    """Return those who live there, in order. What is known of each neighbourhood is not read again with everyone who lives in it."""
    metres = {(each.cell, each.territory_id): each.metres for each in places}
    rows = _execute(PEOPLE, around, spans=_json({each.cell: each.cell for each in places}))
    return sorted(
        [
            (False, metres[cell, territory_id], last_invited, (person_id, offer_id))
            for cell, territory_id, person_id, offer_id, last_invited in rows
            if (cell, territory_id) in metres
        ]
    )


def _json(spans: Mapping[int, int]) -> str:
    return "{" + ",".join([f'"{first}":{last}' for first, last in spans.items()]) + "}"


def _execute(statement: str, around: Around, **bound: int | str) -> list[Any]:
    """Return plain tuples. To have a statement compiled by SQLAlchemy would take as long as to run it."""
    connection = db.session.connection()
    asked = {"town_id": around.town_id, "category": around.category, **bound}
    marked = _marked(statement, connection.dialect.paramstyle, tuple(asked))
    return list(connection.exec_driver_sql(marked, asked).cursor.fetchall())


@lru_cache
def _marked(statement: str, style: str, names: tuple[str, ...]) -> str:
    mark = "%({})s" if style == "pyformat" else ":{}"
    return statement.format(**{name: mark.format(name) for name in names})


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
    return distance_metres(around.position, Position(longitude, latitude))

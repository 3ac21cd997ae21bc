"""The people who live in each neighbourhood, by age band: read from a table, all of it or nothing."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.editing import ensure_seen, fingerprint
from civic.kernel.errors import N_, Sentence
from civic.kernel.text import fold
from civic.kernel.transaction import publish, transaction
from civic.participation.access import ParticipationAction
from civic.participation.models import PopulationCount
from civic.participation.rules import AgeBand
from civic.participation.synthesis.errors import PopulationRefused
from civic.participation.synthesis.events import PopulationKept
from civic.territories import queries as territories

PLACE = "quartier"
HEADINGS = {
    AgeBand.UNDER_18: "0_17",
    AgeBand.FROM_18: "18_24",
    AgeBand.FROM_25: "25_39",
    AgeBand.FROM_40: "40_54",
    AgeBand.FROM_55: "55_64",
    AgeBand.FROM_65: "65_79",
    AgeBand.FROM_80: "80_plus",
}
INSEE = {
    AgeBand.UNDER_18: ("POP0002", "POP0305", "POP0610", "POP1117"),
    AgeBand.FROM_18: ("POP1824",),
    AgeBand.FROM_25: ("POP2539",),
    AgeBand.FROM_40: ("POP4054",),
    AgeBand.FROM_55: ("POP5564",),
    AgeBand.FROM_65: ("POP6579",),
    AgeBand.FROM_80: ("POP80P",),
}
"""The columns of INSEE's file by IRIS (« P21_POP0002 »...), whose year is left out: a line for each IRIS, to which « quartier » is added."""
LARGEST = 10_000_000
MOST_LINES, MOST_WRONG = 5_000, 20


@dataclass
class _Reading:
    counts: defaultdict[int, defaultdict[AgeBand, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    wrong: list[tuple[int, Sentence]] = field(default_factory=list)


def keep_population(actor: Actor, *, territory_id: int, text: str, seen: str | None = None) -> int:
    """Keep the people of each neighbourhood, in the place of what was kept. An empty table forgets them.

    Args:
        seen: what was kept when it was read (``seen_population``).

    Returns:
        How many neighbourhoods have figures.

    Raises:
        NotAllowed.
        ChangedMeanwhile: somebody else kept other figures since.
        PopulationRefused: says each wrong line and why; nothing is kept.
    """
    with transaction():
        require(actor, ParticipationAction.SET_POPULATION, territory_id)
        counts = _read(territory_id, text)
        territories.lock_territory(territory_id)
        before = seen_population(territory_id)
        mine = territories.ids_within(territory_id)
        db.session.execute(sa.delete(PopulationCount).where(PopulationCount.territory_id.in_(mine)))
        rows = [
            {"territory_id": place, "band": band, "people": round(people)}
            for place, bands in counts.items()
            for band, people in bands.items()
        ]
        if rows:
            db.session.execute(sa.insert(PopulationCount), rows)
        ensure_seen(seen, before, seen_population(territory_id))
        fact = PopulationKept(
            occurred_at=utc_now(), territory_id=territory_id, actor_id=actor.id, rows=len(counts)
        )
        publish(fact)
        return len(counts)


def _read(territory_id: int, text: str) -> dict[int, dict[AgeBand, float]]:
    if not text.strip():
        return {}
    first = text.lstrip().split("\n", 1)[0]
    rows = list(csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=max(";,\t", key=first.count)))
    columns = _columns(rows[0])
    if len(rows) > MOST_LINES:
        raise PopulationRefused(wrong=[(MOST_LINES, Sentence(N_("Le tableau est trop long.")))])
    reading, places = _Reading(), _places(territory_id)
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            _read_row(reading, number, row, columns, places)
    if reading.wrong:
        raise PopulationRefused(wrong=reading.wrong[:MOST_WRONG])
    return {place: dict(bands) for place, bands in reading.counts.items()}


def _columns(head: list[str]) -> dict[str, list[int]]:
    """Return where the name of the place and each band are; a band may be the sum of several columns."""
    names = [cell.strip().lower() for cell in head]
    if PLACE not in names:
        raise PopulationRefused(
            wrong=[(1, Sentence(N_("Il manque la colonne « quartier », sur la première ligne.")))]
        )
    told: dict[str, list[int]] = {PLACE: [names.index(PLACE)]}
    for band in AgeBand:
        own = [rank for rank, name in enumerate(names) if name == HEADINGS[band]]
        insee = [rank for rank, name in enumerate(names) if name.upper().partition("_")[2] in INSEE[band]]
        if not own and len(insee) < len(INSEE[band]):
            lacking = Sentence(N_("Il manque la colonne « %(name)s »."), {"name": HEADINGS[band]})
            raise PopulationRefused(wrong=[(1, lacking)])
        told[band.value] = own or insee
    return told


def _places(territory_id: int) -> dict[str, int]:
    """Return the neighbourhoods (and the commune) by what a table may call them: name, code."""
    mine = territories.ids_within(territory_id)
    named: dict[str, int] = {}
    for place in territories.list_territories():
        if place.id in mine:
            for name in (place.name, place.name.removeprefix("Quartier "), place.code):
                named.setdefault(fold(name), place.id)
    return named


def _read_row(
    reading: _Reading, number: int, row: list[str], columns: dict[str, list[int]], places: dict[str, int]
) -> None:
    name = row[columns[PLACE][0]].strip() if columns[PLACE][0] < len(row) else ""
    place = places.get(fold(name))
    if place is None:
        sentence = Sentence(N_("« %(name)s » n’est pas un quartier de la commune."), {"name": name[:60]})
        reading.wrong.append((number, sentence))
        return
    for band in AgeBand:
        for rank in columns[band.value]:
            people = _number(row[rank] if rank < len(row) else "")
            if people is None:
                sentence = Sentence(
                    N_("« %(text)s » n’est pas un nombre d’habitants."),
                    {"text": (row[rank] if rank < len(row) else "")[:30]},
                )
                reading.wrong.append((number, sentence))
                return
            reading.counts[place][band] += people


def _number(text: str) -> float | None:
    cleaned = "".join(text.split()).replace(",", ".")
    try:
        people = float(cleaned)
    except ValueError:
        return None
    return people if 0 <= people <= LARGEST else None


def population_as_table(territory_id: int) -> str:
    """Return what is kept, or a line for each neighbourhood to be filled in, as the table that ``keep_population`` reads."""
    kept: defaultdict[int, dict[AgeBand, int]] = defaultdict(dict)
    for row in db.session.scalars(sa.select(PopulationCount)):
        kept[row.territory_id][row.band] = row.people
    places = territories.list_neighbourhoods(territory_id) or [territories.get_territory(territory_id)]
    lines = [";".join([PLACE, *HEADINGS.values()])]
    for place in places:
        counts = [str(kept[place.id].get(band, "")) for band in AgeBand]
        lines.append(";".join([place.name.replace(";", ","), *counts]))
    return "\r\n".join(lines) + "\r\n"


def seen_population(territory_id: int) -> str:
    """Return what the form that keeps the figures again carries."""
    return fingerprint(population_as_table(territory_id))


def has_population(territory_id: int) -> bool:
    mine = territories.ids_within(territory_id)
    query = sa.select(PopulationCount.territory_id).where(PopulationCount.territory_id.in_(mine))
    return db.session.execute(query.limit(1)).first() is not None

"""What a synthesis is made of, as plain values that are kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from civic.participation.rules import Cell, Span

STAGES = 4
FORGOTTEN_AFTER = timedelta(minutes=10)
"""A making that began so long ago is dead: it may be asked again."""
MOST_LISTED = 10
FEWEST_SIDES = 4
"""A proposal with fewer arguments for and against divides nobody yet."""


@dataclass(frozen=True)
class Opinions:
    """The map of opinions, as it was: groups (number, people), statements by id with (agree, disagree, pass)."""

    computed_at: str = ""
    people: int = 0
    groups: tuple[tuple[int, int], ...] = ()
    agreed: tuple[tuple[int, int, int, int], ...] = ()
    dividing: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True)
class Told:
    """What a synthesis tells.

    Attributes:
        people: who took part.
        counts: what was written: ``proposals``, ``arguments``, ``supports``, ``statements``, ``reactions``.
        supported: (proposal, supports); divided: (proposal, arguments for, against).
        opinions: none where there are no statements; withheld where the phase hides it.
        population: people who live in each neighbourhood; ages: in the bands, in those concerned. Empty where the town gave none.
        sorted_into_themes: how many proposals were looked at.
    """

    people: int
    counts: dict[str, int]
    channels: tuple[Cell, ...] = ()
    places: tuple[Cell, ...] = ()
    bands: tuple[Cell, ...] = ()
    curve: tuple[Span, ...] = ()
    supported: tuple[tuple[int, int], ...] = ()
    divided: tuple[tuple[int, int, int], ...] = ()
    opinions: Opinions | None = None
    population: dict[str, int] = field(default_factory=dict)
    ages: dict[str, int] = field(default_factory=dict)
    sorted_into_themes: int = 0


def as_json(told: Told) -> dict[str, Any]:
    values = asdict(told)
    values["curve"] = [[each.first.isoformat(), each.last.isoformat(), each.count] for each in told.curve]
    return values


def from_json(values: Mapping[str, Any]) -> Told:
    kept = dict(values)
    for name in ("channels", "places", "bands"):
        kept[name] = tuple(Cell(tuple(each["keys"]), each["people"]) for each in values[name])
    kept["curve"] = tuple(
        Span(date.fromisoformat(first), date.fromisoformat(last), count)
        for first, last, count in values["curve"]
    )
    kept["supported"] = tuple((row[0], row[1]) for row in values["supported"])
    kept["divided"] = tuple((row[0], row[1], row[2]) for row in values["divided"])
    if values["opinions"] is not None:
        given = values["opinions"]
        kept["opinions"] = Opinions(
            given["computed_at"],
            given["people"],
            tuple((row[0], row[1]) for row in given["groups"]),
            tuple((row[0], row[1], row[2], row[3]) for row in given["agreed"]),
            tuple((row[0], row[1], row[2], row[3]) for row in given["dividing"]),
        )
    return Told(**kept)


def is_being_made(asked_at: datetime | None, *, at: datetime) -> bool:
    return asked_at is not None and at - asked_at < FORGOTTEN_AFTER

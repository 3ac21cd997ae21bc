"""The town of the simulation: where and when help is asked for, who lives where, and what everybody would answer.

Every answer is drawn once for each (volunteer, request), from the seed, so that all policies meet the same world. What was left free is
argued in decision 24.
"""

import csv
import json
import random
from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import exp, hypot
from pathlib import Path

from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from civic.matching.likelihood import answered_within
from civic.mutual_aid.rules import Urgency, Window

BEGINS = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
KINDS = ((Urgency.URGENT, 0.2, 2), (Urgency.TODAY, 0.5, 8), (Urgency.FLEXIBLE, 0.3, 48))
"""Urgency, part of the requests, hours of the window."""

CATEGORIES = 10

MEAN_ACCEPTANCE = 0.046
REACH_KM = 1.2
"""The probability of a yes falls by e at each of so many kilometres."""

SPREAD = 4.0
"""Willingness differs from one person to another: a gamma distribution with this shape."""

DECLINING = 0.0
"""Of those who would not say yes, the part that say no; the others stay silent."""

RETURNING = 0.1
"""Of the invitations that came while somebody looked at nothing, the part that she reads afterwards."""


@dataclass(frozen=True)
class Town:
    """What the measure left free and weighs most (decision 24).

    Attributes:
        offered: each volunteer offers each category with this probability.
        by_area: which part of the inhabitants lives as the ground is spread; the others live where demand arises.
        days_silent: the shortest and the longest time for which somebody who is tired looks at nothing.
    """

    offered: float
    by_area: float
    days_silent: tuple[float, float]


TOWNS = {"usual": Town(0.4, 0.5, (3.0, 5.0)), "harsher": Town(0.354, 0.0, (3.8, 4.2))}
"""The first is the one that the pace was chosen by; the figures of the baselines are nearer to those of the issue in the second."""


class DemandMissing(Exception):
    """The files of demand are not where they were looked for."""


@dataclass(frozen=True)
class Zone:
    number: int
    centre: tuple[float, float]
    outline: BaseGeometry


@dataclass(frozen=True)
class Volunteer:
    number: int
    zone: int
    place: tuple[float, float]
    willingness: float
    categories: frozenset[int]


@dataclass(frozen=True)
class Asked:
    """A request for help, in this town."""

    number: int
    zone: int
    place: tuple[float, float]
    category: int
    urgency: Urgency
    window: Window


@dataclass(frozen=True)
class Answer:
    """What a volunteer does when an invitation reaches her and she is there: yes, no, or nothing."""

    is_yes: bool
    minutes: float | None
    days_silent: float
    is_read_later: bool


class World:
    def __init__(
        self,
        demand: Path,
        *,
        seed: int,
        fatigue: float,
        volunteers: int = 800,
        per_day: int = 80,
        days: int = 14,
        town: str = "usual",
    ) -> None:
        self.seed, self.fatigue, self.days, self.town = seed, fatigue, days, TOWNS[town]
        draw = random.Random(f"world|{seed}")
        self.zones, trips = _read_zones(demand), _read_trips(demand)
        self.volunteers = _people(
            self.zones,
            _inhabitants(self.zones, trips, self.town.by_area),
            volunteers,
            self.town.offered,
            draw,
        )
        self.requests = _requests(self.zones, trips, per_day, days, draw)
        self._base = self._scale()

    def metres(self, zone: int, other: int) -> int:
        """Return the distance between the points that stand for two zones."""
        if zone == other:
            return 0
        return round(1000 * _km(self.zones[zone].centre, self.zones[other].centre))

    def km(self, volunteer: Volunteer, request: Asked) -> float:
        """Return the distance that would be walked. No policy knows it."""
        return _km(volunteer.place, request.place)

    def answer(self, volunteer: Volunteer, request: Asked) -> Answer:
        draw = random.Random((self.seed * 100_003 + volunteer.number) * 100_003 + request.number)
        says, mood, delay, tires, lasts, looks = (draw.random() for _ in range(6))
        is_yes = says < self.acceptance(volunteer, request)
        is_answered = is_yes or mood < DECLINING
        shortest, longest = self.town.days_silent
        return Answer(
            is_yes=is_yes,
            minutes=_delay(delay) if is_answered else None,
            is_read_later=looks < RETURNING,
            days_silent=0.0
            if is_answered or tires >= self.fatigue
            else shortest + lasts * (longest - shortest),
        )

    def acceptance(self, volunteer: Volunteer, request: Asked) -> float:
        return min(0.9, self._base * _wish(volunteer, request))

    def _scale(self) -> float:
        """Return what makes the mean acceptance of all pairs that share a category the one of the campaign."""
        total, pairs = 0.0, 0
        for request in self.requests[:: max(1, len(self.requests) // 200)]:
            for volunteer in self.volunteers:
                if request.category in volunteer.categories:
                    total += _wish(volunteer, request)
                    pairs += 1
        return MEAN_ACCEPTANCE * pairs / total


def _wish(volunteer: Volunteer, request: Asked) -> float:
    return volunteer.willingness * exp(-_km(volunteer.place, request.place) / REACH_KM)


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _delay(share: float) -> float:
    """Return after how many minutes this part of the answers have come."""
    low, high = 0.0, 10_000.0
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (middle, high) if answered_within(timedelta(minutes=middle)) < share else (low, middle)
    return high


def _read_zones(demand: Path) -> list[Zone]:
    path = demand.parent / "zones.geojson"
    try:
        features = json.loads(path.read_text())["features"]
    except OSError as error:
        raise DemandMissing(str(path)) from error
    zones = []
    for feature in features:
        outline = shape(feature["geometry"])
        centre = outline.representative_point()
        zones.append(Zone(int(feature["properties"]["zone_id"]), (centre.x, centre.y), outline))
    return zones


def _read_trips(demand: Path) -> dict[int, list[tuple[int, int, int]]]:
    """Return, for each day of the week, (quarter of an hour, zone, trips)."""
    trips: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    try:
        with demand.open(newline="") as lines:
            for row in csv.DictReader(lines):
                trips[int(row["day_of_week"])].append(
                    (int(row["quarter_hour"]), int(row["zone"]), int(row["trips"]))
                )
    except OSError as error:
        raise DemandMissing(str(demand)) from error
    return trips


def _inhabitants(
    zones: list[Zone], trips: dict[int, list[tuple[int, int, int]]], by_area: float
) -> list[float]:
    """The files have no inhabitants: some of them live as the ground is spread, the others where demand arises."""
    area = sum(zone.outline.area for zone in zones)
    begun: defaultdict[int, int] = defaultdict(int)
    for rows in trips.values():
        for _, zone, count in rows:
            begun[zone] += count
    whole = sum(begun[zone.number] for zone in zones)
    return [zone.outline.area / area * by_area + begun[zone.number] / whole * (1 - by_area) for zone in zones]


def _people(
    zones: list[Zone], weights: list[float], count: int, offered: float, draw: random.Random
) -> list[Volunteer]:
    areas = list(accumulate(weights))
    people = []
    for number in range(count):
        zone = bisect(areas, draw.random() * areas[-1])
        people.append(
            Volunteer(
                number=number,
                zone=zone,
                place=_somewhere(zones[zone].outline, draw),
                willingness=draw.gammavariate(SPREAD, 1 / SPREAD),
                categories=frozenset(each for each in range(CATEGORIES) if draw.random() < offered),
            )
        )
    return people


def _requests(
    zones: list[Zone],
    trips: dict[int, list[tuple[int, int, int]]],
    per_day: int,
    days: int,
    draw: random.Random,
) -> list[Asked]:
    known = {zone.number: index for index, zone in enumerate(zones)}
    known_days = sorted(trips)  # the file has five days of the week: they follow one another
    drawn: list[tuple[datetime, int]] = []
    for day in range(days):
        rows = [row for row in trips[known_days[day % len(known_days)]] if row[1] in known]
        sums = list(accumulate(row[2] for row in rows))
        for _ in range(per_day):
            quarter, zone, _trips = rows[bisect(sums, draw.random() * sums[-1])]
            minute = 15 * (quarter % 96) + 15 * draw.random()
            drawn.append((BEGINS + timedelta(days=day, minutes=minute), known[zone]))
    return [_request(number, at, zones, zone, draw) for number, (at, zone) in enumerate(sorted(drawn))]


def _request(number: int, at: datetime, zones: list[Zone], zone: int, draw: random.Random) -> Asked:
    kind = draw.random()
    urgency, _, hours = KINDS[bisect(list(accumulate(share for _, share, _ in KINDS[:-1])), kind)]
    return Asked(
        number=number,
        zone=zone,
        place=_somewhere(zones[zone].outline, draw),
        category=draw.randrange(CATEGORIES),
        urgency=urgency,
        window=Window(at, at + timedelta(hours=hours)),
    )


def _somewhere(outline: BaseGeometry, draw: random.Random) -> tuple[float, float]:
    west, south, east, north = outline.bounds
    while True:
        place = (draw.uniform(west, east), draw.uniform(south, north))
        if outline.covers(Point(place)):
            return place

"""What a count takes: options, ballots in piles, the terms of the vote; and what it gives."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Step = dict[str, Any]
"""One step of a count, as plain data: a ``kind``, and what there is to say of it. Exact numbers are texts (``7/3``), money is in cents."""

Progress = Callable[[int, int, int], None]
"""Told of each round of a long count: its number, what it would spend, and the money there is (cents)."""


class BallotKind(StrEnum):
    """What voters could write."""

    CHOICES = "choices"
    RANKING = "ranking"
    POINTS = "points"


@dataclass(frozen=True)
class Option:
    """What can be voted for. ``envelope`` names the money it draws on, "" for the common one."""

    id: str
    label: str = ""
    cost_cents: int = 0
    envelope: str = ""


@dataclass(frozen=True, order=True)
class Ballot:
    """What one voter wrote.

    Attributes:
        places: the options named, from the first place to the last; those of one place are equals. A ballot of choices has one place.
        points: (option, points or grade), for a ballot that gives some.
    """

    places: tuple[tuple[str, ...], ...] = ()
    points: tuple[tuple[str, int], ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        if self.points:
            return tuple(option for option, _ in self.points)
        return tuple(option for place in self.places for option in place)


def choosing(options: Iterable[str]) -> Ballot:
    """Return the ballot that names these options, in no order."""
    chosen = tuple(sorted(options))
    return Ballot(places=(chosen,)) if chosen else Ballot()


def ranking(places: Iterable[Iterable[str]]) -> Ballot:
    """Return the ballot that ranks these options, from the first place to the last."""
    return Ballot(places=tuple(tuple(sorted(place)) for place in places if place))


def giving(points: Iterable[tuple[str, int]]) -> Ballot:
    """Return the ballot that gives these points or grades; 0 is to say nothing of an option."""
    return Ballot(points=tuple(sorted((option, given) for option, given in points if given)))


@dataclass(frozen=True)
class Terms:
    """The terms of a vote, frozen when it opens. None is no limit.

    Attributes:
        seats: how many options are elected, where there is no budget.
        seed: what ties are drawn from, published (see ``Draw``).
        fewest, most: how many options a valid ballot names.
        least_points, most_points, least_sum, most_sum: points that a valid ballot gives to an option, and in all.
        least_cost_cents, most_cost_cents: what the projects of a valid ballot cost together.
        grades: how many grades there are, the worst being 1; 0 is as many as the ballots use.
        median: of an even number of grades, the ``better`` or the ``worse`` of the two in the middle.
        rank_points: points of the first place, of the second…; none is as many as places, down to 1.
        budget_cents: the money; ``envelopes`` are the parts of it that are kept for some projects, (name, cents).
        threshold: the score below which a project is not funded.
        most_projects, dearest_cents: how many projects are funded at most, and how much one may cost.
        exclusions: pairs of projects that cannot both be funded.
    """

    seats: int = 1
    seed: str = ""
    fewest: int | None = None
    most: int | None = None
    least_points: int | None = None
    most_points: int | None = None
    least_sum: int | None = None
    most_sum: int | None = None
    least_cost_cents: int | None = None
    most_cost_cents: int | None = None
    grades: int = 0
    median: Literal["better", "worse"] = "better"
    rank_points: tuple[int, ...] = ()
    budget_cents: int = 0
    envelopes: tuple[tuple[str, int], ...] = ()
    threshold: int = 0
    most_projects: int | None = None
    dearest_cents: int | None = None
    exclusions: tuple[tuple[str, str], ...] = ()

    def published(self) -> Step:
        """Return the terms that are set, as the first step of a count."""
        unset = Terms()
        kept = {name: value for name, value in vars(self).items() if value != getattr(unset, name)}
        return {"seats": self.seats, "seed": self.seed, **kept}


Piles = tuple[tuple[Ballot, int], ...]
"""Equal ballots are in one pile: (ballot, how many)."""


def pile_up(ballots: Iterable[Ballot] | Iterable[tuple[Ballot, int]]) -> Piles:
    """Return ballots (or piles) in piles, in an order that says nothing of the order in which they came."""
    piles: Counter[Ballot] = Counter()
    for one in ballots:
        ballot, count = one if isinstance(one, tuple) else (one, 1)
        piles[ballot] += count
    return tuple(sorted((ballot, count) for ballot, count in piles.items() if count))


@dataclass(frozen=True)
class Election:
    """Everything that a count depends on."""

    kind: BallotKind
    options: tuple[Option, ...]
    piles: Piles
    terms: Terms = field(default_factory=Terms)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)


@dataclass(frozen=True)
class Box:
    """Ballots sorted: blank and invalid ones are counted apart, and only the valid ones are counted by the method."""

    turnout: int
    blank: int
    invalid: int
    piles: Piles

    @property
    def expressed(self) -> int:
        return self.turnout - self.blank - self.invalid


def is_valid(ballot: Ballot, terms: Terms, costs: dict[str, int]) -> bool:
    """Tell whether a ballot that names something keeps to the terms: known options, each once, and within every limit."""
    named = ballot.named
    if len(set(named)) < len(named) or any(option not in costs for option in named):
        return False
    given = [points for _, points in ballot.points]
    return (
        _within(len(named), terms.fewest, terms.most)
        and _within(sum(costs[option] for option in named), terms.least_cost_cents, terms.most_cost_cents)
        and all(_within(points, terms.least_points, terms.most_points) for points in given)
        and (not given or _within(sum(given), terms.least_sum, terms.most_sum))
    )


def _within(value: int, least: int | None, most: int | None) -> bool:
    return (least is None or least <= value) and (most is None or value <= most)


def open_box(election: Election, terms: Terms | None = None) -> Box:
    """Sort the ballots of an election, by its terms or by those that the method makes of them."""
    terms = terms or election.terms
    costs = {option.id: option.cost_cents for option in election.options}
    turnout = sum(count for _, count in election.piles)
    blank = sum(count for ballot, count in election.piles if not ballot.named)
    valid = tuple(
        (ballot, count) for ballot, count in election.piles if ballot.named and is_valid(ballot, terms, costs)
    )
    expressed = sum(count for _, count in valid)
    return Box(turnout=turnout, blank=blank, invalid=turnout - blank - expressed, piles=valid)


@dataclass(frozen=True)
class Tally:
    """The result of a count.

    Attributes:
        winners: the ids of the options elected or funded, in the order in which they were.
        turnout, blank, invalid: ballots in all, and those that the method does not count.
        steps: every step of the count, from which a page can explain it; the first holds the terms and the options.
        ties: every tie that was met, and how it was decided.
    """

    method: str
    winners: tuple[str, ...]
    turnout: int
    blank: int
    invalid: int
    steps: tuple[Step, ...]
    ties: tuple[Step, ...]

    def published(self) -> dict[str, Any]:
        """Return the result as plain data, to be written as canonical JSON."""
        return {**vars(self)}


def make_tally(
    method: str,
    election: Election,
    box: Box,
    winners: Iterable[str],
    steps: Iterable[Step],
    ties: Iterable[Step],
) -> Tally:
    """Return the result of a count, opened by the step that holds the terms, the options and the ballots counted."""
    opening = {
        "kind": "terms",
        "terms": election.terms.published(),
        "options": [
            {name: value for name, value in vars(option).items() if value or name == "id"}
            for option in election.options
        ],
        "ballots": str(election.kind),
        "expressed": box.expressed,
    }
    return Tally(
        method=method,
        winners=tuple(winners),
        turnout=box.turnout,
        blank=box.blank,
        invalid=box.invalid,
        steps=(opening, *steps),
        ties=tuple(ties),
    )

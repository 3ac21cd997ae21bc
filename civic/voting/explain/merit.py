"""Majority judgement: medians, and what parts two neighbours."""

from dataclasses import dataclass

from civic.voting.explain.count import Count, Line
from civic.voting.methods.ballots import Step


@dataclass(frozen=True)
class Neighbour:
    """What parts an option from the one just before or after it.

    Attributes:
        removed: how many equal medians were taken from each before they differed; None when they never do.
        grade, other_grade: the medians that differ then, the option's own first.
    """

    option: str
    removed: int | None
    grade: int
    other_grade: int


@dataclass(frozen=True)
class MeritFacts:
    """The grades of an option. Grades are numbers, 1 being the worst.

    Attributes:
        profile: (grade, voters), from the best to the worst.
        better, worse: voters who gave more, or less, than the median.
    """

    option: str
    place: int
    is_winner: bool
    profile: tuple[tuple[int, int], ...]
    median: int
    better: int
    worse: int
    before: Neighbour | None
    after: Neighbour | None
    tie: Step | None


def merit_order(count: Count) -> list[str]:
    return [step["option"] for step in count.steps("merit")]


def list_merits(count: Count) -> tuple[Line, ...]:
    """Return the options, the best first; as they were offered when no ballot was counted."""
    order = merit_order(count) or list(count.options)
    return tuple(
        Line(option, count.label(option), place, option in count.winners)
        for place, option in enumerate(order, start=1)
    )


def explain_merit(count: Count, option: str) -> MeritFacts | None:
    """Return the grades of an option; None when no ballot was counted."""
    step = count.by_option("merit").get(option)
    if step is None:
        return None
    compared = count.steps("comparison")
    before = next((one for one in compared if one["worse"] == option), None)
    after = next((one for one in compared if one["better"] == option), None)
    grades = sorted(((int(grade), voters) for grade, voters in step["profile"].items()), reverse=True)
    return MeritFacts(
        option=option,
        place=merit_order(count).index(option) + 1,
        is_winner=option in count.winners,
        profile=tuple(grades),
        median=step["median"],
        better=step["better"],
        worse=step["worse"],
        before=_neighbour(before, before["better"], own=1) if before else None,
        after=_neighbour(after, after["worse"], own=0) if after else None,
        tie=count.tie_of(option),
    )


def _neighbour(step: Step, other: str, *, own: int) -> Neighbour:
    if step.get("equal"):
        return Neighbour(other, None, 0, 0)
    return Neighbour(other, step["removed"], step["grades"][own], step["grades"][1 - own])

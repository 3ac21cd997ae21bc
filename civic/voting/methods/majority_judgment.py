"""Majority judgement: each option gets a grade from each voter, and the best median wins (Balinski and Laraki)."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from civic.voting.methods.ballots import BallotKind, Box, Election, Step, Tally, make_tally, open_box
from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.methods.ties import Draw, order_groups

MOST_GRADES = 100
"""Where the terms do not say how many grades there are: more than anyone tells apart."""

Merit = tuple[int, ...]
"""How many voters gave each grade, from the best to the worst."""


def count_majority_judgment(election: Election, draw: Draw) -> Tally:
    """Rank the options by their majority grades.

    The majority grade of an option is its median: the best that at least half of the voters think it deserves. Of options that have the
    same, one such grade is taken away from each, and the medians are compared again, until they differ. An option that a voter did not
    grade has the worst grade from her; a ballot without any grade is blank, and is not counted.

    Of an even number of grades, the better of the two in the middle is taken, as Belenios does, so that its program checks our counts;
    or the worse, as Balinski and Laraki do, where the terms of the vote say so.
    """
    if election.kind is not BallotKind.POINTS:
        raise CountRefused(
            N_("Le jugement majoritaire compte des mentions : ces bulletins n’en donnent pas.")
        )
    box = open_box(election)
    merits = merit_profiles(election, box)
    median = election.terms.median
    values = {option: tuple(majority_values(merit, median)) for option, merit in merits.items()}
    groups = [[one for one in values if values[one] == value] for value in sorted(set(values.values()))]
    seats = election.terms.seats
    order = order_groups(groups, seats, draw) if box.expressed else []
    steps: list[Step] = [_describe(option, merits[option], values[option]) for option in order]
    steps += [_compare(better, worse, merits, values) for better, worse in pairwise(order)]
    steps += [
        {"kind": "elected", "option": option, "place": place} for place, option in enumerate(order[:seats], 1)
    ]
    return make_tally("majority-judgment", election, box, order[:seats], steps, draw.ties)


def merit_profiles(election: Election, box: Box) -> dict[str, Merit]:
    """Return the merit profile of each option."""
    highest = max((grade for ballot, _ in box.piles for _, grade in ballot.points), default=1)
    grades = election.terms.grades or min(highest, MOST_GRADES)
    if highest > grades:
        raise CountRefused(
            N_("Une mention dépasse la plus haute : %(grade)s sur %(grades)s."), grade=highest, grades=grades
        )
    counts = {option: [0] * grades for option in election.ids}
    for ballot, count in box.piles:
        for option, grade in ballot.points:
            counts[option][grades - grade] += count
    for merit in counts.values():
        merit[-1] += box.expressed - sum(merit)
    return {option: tuple(merit) for option, merit in counts.items()}


def majority_values(merit: Merit, median: Literal["better", "worse"]) -> Iterator[int]:
    """Give the grades of an option, 0 being the best, in the order in which medians are taken away."""
    left = list(merit)
    for voters in range(sum(left), 0, -1):
        grade = median_grade(left, (voters + 1) // 2 if median == "better" else voters // 2 + 1)
        left[grade] -= 1
        yield grade


def median_grade(merit: list[int], needed: int) -> int:
    """Return the best grade, 0 being the first, that this many voters or more give, or surpass."""
    grade = -1
    while needed > 0:
        grade += 1
        needed -= merit[grade]
    return grade


def _describe(option: str, merit: Merit, value: tuple[int, ...]) -> Step:
    """Grades are published as voters gave them: 1 is the worst."""
    median = value[0]
    return {
        "kind": "merit",
        "option": option,
        "profile": {str(len(merit) - index): count for index, count in enumerate(merit)},
        "median": len(merit) - median,
        "better": sum(merit[:median]),
        "worse": sum(merit[median + 1 :]),
    }


def _compare(better: str, worse: str, merits: dict[str, Merit], values: dict[str, tuple[int, ...]]) -> Step:
    """Say after how many medians taken away from each two neighbours differ, and by which grades; or that they are equal."""
    grades = len(merits[better])
    step: Step = {"kind": "comparison", "better": better, "worse": worse}
    for removed, (one, other) in enumerate(zip(values[better], values[worse], strict=True)):
        if one != other:
            return {**step, "removed": removed, "grades": [grades - one, grades - other]}
    return {**step, "equal": True}

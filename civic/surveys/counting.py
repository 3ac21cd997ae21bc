"""What a survey comes to: totals by question, and by group of people without ever telling of fewer than five.

Nothing here knows a person: an answer is its values and the group it is crossed by.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from civic.surveys.asking import OTHER, Kind, Question
from civic.surveys.rules import Values

FEWEST_TOLD = 5


@dataclass(frozen=True)
class Count:
    """What was said of one option (or one number of a scale): by how many, in how many of a hundred of those who answered."""

    place: int
    label: str
    count: int
    percent: int


@dataclass(frozen=True)
class Total:
    """What a question comes to.

    Attributes:
        answered: how many people answered it.
        counts: of each option; of a ranking, who placed it first.
        points: of a ranking, by option: as many for the first of n as there are options, one less for the next, none unranked.
        mean, median: of numbers, when enough people gave one.
    """

    question: Question
    answered: int
    counts: tuple[Count, ...] = ()
    points: tuple[Count, ...] = ()
    mean: float | None = None
    median: float | None = None


def total_of(question: Question, answers: Sequence[Values]) -> Total:
    values = [answer[question.key] for answer in answers if question.key in answer]
    answered = len(values)
    if question.kind is Kind.RANKING:
        return _ranked(question, [value["ranked"] for value in values])
    if question.kind in (Kind.SCALE, Kind.NUMBER):
        return _numbered(question, [value["number"] for value in values])
    if question.kind is Kind.CONSENT:
        return Total(question, answered, (Count(1, "", answered, percent(answered, len(answers))),))
    said = Counter(place for value in values for place in value.get("chosen", ()))
    return Total(question, answered, _counts(places_of(question), said, answered))


def places_of(question: Question) -> list[tuple[int, str]]:
    """What is counted of a question: its options, « other » last, or the numbers of its scale."""
    if question.kind is Kind.SCALE:
        return [(step, str(step)) for step in question.steps]
    return [*question.choices, *([(OTHER, "")] if question.has_other else [])]


def _counts(places: Iterable[tuple[int, str]], said: Counter[int], out_of: int) -> tuple[Count, ...]:
    return tuple(Count(place, label, said[place], percent(said[place], out_of)) for place, label in places)


def percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _ranked(question: Question, rankings: list[list[int]]) -> Total:
    size = len(question.options)
    first = Counter(ranking[0] for ranking in rankings)
    points: Counter[int] = Counter()
    for ranking in rankings:
        for rank, place in enumerate(ranking):
            points[place] += size - rank
    best = size * len(rankings)
    by_points = sorted(_counts(question.choices, points, best), key=lambda one: (-one.count, one.place))
    return Total(
        question, len(rankings), _counts(question.choices, first, len(rankings)), points=tuple(by_points)
    )


def _numbered(question: Question, numbers: list[float]) -> Total:
    is_told = len(numbers) >= FEWEST_TOLD
    said = Counter(int(number) for number in numbers) if question.kind is Kind.SCALE else Counter[int]()
    places = places_of(question) if question.kind is Kind.SCALE else []
    return Total(
        question,
        len(numbers),
        _counts(places, said, len(numbers)),
        mean=round(mean(numbers), 2) if is_told else None,
        median=float(median(numbers)) if is_told else None,
    )


@dataclass(frozen=True)
class Cross:
    """What each group said of each option. A cell of None is not told.

    Attributes:
        groups: by name, those that are told at all, with how many of them answered.
        rows: by option, a cell for each group.
    """

    question: Question
    groups: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Count, tuple[int | None, ...]], ...]


def cross(question: Question, answers: Sequence[tuple[str | None, Values]]) -> Cross | None:
    """Count a question by group; None when fewer than two groups can be told.

    Whoever knows the totals of a line or of a column, and subtracts what is told, finds nothing of fewer than five people either.
    """
    given = [(group, values[question.key]) for group, values in answers if question.key in values]
    sizes = Counter(group for group, _ in given)
    named = sorted(group for group in sizes if group is not None)
    told = _told_groups({name: sizes[name] for name in named}, len(given))
    if len(told) < 2:
        return None
    total = total_of(question, [values for _, values in answers])
    said: dict[str, Counter[int]] = {name: Counter() for name in told}
    for group, value in given:
        if group in said:
            said[group].update(value.get("chosen") or [int(value["number"])])
    table = [[said[name][one.place] for name in told] for one in total.counts]
    hidden = _hidden_cells(table, [one.count for one in total.counts], [sizes[name] for name in told])
    rows = tuple(
        (one, tuple(None if (row, column) in hidden else cell for column, cell in enumerate(table[row])))
        for row, one in enumerate(total.counts)
    )
    return Cross(question, tuple((name, sizes[name]) for name in told), rows)


def is_crossed(question: Question) -> bool:
    return question.kind in (Kind.ONE, Kind.SEVERAL, Kind.YES_NO, Kind.SCALE)


def _told_groups(sizes: dict[str, int], everybody: int) -> list[str]:
    """Return the groups of five people or more; not the smallest of them where what is left over would be of fewer than five."""
    told = sorted((name for name, size in sizes.items() if size >= FEWEST_TOLD), key=lambda name: sizes[name])
    left = everybody - sum(sizes[name] for name in told)
    if told and 0 < left < FEWEST_TOLD:
        told = told[1:]
    return sorted(told)


def _hidden_cells(
    table: Sequence[Sequence[int]], row_totals: Sequence[int], sizes: Sequence[int]
) -> set[tuple[int, int]]:
    """Return the cells of 1 to 4 people, and as many others as it takes so that no subtraction gives them back.

    In each line and column, what is hidden sums to five people at least and is more than one cell. People of no told group are a hidden
    column of their own.
    """
    height, width = len(table), len(table[0]) if table else 0
    cells = {(row, column): table[row][column] for row in range(height) for column in range(width)}
    hidden = {place for place, count in cells.items() if 0 < count < FEWEST_TOLD}
    lines = [[(row, column) for column in range(width)] for row in range(height)]
    lines += [[(row, column) for row in range(height)] for column in range(width)]
    rest = [row_totals[row] - sum(table[row]) for row in range(height)] + [0] * width
    is_changed = True
    while is_changed:
        is_changed = False
        for line, beside in zip(lines, rest, strict=True):
            covered = [place for place in line if place in hidden]
            is_safe = (
                len(covered) + (beside > 0) > 1 and sum(cells[p] for p in covered) + beside >= FEWEST_TOLD
            )
            more = sorted((p for p in line if p not in hidden and cells[p]), key=lambda place: cells[place])
            if covered and not is_safe and more:
                hidden.add(more[0])
                is_changed = True
            elif covered and not is_safe:
                zeros = [place for place in line if place not in hidden]
                hidden.update(zeros[:1])
                is_changed = bool(zeros)
    return hidden

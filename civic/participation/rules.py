"""Age bands, and how people are counted without telling anything of fewer than five of them, not even by difference."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LEAST_TOLD = 5
UNKNOWN = ""
"""The key of those of whom it is not known."""


class AgeBand(StrEnum):
    """The bands of INSEE's figures by IRIS, with those under 18 together."""

    UNDER_18 = "0-17"
    FROM_18 = "18-24"
    FROM_25 = "25-39"
    FROM_40 = "40-54"
    FROM_55 = "55-64"
    FROM_65 = "65-79"
    FROM_80 = "80+"


_BANDS = tuple(AgeBand)
_BEGINNINGS = (0, 18, 25, 40, 55, 65, 80)


def age_band(born_on: date, *, on: date) -> AgeBand:
    """Return the band of somebody's age on a day."""
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return _BANDS[bisect_right(_BEGINNINGS, max(age, 0)) - 1]


@dataclass(frozen=True)
class Cell:
    """People counted together: of one key, or of several where one alone would tell of fewer than five."""

    keys: tuple[str, ...]
    people: int


def told_cells(counts: Mapping[str, int], order: Sequence[str], *, is_ordered: bool) -> tuple[Cell, ...]:
    """Return counts with no cell under five: small ones are put together, with others until they are five.

    Nothing is found by difference either: no sum is told of which one cell alone is missing. Nobody at all is a small cell too.

    Args:
        order: the keys, as they are shown; what is unknown comes last, and only where somebody is.
        is_ordered: the keys follow one another (ages): a small one joins its neighbour, rather than other small ones.
    """
    keys = [*order, *([UNKNOWN] if counts.get(UNKNOWN) else [])]
    cells = [Cell((key,), counts.get(key, 0)) for key in keys]
    if sum(cell.people for cell in cells) < LEAST_TOLD:
        return ()
    return _merged_in_order(cells) if is_ordered else _merged_small(cells)


def _merged_small(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    small = [cell for cell in cells if cell.people < LEAST_TOLD]
    large = [cell for cell in cells if cell.people >= LEAST_TOLD]
    while small and sum(cell.people for cell in small) < LEAST_TOLD:
        least = min(large, key=lambda cell: cell.people)
        large.remove(least)
        small.append(least)
    if not small:
        return tuple(large)
    in_order = [cell for cell in cells if cell in small]
    return (*large, _together(in_order))


def _merged_in_order(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    told: list[Cell] = []
    waiting: list[Cell] = []
    for cell in cells:
        waiting.append(cell)
        if sum(each.people for each in waiting) >= LEAST_TOLD:
            told.append(_together(waiting))
            waiting = []
    if waiting:
        told.append(_together([*([told.pop()] if told else []), *waiting]))
    return tuple(told)


def _together(cells: Iterable[Cell]) -> Cell:
    cells = list(cells)
    return Cell(tuple(key for cell in cells for key in cell.keys), sum(cell.people for cell in cells))


def keep_steady(before: Sequence[Cell], now: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return what is told after what was told: a cell moves by five people at least, or stays as it was.

    Else who reads two syntheses, one made after the other, would learn where the one person between them lives.
    """
    told: list[Cell] = []
    for old, new in _joined(before, now):
        moved = abs(sum(cell.people for cell in new) - sum(cell.people for cell in old))
        told += old if old and 0 < moved < LEAST_TOLD else new
    rank = {key: number for number, cell in enumerate(now) for key in cell.keys}
    return tuple(sorted(told, key=lambda cell: min(rank.get(key, len(rank)) for key in cell.keys)))


def _joined(before: Sequence[Cell], now: Sequence[Cell]) -> list[tuple[list[Cell], list[Cell]]]:
    """Return the cells of both by the smallest sets of keys that neither cuts."""
    sets: list[set[str]] = []
    for cell in (*before, *now):
        touched = [each for each in sets if each & set(cell.keys)]
        sets = [each for each in sets if each not in touched] + [set(cell.keys).union(*touched)]
    return [
        (
            [cell for cell in before if set(cell.keys) <= keys],
            [cell for cell in now if set(cell.keys) <= keys],
        )
        for keys in sets
    ]


@dataclass(frozen=True)
class Span:
    """What was written from a day to another, both included."""

    first: date
    last: date
    count: int


MOST_SPANS = 60


def spans_of(days: Mapping[date, int]) -> tuple[Span, ...]:
    """Return the curve in time: by day, by week when that is long, and never less than five together (days are put together)."""
    if not days:
        return ()
    first, last = min(days), max(days)
    step = 1 if (last - first).days < MOST_SPANS else 7
    told: list[Span] = []
    begins, count = first, 0
    for start in (first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)):
        end = min(start + timedelta(days=step - 1), last)
        count += sum(days.get(start + timedelta(days=n), 0) for n in range((end - start).days + 1))
        if count >= LEAST_TOLD:
            told.append(Span(begins, end, count))
            begins, count = end + timedelta(days=1), 0
    if count and told:
        ended = told.pop()
        told.append(Span(ended.first, last, ended.count + count))
    return tuple(told)


def steady_spans(before: Sequence[Span], now: Sequence[Span]) -> tuple[Span, ...]:
    """Return the curve that is told after another: it stays while fewer than five things were written since."""
    moved = abs(sum(span.count for span in now) - sum(span.count for span in before))
    return tuple(before) if before and 0 < moved < LEAST_TOLD else tuple(now)


def divisiveness(for_it: int, against: int) -> float:
    """Return how much a proposal divides, from 0 to 1: as many for as against, and enough of them.

    >>> divisiveness(10, 10) > divisiveness(2, 2) > divisiveness(20, 0)
    True
    """
    return 2.0 * min(for_it, against) / (for_it + against + 2.0)

"""Finding how many people of each profile make a panel. Pure, and in the script that anyone runs.

A *row* is a sum that is wanted between two bounds: of all profiles, the seats; of those that have a value, its quota.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_MENDS, MOST_SPLITS, REST = 200, 60, 5
"""Steps of one search. Beyond, a person is passed over: the panel at hand stays whole, and everybody who draws again does the same."""


@dataclass(frozen=True)
class Row:
    """Some of the profiles, and how many people of them are wanted in all."""

    cells: tuple[int, ...]
    least: int
    most: int


def _narrow(rows: Sequence[Row], low: list[int], high: list[int]) -> bool:
    """Bring the bounds of each profile as near as the rows allow, in place. False: nothing fits between them."""
    is_moving = True
    while is_moving:
        is_moving = False
        for row in rows:
            lows, highs = sum(low[cell] for cell in row.cells), sum(high[cell] for cell in row.cells)
            if highs < row.least or lows > row.most:
                return False
            for cell in row.cells:
                at_most = row.most - lows + low[cell]
                at_least = row.least - highs + high[cell]
                if at_most < high[cell]:
                    highs -= high[cell] - at_most
                    high[cell], is_moving = at_most, True
                if at_least > low[cell]:
                    lows += at_least - low[cell]
                    low[cell], is_moving = at_least, True
    return True


def _tightest(rows: Sequence[Row], low: Sequence[int], high: Sequence[int]) -> int | None:
    """Return the profile to settle next: the widest of the row that leaves the least choice."""
    chosen: tuple[int, int] | None = None
    for row in rows:
        width, cell = max((high[cell] - low[cell], -cell) for cell in row.cells) if row.cells else (0, 0)
        if width == 0:
            continue
        slack = sum(high[cell] for cell in row.cells) - row.least
        if chosen is None or slack < chosen[0]:
            chosen = (slack, -cell)
    return None if chosen is None else chosen[1]


def settle(
    rows: Sequence[Row],
    low: Sequence[int],
    high: Sequence[int],
    begin: Sequence[int] | None = None,
    patience: int = 1,
) -> list[int] | None:
    """Return how many people of each profile make a panel, between two bounds; None when none does, or none was found in so many steps.

    Args:
        begin: a panel that nearly fits.
    """
    below, above = list(low), list(high)
    if not _narrow(rows, below, above):
        return None
    steps = patience * MOST_MENDS
    return _mend(rows, below, above, begin or below, steps) or _split(rows, below, above)


def _mend(
    rows: Sequence[Row], low: Sequence[int], high: Sequence[int], begin: Sequence[int], steps: int
) -> list[int] | None:
    """Add or take away one person at a time, each time what leaves the rows the least wrong, and never at once what was just undone."""
    panel = [min(max(count, low[cell]), high[cell]) for cell, count in enumerate(begin)]
    held = [sum(panel[cell] for cell in row.cells) for row in rows]
    of_cell: list[list[int]] = [[] for _ in panel]
    for rank, row in enumerate(rows):
        for cell in row.cells:
            of_cell[cell].append(rank)
    rests: dict[tuple[int, int], int] = {}
    for step in range(steps):
        if not any(_wrong(row, count) for row, count in zip(rows, held, strict=True)):
            return panel
        changes = {
            by: [_wrong(row, count + by) - _wrong(row, count) for row, count in zip(rows, held, strict=True)]
            for by in (1, -1)
        }
        moves = [
            (sum(changes[by][rank] for rank in of_cell[cell]), rests.get((cell, by), 0), cell, by)
            for cell in range(len(panel))
            for by in (1, -1)
            if low[cell] <= panel[cell] + by <= high[cell] and rests.get((cell, by), 0) <= step
        ]
        if not moves:
            return None
        _, _, cell, by = min(moves)
        panel[cell] += by
        rests[cell, -by] = step + REST
        for rank in of_cell[cell]:
            held[rank] += by
    return None


def _wrong(row: Row, count: int) -> int:
    return max(0, row.least - count, count - row.most)


def _split(rows: Sequence[Row], low: list[int], high: list[int]) -> list[int] | None:
    """Halve what a profile may count, again and again: what is left to try may end, which proves that nothing fits."""
    waiting, steps = [(low, high)], 0
    while waiting and steps < MOST_SPLITS:
        steps += 1
        below, above = waiting.pop()
        if not _narrow(rows, below, above):
            continue
        cell = _tightest(rows, below, above)
        if cell is None:
            return below
        middle = (below[cell] + above[cell] + 1) // 2
        smaller, larger = list(above), list(below)
        smaller[cell], larger[cell] = middle - 1, middle
        waiting += [(list(below), smaller), (larger, list(above))]
    return None

"""What is kept of the plane to be shown: squares with how many people stand there, never who."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from civic.opinions.groups.table import Floats, Whole

SQUARES = 24
"""Along each side of the map."""


@dataclass(frozen=True)
class Square:
    """``x`` and ``y`` go from 0 to SQUARES - 1; ``group`` is NOBODY's number for those who are between groups."""

    x: int
    y: int
    group: int
    people: int


def to_unit(places: Floats) -> Floats:
    """Return the places in a square of side 1, with the same scale both ways; the furthest in a hundred are brought to the edge."""
    if not len(places):
        return places
    low, high = np.quantile(places, (0.01, 0.99), axis=0)
    middle = (low + high) / 2
    reach = float((high - low).max()) / 2 or 1.0
    return np.asarray(np.clip((places - middle) / (2 * reach) + 0.5, 0.0, 1.0))


def to_squares(units: Floats, groups: Whole) -> list[Square]:
    """Return the squares where somebody stands, from top to bottom."""
    cells = np.minimum((units * SQUARES).astype(int), SQUARES - 1)
    counted = Counter(
        (int(y), int(x), int(group)) for (x, y), group in zip(cells.tolist(), groups.tolist(), strict=True)
    )
    return [Square(x, y, group, people) for (y, x, group), people in sorted(counted.items())]

"""The map as it is drawn: one mark for each square where somebody stands, of the shape of the group and as large as there are people."""

from dataclasses import dataclass
from math import cos, pi, sin, sqrt

SIDE = 480
SQUARES = 24
EDGE = 24
STEP = (SIDE - 2 * EDGE) / SQUARES
CORNERS = (0, 4, 3, 4, 6)
"""By group: a circle, a square, a triangle, a diamond, a hexagon."""
TURNS = (0.0, pi / 4, -pi / 2, 0.0, 0.0)
SMALLEST, LARGEST = 4.5, 12.0


@dataclass(frozen=True)
class Mark:
    """``path`` is SVG path data; ``group`` is None for those who are between groups."""

    path: str
    group: int | None
    people: int


@dataclass(frozen=True)
class Spot:
    x: float
    y: float


def marks(squares: list[list[int]]) -> list[Mark]:
    """Return the marks of ``[x, y, group or -1, people]``, those of groups last, so that they are seen."""
    in_order = sorted(squares, key=lambda square: square[2] >= 0)
    return [
        Mark(
            _shape(group, EDGE + (x + 0.5) * STEP, EDGE + (y + 0.5) * STEP, _size(people)),
            _or_none(group),
            people,
        )
        for x, y, group, people in in_order
    ]


def key_mark(group: int | None) -> Mark:
    """Return the mark that explains a group in words beside the map, in a box of side 24."""
    number = -1 if group is None else group
    return Mark(_shape(number, 12, 12, 8), group, 1)


def spot(x: float, y: float) -> Spot:
    """Return where a point of the square of side 1 is drawn."""
    reach = SIDE - 2 * EDGE
    return Spot(round(EDGE + x * reach, 1), round(EDGE + y * reach, 1))


def _or_none(group: int) -> int | None:
    return group if group >= 0 else None


def _size(people: int) -> float:
    return min(LARGEST, SMALLEST + 1.6 * (sqrt(people) - 1))


def _shape(group: int, x: float, y: float, size: float) -> str:
    corners = CORNERS[group] if group >= 0 else 0
    radius = size if group >= 0 else size * 0.7
    if not corners:
        turn = f"a{radius:.2f} {radius:.2f} 0 1 0"
        return f"M{x - radius:.2f} {y:.1f}{turn} {2 * radius:.2f} 0{turn} {-2 * radius:.2f} 0Z"
    radius *= 1.15
    points = [TURNS[group] + 2 * pi * corner / corners for corner in range(corners)]
    return (
        "M" + "L".join(f"{x + radius * cos(turn):.1f} {y + radius * sin(turn):.1f}" for turn in points) + "Z"
    )

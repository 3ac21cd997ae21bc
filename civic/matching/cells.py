"""The ground in hexagons (H3), by which those who live near are found. No database.

A cell is that of the point that stands for a neighbourhood, never of a home. Cells are of resolution 8 (about 0.7 km²); larger ones are
ranges of them, for all the cells of resolution 8 in a larger cell are consecutive numbers.
"""

from functools import lru_cache
from math import pi, sqrt

import h3.api.basic_int as h3

from civic.kernel.geometry import Position, distance_metres

RESOLUTION = 8
NOWHERE = 0
"""The cell of who has not said where she lives, or whose neighbourhood has no place on the map."""

TIERS = (
    *((8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 6), (7, 4), (7, 5), (6, 3), (6, 4), (6, 5), (5, 3), (5, 4)),
    *((5, 5), (4, 3), (4, 4), (4, 6), (3, 4), (3, 6), (2, 4), (2, 6)),
)
"""Disks that grow: resolution of the hexagons, rings around the middle one. The last is some 2,000 km wide.

Each range of cells costs a descent of the index: few large hexagons that reach as far as many small ones are read sooner, but more of what
they hold lies in their corners.
"""

GLANCES = ((8, 1), (7, 1), (6, 1), (5, 1), (4, 1))
"""Disks in which people are counted before any is read, until it is known how dense they live: each holds the former."""


def _bits_of(resolution: int) -> tuple[int, int, int]:
    """The resolution is in bits 52 to 55, each digit in three bits; a digit is from 0 to 6, and 7 where there is none."""
    shifts = [3 * (15 - digit) for digit in range(resolution + 1, RESOLUTION + 1)]
    digits, sixes = sum(7 << shift for shift in shifts), sum(6 << shift for shift in shifts)
    return RESOLUTION << 52, 0xF << 52 | digits, sixes


_BITS = {resolution: _bits_of(resolution) for resolution in range(RESOLUTION + 1)}
"""The resolution to write into a larger cell, what is to be taken out of it, and what makes the last cell in it of the first."""


def cell_of(position: Position | None) -> int:
    """Return the cell of a position, an integer of 63 bits."""
    if position is None:
        return NOWHERE
    return int(h3.latlng_to_cell(position.latitude, position.longitude, RESOLUTION))


def ranges_of_disk(cell: int, resolution: int, ring: int) -> list[tuple[int, int]]:
    """Return the cells of a disk around a cell as ranges, both ends included, those that touch in one."""
    middle = h3.cell_to_parent(cell, resolution)
    resolution_bits, digits, sixes = _BITS[resolution]
    ranges: list[tuple[int, int]] = []
    for larger in sorted(h3.grid_disk(middle, ring)):
        first = larger & ~digits | resolution_bits
        last = first | sixes
        if ranges and _is_next(ranges[-1][1], first):
            ranges[-1] = (ranges[-1][0], last)
        else:
            ranges.append((first, last))
    return ranges


def size_of_disk(resolution: int, ring: int) -> int:
    """Return about how many cells of resolution 8 a disk holds."""
    return (3 * ring * (ring + 1) + 1) * 7 ** (RESOLUTION - resolution)


def position_of(cell: int) -> int:
    """Return the place of a cell among all those of its resolution, in the order of their numbers."""
    position = (cell >> 45) & 0x7F
    for digit in range(1, RESOLUTION + 1):
        position = position * 7 + ((cell >> 3 * (15 - digit)) & 7)
    return position


def _is_next(last: int, first: int) -> bool:
    """Whether no cell lies between two: the number after a digit 6 is a digit 7, that no cell has."""
    shift = 3 * (15 - RESOLUTION)
    return first - last <= (1 << shift) * 2


def likely_within(resolution: int, ring: int) -> float:
    """Return how many cells of resolution 8 cover what lies surely in a disk, of a point half an edge away from the middle."""
    edges = (1.5 * ring + 1.0 - _kept(resolution)) * KEPT_BACK
    return pi * edges**2 / (1.5 * sqrt(3)) * 7 ** (RESOLUTION - resolution)


KEPT_BACK = 0.95
"""Hexagons are not quite regular."""


@lru_cache(maxsize=4_096)
def metres_within(here: Position, resolution: int, ring: int) -> float:
    """Return a distance such that whatever is nearer than that to a point lies in the disk of so many rings around its cell.

    Whatever is outside lies at least an edge nearer than the middle of one of the cells of the next ring. The usual formula (rings by the
    distance between cells) forgets that, and that the point is not in the middle of its cell.
    """
    middle = h3.cell_to_parent(cell_of(here), resolution)
    next_ring = min(distance_metres(here, _middle_of(cell)) for cell in h3.grid_ring(middle, ring + 1))
    return max(0.0, next_ring - _kept(resolution) * _edge(middle)) * KEPT_BACK


def _kept(resolution: int) -> float:
    """In edges. A larger cell is not quite the sum of those within: something is kept for it."""
    return 1.0 if resolution == RESOLUTION else 1.5


def _middle_of(cell: int) -> Position:
    latitude, longitude = h3.cell_to_latlng(cell)
    return Position(longitude, latitude)


@lru_cache(maxsize=4_096)
def _edge(cell: int) -> float:
    """Return the distance to the nearest of the cells around, as in a regular hexagon that would have it."""
    middle = _middle_of(cell)
    return min(distance_metres(middle, _middle_of(each)) for each in h3.grid_ring(cell, 1)) / sqrt(3)

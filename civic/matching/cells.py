"""The ground in hexagons (H3), by which those who live near are found. No database.

A cell is that of the point that stands for a neighbourhood, never of a home. Cells are of resolution 8 (about 0.7 km²); larger ones are
ranges of them, for all the cells of resolution 8 in a larger cell are consecutive numbers.
"""

from functools import lru_cache
from math import sqrt

import h3.api.basic_int as h3

from civic.kernel.geometry import Position, distance_metres

RESOLUTION = 8
NOWHERE = 0
"""The cell of who has not said where she lives, or whose neighbourhood has no place on the map."""

TIERS = (
    *((8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 6), (7, 3), (7, 4), (6, 2), (6, 3), (6, 4), (5, 2), (5, 3)),
    *((5, 4), (4, 2), (4, 3), (3, 2), (3, 3), (3, 4), (3, 6), (2, 4), (2, 6)),
)
"""Disks that grow: resolution of the hexagons, rings around the middle one. The last is some 2,000 km wide.

Each range of cells costs a descent of the index: few large hexagons that reach as far as many small ones are read sooner.
"""


def cell_of(position: Position | None) -> int:
    """Return the cell of a position, an integer of 63 bits."""
    if position is None:
        return NOWHERE
    return int(h3.latlng_to_cell(position.latitude, position.longitude, RESOLUTION))


def ranges_of_disk(cell: int, resolution: int, ring: int) -> list[tuple[int, int]]:
    """Return the cells of a disk around a cell as ranges, both ends included, those that touch in one."""
    middle = h3.cell_to_parent(cell, resolution)
    ranges: list[tuple[int, int]] = []
    for larger in sorted(h3.grid_disk(middle, ring)):
        first, last = _cells_in(larger, resolution)
        if ranges and _is_next(ranges[-1][1], first):
            ranges[-1] = (ranges[-1][0], last)
        else:
            ranges.append((first, last))
    return ranges


def cells_of_disk(cell: int, ring: int) -> list[int]:
    """Return the cells of resolution 8 that are at most so many rings away."""
    return sorted(h3.grid_disk(cell, ring))


def size_of_disk(resolution: int, ring: int) -> int:
    """Return about how many cells of resolution 8 a disk holds."""
    return (3 * ring * (ring + 1) + 1) * 7 ** (RESOLUTION - resolution)


def _cells_in(larger: int, resolution: int) -> tuple[int, int]:
    """The resolution is in bits 52 to 55, each digit in three bits; a digit is from 0 to 6, and 7 where there is none."""
    first = last = (larger & ~(0xF << 52)) | (RESOLUTION << 52)
    for digit in range(resolution + 1, RESOLUTION + 1):
        shift = 3 * (15 - digit)
        first &= ~(7 << shift)
        last = (last & ~(7 << shift)) | (6 << shift)
    return first, last


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


@lru_cache(maxsize=4_096)
def metres_within(cell: int, resolution: int, ring: int) -> float:
    """Return a distance such that whatever is nearer to any point of a cell lies in the disk of so many rings around it.

    The flat side of a disk of hexagons is (1.5 ring + 0.5) edges from its centre, and the point may be an edge away from it: the usual
    formula forgets both. Hexagons are not quite regular, and a larger one is not quite the sum of those within: something is kept for it.
    """
    edge = _spacing(h3.cell_to_parent(cell, resolution)) / sqrt(3)
    kept = 0.5 if resolution == RESOLUTION else 1.0
    return max(0.0, (1.5 * ring - kept) * edge * 0.95)


def _spacing(cell: int) -> float:
    """Return the distance to the centre of the nearest neighbouring cell."""
    latitude, longitude = h3.cell_to_latlng(cell)
    here = Position(longitude, latitude)
    around = (h3.cell_to_latlng(found) for found in h3.grid_ring(cell, 1))
    return min(distance_metres(here, Position(lon, lat)) for lat, lon in around)

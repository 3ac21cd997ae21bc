"""The reactions as a table: a row for each person, a column for each statement."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

ENOUGH_REACTIONS = 7
"""With fewer, where a person stands is chance; with fewer statements than that, it is all of them."""


@dataclass(frozen=True)
class ReactionTable:
    """``values`` holds 1, -1 and 0, and nothing that matters where ``seen`` is False."""

    values: Floats
    seen: Flags

    @property
    def per_person(self) -> Whole:
        return np.asarray(self.seen.sum(axis=1))

    @property
    def considered(self) -> Flags:
        """Who reacted enough to be placed."""
        statements = int(self.seen.any(axis=0).sum())
        return np.asarray(self.per_person >= max(1, min(ENOUGH_REACTIONS, statements)))

    def of(self, people: Flags) -> "ReactionTable":
        return ReactionTable(self.values[people], self.seen[people])


def make_table(
    rows: Sequence[int], columns: Sequence[int], values: Sequence[int], *, people: int, statements: int
) -> ReactionTable:
    """Return the table of reactions given one by one: who, of what, and 1, 0 or -1."""
    table = ReactionTable(np.zeros((people, statements)), np.zeros((people, statements), dtype=bool))
    table.values[rows, columns] = values
    table.seen[rows, columns] = True
    return table

"""Lays people on a plane, so that those who answered alike are near one another: the two first principal components, as Polis does.

What a person has not seen counts as the mean of the others. It draws her to the middle, the more so the fewer statements she saw: her
distance is stretched by the square root of (statements / those she saw), which puts her back among those who answer like her.
"""

import numpy as np

from civic.opinions.groups.table import Floats, ReactionTable

AXES = 2


def place_people(table: ReactionTable) -> Floats:
    """Return where each person stands: a row for each, two columns."""
    seen_by = table.seen.sum(axis=0)
    means = (table.values * table.seen).sum(axis=0) / np.maximum(seen_by, 1)
    apart = np.where(table.seen, table.values - means, 0.0)
    axes = _main_axes(apart)
    statements = int((seen_by > 0).sum())
    stretch = np.sqrt(statements / np.maximum(table.per_person, 1))
    return np.asarray((apart @ axes) * stretch[:, None])


def _main_axes(apart: Floats) -> Floats:
    """Return the directions in which answers differ most. Their sign, which means nothing, is fixed so that a map never turns over."""
    people, statements = apart.shape
    axes = np.zeros((statements, AXES))
    if people and statements:
        _, _, rows = np.linalg.svd(_squared(apart))
        found = rows[:AXES].T
        axes[:, : found.shape[1]] = found
    largest = np.abs(axes).argmax(axis=0) if statements else np.zeros(AXES, dtype=int)
    signs = (
        np.sign([axes[row, column] for column, row in enumerate(largest)]) if statements else np.ones(AXES)
    )
    return np.asarray(axes * np.where(signs == 0, 1, signs))


def _squared(apart: Floats) -> Floats:
    """Return a small square table with the same axes: there are fewer statements than people, or few of both."""
    return np.asarray(apart.T @ apart)

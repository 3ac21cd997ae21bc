"""Lays people on a plane, so that those who answered alike are near one another: the two first principal components, as Polis does.

What a person has not seen counts as the mean of the others. It draws her to the middle, the more so the fewer statements she saw: her
distance is stretched by the square root of (statements / those she saw), which puts her back among those who answer like her.
"""

import numpy as np
from scipy.sparse.linalg import svds

from civic.opinions.groups.table import Floats, ReactionTable

AXES = 2
FEW = 10
"""People or statements, at which a whole decomposition costs nothing."""
SEED = 1
DEALS = 3
MORE_THAN_CHANCE = 1.4
"""Answers at random stay under 1.2, the three real conversations of our tests between 1.9 and 11."""


def place_people(table: ReactionTable) -> Floats:
    """Return where each person stands: a row for each, two columns."""
    apart = _from_the_mean(table)
    axes = _main_axes(apart)
    statements = int(table.seen.any(axis=0).sum())
    stretch = np.sqrt(statements / np.maximum(table.per_person, 1))
    return np.asarray((apart @ axes) * stretch[:, None])


def _from_the_mean(table: ReactionTable) -> Floats:
    means = (table.values * table.seen).sum(axis=0) / np.maximum(table.seen.sum(axis=0), 1)
    return np.where(table.seen, table.values - means, 0.0)


def is_more_than_chance(table: ReactionTable) -> bool:
    """Tell whether answers hold together: whether people differ along one direction more than if each had answered at random.

    The answers to each statement are dealt again between those who gave some, a few times (Horn's parallel analysis). Points drawn at
    random can always be cut in two groups that look well apart; this tells them from people.
    """
    random = np.random.default_rng(SEED)
    by_chance = [_strength(_dealt_again(table, random)) for _ in range(DEALS)]
    return _strength(table) > MORE_THAN_CHANCE * max(float(np.mean(by_chance)), 1e-9)


def _strength(table: ReactionTable) -> float:
    apart = _from_the_mean(table)
    return float(np.linalg.norm(apart @ _directions(apart, 1)) ** 2)


def _dealt_again(table: ReactionTable, random: np.random.Generator) -> ReactionTable:
    values = table.values.copy()
    for column in range(values.shape[1]):
        seen = table.seen[:, column]
        values[seen, column] = random.permutation(values[seen, column])
    return ReactionTable(values, table.seen)


def _main_axes(apart: Floats) -> Floats:
    """Return the directions in which answers differ most. Their sign, which means nothing, is fixed so that a map never turns over."""
    axes = np.zeros((apart.shape[1], AXES))
    found = _directions(apart, AXES)
    axes[:, : found.shape[1]] = found
    if not len(axes):
        return axes
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(AXES)])
    return np.asarray(axes * np.where(signs == 0, 1, signs))


def _directions(apart: Floats, count: int) -> Floats:
    """Return the first principal directions, as columns, the strongest first; fewer where there are not as many."""
    if min(apart.shape) <= FEW:
        return np.asarray(np.linalg.svd(apart, full_matrices=False)[2][:count].T)
    start = np.ones(min(apart.shape))  # always the same, hence the same answer
    _, strengths, rows = svds(apart, k=count, v0=start, tol=1e-9)
    return np.asarray(rows[np.argsort(-strengths)].T)

"""Parts people into groups: several cuts are tried, and the one in which people are closest to their own group is kept.

The measure is the silhouette: for each person, how much nearer her group is than the next one, from -1 to 1. Under 0.25 it tells of no group
at all (Kaufman and Rousseeuw, 1990): a cut that does not reach it is not shown, and a person who does not is put in no group.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from civic.opinions.groups.table import Flags, Floats, Whole

SEED = 1
FEWEST_PEOPLE = 15
"""Under it there is no map: a group would be a handful of neighbours who know one another."""
SMALLEST_GROUP = 5
SMALLEST_SHARE = 0.08
"""Of those considered: what is smaller is a few people apart from everybody, and no group."""
CLEAR = 0.25
MOST_GROUPS = 5
HANDFULS = (20, 30, 40, 50, 70, 100)
MOST_COMPARED = 2_500
"""People between whom distances are measured, at most: drawn among the others, always the same ones."""
NOBODY = -1
ROWS = 1_000
"""Whose distances are held at once."""


class Lack(StrEnum):
    """Why there are no groups."""

    TOO_FEW_PEOPLE = "too_few_people"
    NOT_APART = "not_apart"


@dataclass(frozen=True)
class Cut:
    """``groups`` holds the number of each person's group, from 0, the largest group first, or NOBODY who is between groups."""

    groups: Whole
    count: int
    clearness: float
    lack: Lack | None = None


def cut(places: Floats, *, is_chance: bool = False) -> Cut:
    """Part people by where they stand. The same places always give the same groups.

    Args:
        is_chance: their answers hold together no more than if they were given at random: there are no groups to be found.
    """
    if len(places) < FEWEST_PEOPLE:
        return _none(len(places), Lack.TOO_FEW_PEOPLE)
    if is_chance:
        return _none(len(places), Lack.NOT_APART)
    compared = _compared(len(places))
    candidates = [groups for groups in _candidates(places, compared) if _may_be_shown(groups)]
    tried = [
        _place(groups, clear)
        for groups, clear in zip(candidates, _silhouettes(places, candidates, compared), strict=True)
    ]
    shown = [each for each in tried if each is not None]
    return max(shown, key=lambda each: each.clearness, default=_none(len(places), Lack.NOT_APART))


def _none(people: int, lack: Lack) -> Cut:
    return Cut(np.full(people, NOBODY), 0, 0.0, lack)


def _compared(people: int) -> Whole:
    everybody = np.arange(people)
    if people <= MOST_COMPARED:
        return everybody
    return np.sort(np.random.default_rng(SEED).choice(everybody, MOST_COMPARED, replace=False))


def _candidates(places: Floats, compared: Whole) -> Iterator[Whole]:
    """Yield cuts in two to five groups, made in three ways.

    Among people; among handfuls of people, each counted once, which sees a small group that the mass would hide; and by joining the
    nearest ones (Ward). The library is imported here: it takes a second, which only the process that counts pays.
    """
    from sklearn.cluster import AgglomerativeClustering, KMeans

    distinct = len(np.unique(places, axis=0))
    for count in range(2, min(MOST_GROUPS, distinct - 1) + 1):
        yield KMeans(count, n_init=10, random_state=SEED).fit(places).labels_
        near = AgglomerativeClustering(count).fit_predict(places[compared])
        groups = _nearest(places, _centres(places[compared], near, count))
        groups[compared] = near
        yield groups
    for size in HANDFULS:
        if size > distinct // 2:
            break
        handful = KMeans(size, n_init=3, random_state=SEED).fit(places).labels_
        kinds, handful = np.unique(handful, return_inverse=True)
        middles = _centres(places, handful, len(kinds))
        for count in range(2, MOST_GROUPS + 1):
            yield KMeans(count, n_init=10, random_state=SEED).fit(middles).labels_[handful]


def _centres(places: Floats, groups: Whole, count: int) -> Floats:
    return np.array([places[groups == number].mean(axis=0) for number in range(count)])


def _nearest(places: Floats, centres: Floats) -> Whole:
    return np.asarray(((places[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1))


def _may_be_shown(groups: Whole) -> bool:
    sizes = np.bincount(groups)
    return len(sizes) > 1 and bool(sizes.min() >= max(SMALLEST_GROUP, SMALLEST_SHARE * len(groups)))


def _place(groups: Whole, clear: Floats) -> Cut | None:
    """Return a cut with those who are between groups taken out; None when it shows no groups."""
    count = int(groups.max()) + 1
    kept = np.where(clear > CLEAR, groups, NOBODY)
    left = np.bincount(kept[kept >= 0], minlength=count)
    clearness = round(float(clear.mean()), 9)
    if clearness <= CLEAR or left.min() < SMALLEST_GROUP:
        return None
    return Cut(_by_size(kept, left), count, clearness)


def _by_size(groups: Whole, sizes: Whole) -> Whole:
    number = np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")
    return np.where(groups >= 0, number[groups], NOBODY)


def _silhouettes(places: Floats, candidates: list[Whole], compared: Whole) -> list[Floats]:
    """Return, for each cut, how much nearer each person's own group is than the next one, by mean distances to those compared."""
    members = [np.eye(int(groups.max()) + 1)[groups[compared]] for groups in candidates]
    totals = [np.zeros((len(places), member.shape[1])) for member in members]
    for start in range(0, len(places), ROWS):
        rows = slice(start, start + ROWS)
        distances = _distances(places[rows], places[compared])
        for total, member in zip(totals, members, strict=True):
            total[rows] = distances @ member
    is_compared = np.zeros(len(places), dtype=bool)
    is_compared[compared] = True
    return [
        _from_totals(total, groups, member.sum(axis=0), is_compared)
        for total, groups, member in zip(totals, candidates, members, strict=True)
    ]


def _distances(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.hypot(*(one[:, None, axis] - other[None, :, axis] for axis in range(one.shape[1]))))


def _from_totals(totals: Floats, groups: Whole, sizes: Floats, is_compared: Flags) -> Floats:
    everyone = np.arange(len(groups))
    own = totals[everyone, groups] / np.maximum(sizes[groups] - is_compared, 1)
    means = totals / np.maximum(sizes, 1)
    means[everyone, groups] = np.inf
    next_one = means.min(axis=1)
    return np.asarray((next_one - own) / np.maximum(np.maximum(next_one, own), 1e-12))

"""From reactions to everything that the page tells, in one value made of plain numbers."""

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from civic.opinions.groups.cutting import NOBODY, Lack, cut
from civic.opinions.groups.drawing import Square, to_squares, to_unit
from civic.opinions.groups.holding import Held, what_all_hold, what_groups_hold
from civic.opinions.groups.positions import is_more_than_chance, place_people
from civic.opinions.groups.table import Floats, ReactionTable, Whole


@dataclass(frozen=True)
class Place:
    """Where a person stands, in a square of side 1, and the number of her group; none who is between groups."""

    person: int
    x: float
    y: float
    group: int | None


@dataclass(frozen=True)
class GroupCounts:
    """What one group said of one statement. ``holds``: 1 or -1 where it stands out by agreeing or disagreeing, else 0."""

    group: int
    statement: int
    agreed: int
    disagreed: int
    passed: int
    holds: int
    strength: float


@dataclass(frozen=True)
class StatementScores:
    """From 0 to 1: agreed by every group, refused by every group, agreed by one and refused by another."""

    statement: int
    agreed: float
    refused: float
    dividing: float


@dataclass(frozen=True)
class GroupSize:
    number: int
    people: int
    x: float
    y: float


@dataclass(frozen=True)
class OpinionMap:
    """``considered``: people who reacted enough; ``clearness``: the mean silhouette; ``lack``: why there are no groups."""

    people: int
    considered: int
    between: int
    clearness: float
    lack: Lack | None
    groups: tuple[GroupSize, ...]
    squares: tuple[Square, ...]
    places: tuple[Place, ...]
    counts: tuple[GroupCounts, ...]
    scores: tuple[StatementScores, ...]


def map_opinions(table: ReactionTable) -> OpinionMap:
    """Place people, part them, and say what each group holds and what all agree on. People and statements are told by their rank."""
    with threadpool_limits(1):  # one of the processors, at most; and the same sums whatever their number
        return _map_opinions(table)


def _map_opinions(table: ReactionTable) -> OpinionMap:
    considered = np.flatnonzero(table.considered)
    told = table.of(table.considered)
    places = place_people(table)[considered]
    parted = cut(places, is_chance=len(places) > 0 and not is_more_than_chance(told))
    is_mapped = parted.lack is None
    units = to_unit(places) if is_mapped else np.zeros((0, 2))
    held = what_groups_hold(told, parted.groups, parted.count)
    groups = tuple(_size(units, parted.groups, number) for number in range(parted.count))
    return OpinionMap(
        people=int((table.per_person > 0).sum()),
        considered=len(considered),
        between=int((parted.groups == NOBODY).sum()) if is_mapped else 0,
        clearness=round(parted.clearness, 4),
        lack=parted.lack,
        groups=groups,
        squares=tuple(to_squares(units, parted.groups)) if is_mapped else (),
        places=_places(considered, units, parted.groups) if is_mapped else (),
        counts=_counts(held),
        scores=_scores(held.agreed, held.disagreed, held.seen) if is_mapped else (),
    )


def _size(units: Floats, groups: Whole, number: int) -> GroupSize:
    mine = units[groups == number]
    x, y = mine.mean(axis=0).round(4).tolist()
    return GroupSize(number, len(mine), x, y)


def _places(considered: Whole, units: Floats, groups: Whole) -> tuple[Place, ...]:
    told = zip(considered.tolist(), units.round(4).tolist(), groups.tolist(), strict=True)
    return tuple(Place(person, x, y, group if group != NOBODY else None) for person, (x, y), group in told)


def _counts(held: Held) -> tuple[GroupCounts, ...]:
    groups, statements = (ranks.tolist() for ranks in np.nonzero(held.seen))
    passed = held.seen - held.agreed - held.disagreed
    columns = (held.agreed, held.disagreed, passed, held.holds, held.strength.round(4))
    told = (column[groups, statements].tolist() for column in columns)
    return tuple(GroupCounts(*row) for row in zip(groups, statements, *told, strict=True))


def _scores(agreed: Whole, disagreed: Whole, seen: Whole) -> tuple[StatementScores, ...]:
    shared = what_all_hold(agreed, disagreed, seen)
    told = np.stack([shared.agreed, shared.refused, shared.dividing]).round(6).T.tolist()
    return tuple(StatementScores(rank, *scores) for rank, scores in enumerate(told) if any(scores))

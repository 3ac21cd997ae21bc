"""What each group holds, what all of them agree on, and what parts them: the measures of Polis, over counts of each group.

Shares are smoothed (one imaginary reaction each way), so that three people who agree do not outweigh thirty.
"""

from dataclasses import dataclass

import numpy as np

from civic.opinions.groups.table import Floats, ReactionTable, Whole

SURE = 1.2816
"""Nine chances in ten that a difference is none of chance (one-sided)."""
FEWEST_SEEN = 5
"""People of a group who reacted to a statement, for its share to be told."""
MOST_AGREED, MOST_REFUSED = 3, 2
"""Statements that stand for a group: those it agrees with first, which are easier to read."""


@dataclass(frozen=True)
class Held:
    """By group (rows) and statement (columns). ``holds`` is 1 or -1 where the group stands out by agreeing or disagreeing, else 0."""

    agreed: Whole
    disagreed: Whole
    seen: Whole
    holds: Whole
    strength: Floats


@dataclass(frozen=True)
class Shared:
    """By statement, from 0 to 1: agreed by every group, refused by every group, agreed by one and refused by another."""

    agreed: Floats
    refused: Floats
    dividing: Floats


def count_groups(table: ReactionTable, groups: Whole, count: int) -> tuple[Whole, Whole, Whole]:
    """Return who agreed, who disagreed and who saw, by group and statement."""
    member = np.array([groups == number for number in range(count)], dtype=float).reshape(count, len(groups))
    told = np.where(table.seen, table.values, 0.0)
    counts = (member @ (told == 1), member @ (told == -1), member @ table.seen.astype(float))
    agreed, disagreed, seen = (np.asarray(each.astype(np.int64)) for each in counts)
    return agreed, disagreed, seen


def what_groups_hold(table: ReactionTable, groups: Whole, count: int) -> Held:
    """Return the counts, and the statements that stand for each group: those it agrees with, or refuses, more than the others do."""
    agreed, disagreed, seen = count_groups(table, groups, count)
    for_it, against_it = _stands_out(agreed, seen), _stands_out(disagreed, seen)
    holds = np.zeros(for_it.shape, dtype=np.int64)
    for side, scores, most in ((1, for_it, MOST_AGREED), (-1, against_it, MOST_REFUSED)):
        for row, column in enumerate(np.argsort(-scores, axis=1, kind="stable")[:, :most]):
            holds[row, column] = np.where(scores[row, column] > 0, side, holds[row, column])
    return Held(agreed, disagreed, seen, holds, np.maximum(for_it, against_it))


def _stands_out(said: Whole, seen: Whole) -> Floats:
    """Return how much each group says it, and more than the others; 0 where either may be chance, or where too few saw it."""
    share = (said + 1) / (seen + 2)
    others_said, others_seen = said.sum(axis=0) - said, seen.sum(axis=0) - seen
    others_share = (others_said + 1) / (others_seen + 2)
    against_half = 2 * np.sqrt(seen + 1) * ((said + 1) / (seen + 1) - 0.5)
    against_others = two_proportions(said, seen, others_said, others_seen)
    is_sure = (against_half > SURE) & (against_others > SURE) & (seen >= FEWEST_SEEN)
    return np.where(is_sure, share * against_half * (share / others_share) * against_others, 0.0)


def two_proportions(said: Whole, seen: Whole, others_said: Whole, others_seen: Whole) -> Floats:
    """Return the z statistic of two shares that differ, with one imaginary reaction on each side."""
    one, other = (said + 1) / (seen + 1), (others_said + 1) / (others_seen + 1)
    both = (said + others_said + 2) / (seen + others_seen + 2)
    spread = np.sqrt(np.maximum(both * (1 - both) * (1 / (seen + 1) + 1 / (others_seen + 1)), 0))
    return np.divide(one - other, spread, out=np.zeros_like(one), where=spread > 0)


def what_all_hold(agreed: Whole, disagreed: Whole, seen: Whole) -> Shared:
    """Return the consensus of groups, each of which weighs the same whatever its size; 0 where too few of one of them saw a statement."""
    agree, refuse = (agreed + 1) / (seen + 2), (disagreed + 1) / (seen + 2)
    is_known = (seen >= FEWEST_SEEN).all(axis=0)
    apart = np.zeros(seen.shape[1])
    for one in range(len(seen)):
        for other in range(len(seen)):
            if one != other:
                apart = np.maximum(apart, agree[one] * refuse[other])
    return Shared(
        *(np.where(is_known, each, 0.0) for each in (agree.prod(axis=0), refuse.prod(axis=0), apart))
    )

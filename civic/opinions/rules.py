"""What statements are shown in what order. Shares are smoothed (Laplace), so that one early reaction decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class StatementOrder(StrEnum):
    """How a list of statements is sorted."""

    AGREED = "agreed"
    DIVISIVE = "divisive"
    SEEN = "seen"
    NEWEST = "newest"


class Origin(StrEnum):
    """Where a statement comes from."""

    RESIDENT = "resident"
    TOWN_HALL = "town_hall"
    IMPORTED = "imported"


PREPARED = "mairie-"
"""Begins the reference of a statement that the town hall wrote before the opening; an import gives numbers alone."""
MOST_PREPARED = 100


def prepared_ref(place: int) -> str:
    """Return the reference of a prepared statement by its place, from 1: in the order of text, whatever the database."""
    return f"{PREPARED}{place:03}"


def is_prepared_ref(ref: str) -> bool:
    return ref.startswith(PREPARED)


@dataclass(frozen=True)
class Counts:
    agree: int
    disagree: int
    passed: int

    @property
    def total(self) -> int:
        return self.agree + self.disagree + self.passed

    def percent(self, count: int) -> int:
        """Return a whole percentage of all reactions; 0 when there is none."""
        return round(100 * count / self.total) if self.total else 0

    @property
    def agree_percent(self) -> int:
        return self.percent(self.agree)

    @property
    def disagree_percent(self) -> int:
        return self.percent(self.disagree)

    @property
    def pass_percent(self) -> int:
        return self.percent(self.passed)


def agreement(counts: Counts) -> float:
    """Return how much a statement is agreed with, between 0 and 1: (agree + 1) / (all + 2)."""
    return (counts.agree + 1) / (counts.total + 2)


def divisiveness(counts: Counts) -> float:
    """Return how evenly a statement splits those who took a side, between 0 and 1: 2 min(agree, disagree) / (all + 2)."""
    return 2 * min(counts.agree, counts.disagree) / (counts.total + 2)


COUNT_AFTER = timedelta(minutes=1)
"""From the first new reaction: those that come with it are counted together."""
COUNT_AGAIN_AFTER = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(hours=1)
"""A count asked for so long ago that it must have been lost: it may be asked for again."""


def next_count(*, now: datetime, last: datetime | None) -> datetime:
    """Return when groups are counted again after a change."""
    soon = now + COUNT_AFTER
    return soon if last is None else max(soon, last + COUNT_AGAIN_AFTER)


def order_shown(wanted: StatementOrder | None, *, is_hidden: bool) -> StatementOrder:
    """Return how a list is sorted. While reactions are hidden, only by date: any other order would tell them."""
    if is_hidden:
        return StatementOrder.NEWEST
    return wanted or StatementOrder.AGREED


GROUP_NAMES = "ABCDE"
"""By number, the largest group first."""
FEWEST_TOLD = 5
"""People of a group who reacted to a statement, for what they said of it to be told."""
FEWEST_REACTIONS = 7
"""As ``groups.table.ENOUGH_REACTIONS``, which a test compares: with fewer, one has no place on the map."""
AGREED_BY_ALL = 0.6
"""The share that each group must reach, smoothed, for a statement to be said agreed, or refused, by all."""


def is_told(seen: int) -> bool:
    return seen >= FEWEST_TOLD


def told_groups(seen: Sequence[int], *, everybody: int) -> set[int]:
    """Return which groups may be told, by rank: those of enough people, but for the smallest where the sum of all would tell the others.

    Args:
        seen: how many people of each group reacted.
        everybody: how many reacted, in groups or not; it is told too, and whoever subtracts finds what is left.
    """
    told = sorted((rank for rank, count in enumerate(seen) if is_told(count)), key=lambda rank: seen[rank])
    left = everybody - sum(seen[rank] for rank in told)
    has_untold = any(0 < count < FEWEST_TOLD for count in seen)
    if told and has_untold and not is_told(left):
        told = told[1:]
    return set(told)


def smoothed(said: int, seen: int) -> float:
    """Return a share with one imaginary reaction each way, as groups are compared."""
    return (said + 1) / (seen + 2)


def reactions_missing(*, reacted: int, statements: int) -> int:
    """Return how many more reactions give a place on the map."""
    return max(0, min(FEWEST_REACTIONS, statements) - reacted)

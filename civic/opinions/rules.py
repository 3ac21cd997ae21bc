"""What statements are shown in what order. Shares are smoothed (Laplace), so that one early reaction decides nothing."""

from dataclasses import dataclass
from enum import StrEnum


class StatementOrder(StrEnum):
    """How a list of statements is sorted."""

    AGREED = "agreed"
    DIVISIVE = "divisive"
    SEEN = "seen"
    NEWEST = "newest"


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

"""In which order arguments are read, so that both sides are: the same for everybody, and published (« Comment sont rangés les arguments »).

An argument is worth the share of those who could have said that it enlightens them and did, at its least: the lower bound of the
interval of Wilson (« Probable inference, the law of succession, and statistical inference », Journal of the American Statistical Association 22, 1927, pages
209-212). Three marks of three are worth less than thirty of forty, since three say little. Who could have: whoever marked an argument of the same proposal once this
one was there. Who read and marked nothing is not known: nobody's reading is watched.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest
from math import sqrt

from civic.kernel.errors import N_
from civic.proposals.rules import Side

CONFIDENCE = 1.96
"""Of 95 %: an argument is worth less than what is said here once in forty."""
NEWCOMER_EVERY = 3
"""In each side, one place of so many is for the last argument that too few could have marked."""
FEW_READERS = 10


class Order(StrEnum):
    BALANCED = "balanced"
    NEWEST = "newest"
    MOST_USEFUL = "most_useful"


ORDER_WORDS = {Order.BALANCED: "equilibre", Order.NEWEST: "recents", Order.MOST_USEFUL: "eclairants"}
"""What the address of a page says."""

ORDER_NAMES = {
    Order.BALANCED: N_("Équilibré : un pour, un contre"),
    Order.NEWEST: N_("Les plus récents"),
    Order.MOST_USEFUL: N_("Les plus éclairants"),
}


@dataclass(frozen=True)
class Weighed:
    """An argument, to be put in order. ``useful``: how many marked it; ``readers``: how many could have."""

    id: int
    side: Side
    created_at: datetime
    useful: int = 0
    readers: int = 0
    is_withdrawn: bool = False

    @property
    def worth(self) -> float:
        return -1.0 if self.is_withdrawn else least_share(self.useful, self.readers)

    @property
    def is_newcomer(self) -> bool:
        return not self.is_withdrawn and self.readers < FEW_READERS


def least_share(useful: int, readers: int) -> float:
    """Return the lower bound of Wilson's interval for a share; 0 where nobody could say."""
    readers = max(useful, readers)
    if readers == 0:
        return 0.0
    share, z2 = useful / readers, CONFIDENCE**2
    middle = share + z2 / (2 * readers)
    spread = CONFIDENCE * sqrt(share * (1 - share) / readers + z2 / (4 * readers**2))
    return max(0.0, (middle - spread) / (1 + z2 / readers))


def count_readers(created_at: datetime, last_marks: Sequence[datetime]) -> int:
    """Count who could have marked an argument. ``last_marks``: when each person last marked one of the proposal, in order."""
    return len(last_marks) - bisect_left(last_marks, created_at)


def in_order(arguments: Sequence[Weighed], order: Order, *, starts_with: Side = Side.FOR) -> list[int]:
    """Return the ids of arguments as they are read.

    Args:
        starts_with: the side that begins, in a balanced order.
    """
    newest = sorted(arguments, key=lambda each: (each.created_at, each.id), reverse=True)
    if order is Order.NEWEST:
        return [each.id for each in newest]
    best = sorted(
        newest, key=lambda each: each.worth, reverse=True
    )  # stable: of equal worth, the newest first
    if order is Order.MOST_USEFUL:
        return [each.id for each in best]
    sides = {side: _with_newcomers([each for each in best if each.side is side]) for side in Side}
    second = Side.AGAINST if starts_with is Side.FOR else Side.FOR
    rows = zip_longest(sides[starts_with], sides[second], sides[Side.NEUTRAL])
    return [each.id for row in rows for each in row if each is not None]


def _with_newcomers(ranked: Sequence[Weighed]) -> list[Weighed]:
    """Give one place of ``NEWCOMER_EVERY`` to the last argument that few could have marked, and that its worth did not bring there already."""
    fresh = sorted((each for each in ranked if each.is_newcomer), key=lambda each: (each.created_at, each.id))
    best = list(reversed(ranked))
    placed: dict[int, Weighed] = {}
    while len(placed) < len(ranked):
        is_for_newcomer = len(placed) % NEWCOMER_EVERY == NEWCOMER_EVERY - 1
        chosen = (_next_of(fresh, placed) if is_for_newcomer else None) or _next_of(best, placed)
        if chosen is not None:
            placed[chosen.id] = chosen
    return list(placed.values())


def _next_of(waiting: list[Weighed], placed: dict[int, Weighed]) -> Weighed | None:
    """Take from the end of a list the next one that has no place yet."""
    while waiting:
        chosen = waiting.pop()
        if chosen.id not in placed:
            return chosen
    return None


def starting_side(proposal_id: int) -> Side:
    """The side that begins changes from a proposal to the next, so that none always has the first word."""
    return Side.FOR if proposal_id % 2 == 0 else Side.AGAINST


def opposite_of(side: Side) -> Side | None:
    return {Side.FOR: Side.AGAINST, Side.AGAINST: Side.FOR}.get(side)

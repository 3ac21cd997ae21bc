"""Ties: each one is written down, and decided by numbers that anyone can compute again from a published seed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from civic.voting.methods.ballots import Step
from civic.voting.methods.exact import Exact


class Draw:
    """A draw of lots that anyone can do again.

    The number of an option is the SHA-256, in hexadecimal, of ``seed:option id`` in UTF-8; the lower number comes first. The seed is to
    be chosen when nobody can tell whom it favours (committed to before the vote, or drawn in public after it). Where there is no seed,
    no lots were drawn: the order in which the options are listed decides, which was public before the vote.
    """

    def __init__(self, seed: str, options: Sequence[str]) -> None:
        self.seed = seed
        self.listed = {option: place for place, option in enumerate(options, start=1)}
        self.ties: list[Step] = []

    @property
    def way(self) -> str:
        """What decides: ``draw``, or ``listed-order`` when there is no seed."""
        return "draw" if self.seed else "listed-order"

    def number(self, option: str) -> str:
        if not self.seed:
            return f"{self.listed[option]:06}"
        return hashlib.sha256(f"{self.seed}:{option}".encode()).hexdigest()

    def sort(self, options: Iterable[str]) -> list[str]:
        """Return options in the order of their numbers, writing nothing down."""
        return sorted(options, key=self.number)

    def settle(self, options: Iterable[str], **where: Any) -> list[str]:
        """Return equal options in the order of their numbers, and write the tie down if there is one."""
        order = self.sort(options)
        if len(order) > 1:
            self.ties.append(
                {
                    "options": order,
                    "by": [self.way],
                    "numbers": {one: self.number(one) for one in order},
                    **where,
                }
            )
        return order


def groups_by_score(scores: Mapping[str, Exact | int]) -> list[tuple[Exact | int, list[str]]]:
    """Return (score, options that have it), from the highest score to the lowest."""
    return [
        (score, [option for option, got in scores.items() if got == score])
        for score in sorted(set(scores.values()), reverse=True)
    ]


def order_groups(groups: Sequence[Sequence[str]], seats: int, draw: Draw) -> list[str]:
    """Return all the options of groups of equals, best first.

    A tie that touches one of the ``seats`` is written down; it is decisive when some of the equals are seated and others not.
    """
    order: list[str] = []
    for group in groups:
        if len(order) < seats:
            is_decisive = len(order) + len(group) > seats
            order += draw.settle(group, place=len(order) + 1, decisive=is_decisive)
        else:
            order += draw.sort(group)
    return order

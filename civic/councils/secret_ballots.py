"""What comes of a secret vote at a sitting (articles L2121-20 and L2121-21 of the code of municipalities, as a model). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from civic.councils.rules import SecretKind

FOR, AGAINST = "Pour", "Contre"
"""The answers to a motion, in the town's own language as its minutes are."""


@dataclass(frozen=True)
class SecretResult:
    """The count of a secret vote.

    Attributes:
        counts: ballots by answer, in the order in which the answers were offered.
        blanks: blank ballots, which are in no majority.
        electors: who could vote, those present and those who gave their proxy.
        chosen: the answer that won; "" when none did. Of a motion, « Pour » or « Contre ».
        is_tie: several came first, equal.
    """

    kind: SecretKind
    counts: Mapping[str, int]
    blanks: int
    electors: int
    chosen: str
    is_tie: bool

    @property
    def expressed(self) -> int:
        return sum(self.counts.values())

    @property
    def turnout(self) -> int:
        return self.expressed + self.blanks

    @property
    def majority(self) -> int:
        """Return the absolute majority of the ballots that chose."""
        return self.expressed // 2 + 1


def secret_result_of(
    kind: SecretKind, counts: Mapping[str, int], *, blanks: int, electors: int
) -> SecretResult:
    """Tell what a secret vote decides.

    A motion is adopted by more ballots for than against; equal, it is not: the chair has no casting vote in a secret vote. An appointment
    asks for the absolute majority of the ballots that chose; in the last round, for the most.
    """
    most = max(counts.values(), default=0)
    first = [answer for answer, count in counts.items() if count == most and most > 0]
    is_tie = len(first) > 1
    if kind is SecretKind.MOTION:
        chosen = FOR if first == [FOR] else AGAINST
    elif kind is SecretKind.APPOINTMENT:
        chosen = first[0] if most > sum(counts.values()) // 2 else ""
    else:
        chosen = first[0] if len(first) == 1 else ""
    return SecretResult(kind, dict(counts), blanks, electors, chosen, is_tie)

"""A tally, as what explains it reads it."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from civic.voting.methods.ballots import Step, Tally
from civic.voting.methods.ties import Draw


@dataclass(frozen=True)
class Line:
    """An option in the list of results.

    Attributes:
        place: where it comes in that list, from 1.
        score: votes, points or the part of a duel that the method sorts by; None where it has no such number.
        cost_cents: 0 where there is no budget.
        reason: of a project that is not funded, the code of why.
    """

    option: str
    label: str
    place: int
    is_winner: bool
    score: Fraction | None = None
    cost_cents: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Count:
    """A tally whose steps can be asked for. A tally that was stored as JSON reads the same."""

    tally: Tally

    @cached_property
    def opening(self) -> Step:
        return next(step for step in self.tally.steps if step["kind"] == "terms")

    @property
    def terms(self) -> dict[str, Any]:
        terms: dict[str, Any] = self.opening["terms"]
        return terms

    @cached_property
    def options(self) -> dict[str, dict[str, Any]]:
        """What is said of each option, by its id, in the order in which they are offered."""
        return {option["id"]: option for option in self.opening["options"]}

    @property
    def method(self) -> str:
        return self.tally.method

    @property
    def kind(self) -> str:
        """What voters wrote: ``choices``, ``ranking`` or ``points``."""
        return str(self.opening["ballots"])

    @property
    def seats(self) -> int:
        return int(self.terms["seats"])

    @property
    def expressed(self) -> int:
        return int(self.opening["expressed"])

    @property
    def winners(self) -> tuple[str, ...]:
        return tuple(self.tally.winners)

    @cached_property
    def draw(self) -> Draw:
        return Draw(str(self.terms["seed"]), tuple(self.options))

    def label(self, option: str) -> str:
        return str(self.options[option].get("label") or option)

    def cost(self, option: str) -> int:
        return int(self.options[option].get("cost_cents", 0))

    def envelope(self, option: str) -> str:
        return str(self.options[option].get("envelope", ""))

    def steps(self, *kinds: str) -> list[Step]:
        """Return the steps of these kinds, in the order of the count."""
        return [step for step in self.tally.steps if step["kind"] in kinds]

    def by_option(self, *kinds: str) -> dict[str, Step]:
        return {step["option"]: step for step in self.steps(*kinds)}

    def tie_of(self, option: str) -> Step | None:
        """Return the tie that an option met: the one that parted winners from losers, if there is one."""
        met = [tie for tie in self.tally.ties if option in tie["options"]]
        return next((tie for tie in met if tie.get("decisive")), met[0] if met else None)

    def share(self, votes: Fraction | int) -> Fraction:
        """Return a part of the ballots counted, in hundredths of one percent at least: exact."""
        return Fraction(votes) / self.expressed if self.expressed else Fraction(0)


def read_exact(number: str | int) -> Fraction:
    """Return a number as it is published: ``12`` or ``7/3``."""
    return Fraction(number)

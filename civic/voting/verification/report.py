"""What was verified, in the order in which it was, and what it found."""

from dataclasses import dataclass, field
from typing import Any

from civic.voting.methods.refusals import N_, CountRefused

ALL_HOLDS = N_("Tout est vérifié.")
DOES_NOT_HOLD = N_("Ces fichiers ne sont pas valables : ne vous y fiez pas.")


@dataclass(frozen=True)
class Check:
    """One thing that was verified.

    Attributes:
        code: its name, for programs; it never changes.
        title: what is verified, a French sentence; ``%(name)s`` places are filled from ``values``.
        problem: why it does not hold; None when it does.
    """

    code: str
    title: str
    values: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None

    @property
    def is_passed(self) -> bool:
        return self.problem is None

    @property
    def sentence(self) -> str:
        return self.title % self.values if self.values else self.title


@dataclass
class Report:
    """The checks that were made. One that fails ends the verification: what comes after would mean nothing.

    Attributes:
        facts: what the files say, as plain data, once verified.
        notices: what a reader has to know to understand what was verified.
    """

    checks: list[Check] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        """Whether something was verified, and all of it holds."""
        return bool(self.checks) and all(check.is_passed for check in self.checks)

    def passed(self, code: str, title: str, **values: Any) -> None:
        """Note something that holds."""
        self.checks.append(Check(code, title, values))

    def failed(self, code: str, title: str, refused: CountRefused) -> None:
        """Note something that does not hold."""
        self.checks.append(Check(code, title, problem=str(refused)))

    def lines(self) -> list[str]:
        """Return the report in French, a line for each thing."""
        lines = [
            f"[ok] {check.sentence}"
            if check.is_passed
            else f"[échec] {check.sentence}\n        {check.problem}"
            for check in self.checks
        ]
        lines += self.notices
        lines.append(ALL_HOLDS if self.is_valid else DOES_NOT_HOLD)
        return lines

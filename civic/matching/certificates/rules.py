"""The period of a certificate, and the code with which it is checked. No database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from civic.matching.certificates.errors import PeriodRefused

LONGEST_PERIOD = timedelta(days=366 * 5)
LONGEST_AGO = timedelta(days=366 * 10)
DIGITS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What numbers and codes are made of: nothing that a hand or an eye takes for something else (no 0 O, 1 I L, U)."""
NUMBER_LENGTH, CODE_LENGTH, GROUP = 8, 8, 4


@dataclass(frozen=True)
class Period:
    """Whole days, both included."""

    since: date
    until: date


@dataclass(frozen=True)
class Helped:
    """What was done in one category: how many times, for how many minutes in all, and how many of those times nobody said how long.

    ``times`` are those that the other side confirmed.
    """

    category: str
    times: int
    minutes: int
    untimed: int


def ensure_period(period: Period, *, today: date) -> None:
    """Raises PeriodRefused: it ends before it begins, is not past, is too long, or too long ago."""
    if period.until < period.since:
        raise PeriodRefused(fields={"until": [PeriodRefused.backwards]})
    if period.until > today:
        raise PeriodRefused(fields={"until": [PeriodRefused.not_yet]})
    if today - period.since > LONGEST_AGO:
        raise PeriodRefused(fields={"since": [PeriodRefused.too_old]})
    if period.until - period.since > LONGEST_PERIOD:
        raise PeriodRefused(fields={"since": [PeriodRefused.too_long]})


def by_category(done: Iterable[tuple[str, int | None]]) -> list[Helped]:
    """Add up helps (their category, and how many minutes were confirmed), the most time first."""
    found: dict[str, Helped] = {}
    for category, minutes in done:
        known = found.get(category, Helped(category, 0, 0, 0))
        found[category] = Helped(
            category, known.times + 1, known.minutes + (minutes or 0), known.untimed + (minutes is None)
        )
    return sorted(found.values(), key=lambda each: (-each.minutes, -each.times, each.category))


def in_groups(typed: str) -> str:
    """Return a number or a code as it is printed, from what was typed.

    >>> in_groups(" k7m2 pqrs ")
    'K7M2-PQRS'
    """
    kept = "".join(letter for letter in typed.upper() if letter.isalnum())
    return "-".join(kept[start : start + GROUP] for start in range(0, len(kept), GROUP))

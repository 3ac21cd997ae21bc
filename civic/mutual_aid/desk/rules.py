"""Whom the town hall calls, and why; the numbers of printed sheets. No database, no clock."""

from datetime import timedelta
from enum import StrEnum

TRY_AGAIN_AFTER = timedelta(hours=2)
MOST_ATTEMPTS = 4
"""After so many calls without an answer, the call stays in the list, and says so."""


class CallReason(StrEnum):
    ASKED = "asked"
    CONSENT = "consent"
    SOMEBODY_COMES = "somebody_comes"
    NOBODY_YET = "nobody_yet"
    STILL_NEEDED = "still_needed"
    TOO_LATE = "too_late"
    GOES_ELSEWHERE = "goes_elsewhere"
    WITHDRAWN = "withdrawn"


class CallOutcome(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    NOT_NEEDED = "not_needed"


ENDS_A_CALL = frozenset({CallOutcome.REACHED, CallOutcome.WRONG_NUMBER, CallOutcome.NOT_NEEDED})

DIGITS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What a number of a sheet is made of: nothing that a hand or an eye takes for something else (no 0 O, 1 I L, U)."""

NUMBER_LENGTH = 6


def tidy_number(typed: str) -> str:
    """Return a sheet's number as it is printed, from what was typed.

    >>> tidy_number(" k7m 2pq ")
    'K7M-2PQ'
    """
    kept = "".join(character for character in typed.upper() if character.isalnum())
    return f"{kept[:3]}-{kept[3:]}"


def number_from(draws: list[int]) -> str:
    """Return a number from draws, each below ``len(DIGITS)``."""
    return tidy_number("".join(DIGITS[draw] for draw in draws))

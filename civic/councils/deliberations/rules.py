"""The minutes and deliberations of the municipal council, and by when they are online. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WITHIN = timedelta(days=7)
"""Articles L. 2121-15 and L. 2121-25 of the code of municipalities: one week."""


class RecordKind(StrEnum):
    """In the order in which they are listed."""

    DELIBERATION = "deliberation"
    MINUTES = "minutes"
    LIST = "list"


@dataclass(frozen=True)
class RecordWish:
    """What is said of a record.

    Attributes:
        held_on: the day of the sitting that it is of.
        adopted_on: of minutes, the day of the sitting at which they were settled.
    """

    kind: RecordKind
    number: str | None
    title: str
    summary: str
    held_on: date
    adopted_on: date | None


def due_on(kind: RecordKind, held_on: date, adopted_on: date | None) -> date | None:
    """Return the last day on which it is put online in time; None where the law that we read says no day."""
    if kind is RecordKind.LIST:
        return held_on + WITHIN
    if kind is RecordKind.MINUTES and adopted_on is not None:
        return adopted_on + WITHIN
    return None

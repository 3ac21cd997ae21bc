"""What the town hall says of a draw, in what state it is, and what somebody who was drawn said."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from civic.kernel.clock import TOWN_TIME, from_town_time

USUAL_ANSWER_DAYS = 10
REMIND_AT = time(9)
"""A reminder comes in the morning, in the town."""
MOST_DAYS_LEFT = 3
"""How long before the last day, at most, somebody is reminded."""


class DrawState(StrEnum):
    DRAFT = "draft"
    FROZEN = "frozen"
    DRAWN = "drawn"
    CANCELLED = "cancelled"


class PlaceState(StrEnum):
    CALLED = "called"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True)
class DrawWish:
    """What the town hall says of a draw."""

    title: str
    purpose: str
    seats: int
    substitutes: int
    keep_days: int
    shows_list: bool
    answer_days: int = USUAL_ANSWER_DAYS


def due_of(called_at: datetime, *, answer_days: int, erase_at: datetime | None) -> datetime:
    """Return by when somebody is asked to answer: the midnight that ends the last of her days, or the erasing of the list, if it is sooner."""
    last = called_at.astimezone(TOWN_TIME).date() + timedelta(days=answer_days)
    midnight = from_town_time(datetime.combine(last + timedelta(days=1), time()))
    return min(midnight, erase_at) if erase_at else midnight


def reminded_at(called_at: datetime, due_at: datetime) -> datetime | None:
    """Return when somebody who has not answered is reminded: the morning of one of her last days; None: there is no day between."""
    first = called_at.astimezone(TOWN_TIME).date()
    last = (due_at - timedelta(seconds=1)).astimezone(TOWN_TIME).date()
    left = min(MOST_DAYS_LEFT, (last - first).days // 2)
    morning = from_town_time(datetime.combine(last - timedelta(days=left), REMIND_AT))
    return morning if called_at < morning < due_at else None

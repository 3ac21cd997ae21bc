"""« Aujourd’hui », « demain matin » and « urgent », on the town hall's clock. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from civic.mutual_aid.errors import UrgencyRefused
from civic.mutual_aid.rules import Urgency, Window


class NearDay(StrEnum):
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    EXACT = "exact"


class DayHalf(StrEnum):
    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


HALF_HOURS: dict[DayHalf, tuple[int, int]] = {
    DayHalf.ANY: (8, 19),
    DayHalf.MORNING: (8, 12),
    DayHalf.AFTERNOON: (13, 19),
}
"""Hours of the town hall's clock at which somebody may come."""

EVENING_ENDS, DAY_IS_OVER = 22, timedelta(hours=2)
"""Until when somebody may come the same day, where it is asked once so little of the usual hours is left."""

SOON = timedelta(hours=6)
"""Until how far ahead « urgent » may still be said of tomorrow."""


def ensure_urgency(urgency: Urgency, local_window: Window, *, local_now: datetime) -> None:
    """Raises UrgencyRefused: it is said to be urgent, and is for another day, not in the coming hours either."""
    starts_at = local_window.starts_at
    is_later = starts_at.date() > local_now.date() and starts_at - local_now > SOON
    if urgency is Urgency.URGENT and is_later:
        raise UrgencyRefused(fields={"urgency": [UrgencyRefused.message]})


def next_same_hours(local_window: Window, *, local_now: datetime) -> Window:
    """Return the same hours on the first later day that leaves them whole: what a form suggests to move a request to."""
    days = max(1, (local_now.date() - local_window.starts_at.date()).days + 1)
    later = timedelta(days=days)
    return Window(local_window.starts_at + later, local_window.ends_at + later)


def near_window(day: NearDay, half: DayHalf, *, local_now: datetime) -> Window:
    """Return what « aujourd’hui », « demain matin » or « cette semaine » mean, on the town hall's clock; never before now."""
    first = local_now + timedelta(days=0 if day in (NearDay.TODAY, NearDay.WEEK) else 1)
    last = local_now + timedelta(days=6) if day is NearDay.WEEK else first
    from_hour, to_hour = HALF_HOURS[DayHalf.ANY if day is NearDay.WEEK else half]
    begin = first.replace(hour=from_hour, minute=0, second=0, microsecond=0)
    end = last.replace(hour=to_hour, minute=0, second=0, microsecond=0)
    if (day, half) == (NearDay.TODAY, DayHalf.ANY) and end - local_now < DAY_IS_OVER:
        end = end.replace(hour=EVENING_ENDS)
    return Window(max(begin, local_now.replace(second=0, microsecond=0)), end)

"""How long a help may have taken, in whole quarters of an hour. No database, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from civic.kernel.clock import TOWN_TIME
from civic.matching.hours.errors import HoursRefused
from civic.mutual_aid.rules import Window

QUARTER_MINUTES = 15
LEAST_BOUND, LARGEST_BOUND = 60, 12 * 60
WINDOWS = 2
"""A help may overrun the time that was thought of: by once again as much."""

LIKELY = timedelta(hours=1)


@dataclass(frozen=True)
class Hours:
    """From when to when somebody helped."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """Its length, to the nearest quarter of an hour, one at least."""
        return nearest_quarters(self.ends_at - self.starts_at)


def nearest_quarters(length: timedelta) -> int:
    """Return a length in minutes, to the nearest quarter of an hour, one at least.

    >>> nearest_quarters(timedelta(minutes=52)), nearest_quarters(timedelta(minutes=53)), nearest_quarters(timedelta(minutes=2))
    (45, 60, 15)
    """
    quarters = int(length.total_seconds() / 60 / QUARTER_MINUTES + 0.5)
    return max(1, quarters) * QUARTER_MINUTES


def most_minutes(window: Window) -> int:
    """Return how long a help may have taken at most: twice its window, between one hour and half a day."""
    twice = WINDOWS * nearest_quarters(window.ends_at - window.starts_at)
    return min(max(twice, LEAST_BOUND), LARGEST_BOUND)


def possible_minutes(window: Window) -> range:
    """Return the lengths that may be confirmed, the shortest first."""
    return range(QUARTER_MINUTES, most_minutes(window) + 1, QUARTER_MINUTES)


def likely_hours(window: Window, *, arrived_at: datetime | None, done_at: datetime) -> Hours:
    """Return what the form of the hours holds at first: it ended when that was said, or with the window at the latest.

    Nobody spends a whole day that is a window on changing a bulb: where no arrival was told, an hour at most. Who helped before the window, as
    the two may agree by telephone, ended when she said so.
    """
    is_early = done_at <= window.starts_at
    came_late = arrived_at is not None and arrived_at >= window.ends_at
    ended = done_at if is_early or came_late else min(done_at, window.ends_at)
    begun = ended - LIKELY if is_early else max(window.starts_at, ended - LIKELY)
    return Hours(arrived_at or begun, ended)


def hours_by_button(arrived_at: datetime, window: Window, *, now: datetime) -> Hours | None:
    """Return the hours of who said that she arrived, then that it is done; None when she plainly forgot to say it."""
    hours = Hours(arrived_at, now)
    return hours if hours.minutes <= most_minutes(window) else None


def ensure_hours(hours: Hours, window: Window, *, promised_at: datetime, now: datetime) -> None:
    """Raises HoursRefused: they end before they begin, are not past, begin before the day of the yes, or are too long."""
    if hours.ends_at <= hours.starts_at:
        raise HoursRefused(fields={"helped_until": [HoursRefused.backwards]})
    if hours.ends_at > now:
        raise HoursRefused(fields={"helped_until": [HoursRefused.not_yet]})
    if hours.starts_at.astimezone(TOWN_TIME).date() < promised_at.astimezone(TOWN_TIME).date():
        raise HoursRefused(fields={"helped_from": [HoursRefused.too_early]})
    if hours.minutes > most_minutes(window):
        raise HoursRefused(fields={"helped_until": [HoursRefused.too_long]})


def ensure_minutes(minutes: int, window: Window) -> None:
    """Raises HoursRefused: it is no whole number of quarters, or longer than such a help may take."""
    if minutes <= 0 or minutes % QUARTER_MINUTES:
        raise HoursRefused(fields={"minutes": [HoursRefused.not_quarters]})
    if minutes > most_minutes(window):
        raise HoursRefused(fields={"minutes": [HoursRefused.too_long]})

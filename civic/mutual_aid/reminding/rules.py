"""When people are reminded of what they promised: the day before, on the town hall's clock. No database, no clock."""

from datetime import date, datetime, time, timedelta

from civic.kernel.clock import TOWN_TIME, from_town_time
from civic.kernel.holidays import is_public_holiday

USUAL_HOUR = 18
EARLIEST_HOUR, LATEST_HOUR = 8, 21
CALLING_HOUR = 9
"""When the town hall, which is open then, finds whom it is to call."""

SATURDAY = 5


def reminded_at(starts_at: datetime, *, hour: int = USUAL_HOUR) -> datetime:
    """Return when people are reminded of what begins at an instant: at an hour of the day before, whatever the clocks do that night."""
    day = starts_at.astimezone(TOWN_TIME).date() - timedelta(days=1)
    return from_town_time(datetime.combine(day, time(hour)))


def called_at(starts_at: datetime) -> datetime:
    """Return when the town hall is to call who reads no screen: in the morning of the last day before on which it is open."""
    return from_town_time(datetime.combine(_open_day_before(starts_at), time(CALLING_HOUR)))


def _open_day_before(starts_at: datetime) -> date:
    day = starts_at.astimezone(TOWN_TIME).date() - timedelta(days=1)
    while day.weekday() >= SATURDAY or is_public_holiday(day):
        day -= timedelta(days=1)
    return day

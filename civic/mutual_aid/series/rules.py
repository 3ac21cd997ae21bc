"""When a help comes back: recurrence rules of RFC 5545, read on the town hall's clock. No database, no clock.

A rule holds dates; the hour is added on the wall clock, so that 10:00 stays 10:00 on both sides of a change of clocks.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from dateutil.rrule import rrulestr

from civic.mutual_aid.rules import Window
from civic.mutual_aid.series.errors import RepetitionRefused


class Repeat(StrEnum):
    """How often, as it is chosen in a form."""

    ONCE = "once"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST_RANK = 4
"""The fifth Tuesday of a month is its last one: not every month has five."""

MADE_AHEAD = timedelta(days=28)
"""How far ahead occurrences are written."""

SEARCHED_AHEAD = timedelta(days=7)
"""How long before its hour an occurrence seeks volunteers."""

LONGEST_OCCURRENCE = timedelta(hours=24)
LONGEST_SERIES = timedelta(days=366)


@dataclass(frozen=True)
class Repetition:
    """What a person chose: how often, and the last day (None: until she stops it)."""

    repeat: Repeat
    until: date | None = None


@dataclass(frozen=True)
class Rhythm:
    """When a series takes place: its rule, its first day, and its hours on the town hall's clock."""

    rule: str
    begins_on: date
    from_minute: int
    length_minutes: int

    def days(self, *, after: date, until: date) -> list[date]:
        """Return its days after one and up to another, both of the town hall's calendar."""
        start = datetime.combine(self.begins_on, time())
        found = rrulestr(self.rule, dtstart=start)
        first = datetime.combine(max(after + timedelta(days=1), self.begins_on), time())
        return [each.date() for each in found.between(first, datetime.combine(until, time()), inc=True)]

    def local_hours(self, day: date) -> tuple[datetime, datetime]:
        """Return when it begins and ends on a day, on the wall clock, without a zone."""
        begins = datetime.combine(day, time()) + timedelta(minutes=self.from_minute)
        return begins, begins + timedelta(minutes=self.length_minutes)


def rule_of(repetition: Repetition, first_day: date) -> str:
    """Return the rule of what was chosen.

    >>> rule_of(Repetition(Repeat.FORTNIGHTLY, date(2027, 4, 1)), date(2026, 12, 8))
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20270401T000000'
    >>> rule_of(Repetition(Repeat.MONTHLY), date(2026, 12, 8))
    'FREQ=MONTHLY;BYDAY=+2TU'
    """
    weekday = WEEKDAYS[first_day.weekday()]
    every = {
        Repeat.WEEKLY: f"FREQ=WEEKLY;BYDAY={weekday}",
        Repeat.FORTNIGHTLY: f"FREQ=WEEKLY;INTERVAL=2;BYDAY={weekday}",
        Repeat.MONTHLY: f"FREQ=MONTHLY;BYDAY={rank_in_month(first_day):+d}{weekday}",
    }[repetition.repeat]
    return every + (f";UNTIL={repetition.until:%Y%m%d}T000000" if repetition.until else "")


def rank_in_month(day: date) -> int:
    """Return which of its weekdays a day is in its month; -1 for the last where it may be the fifth."""
    rank = (day.day - 1) // 7 + 1
    return rank if rank <= LAST_RANK else -1


def read_rule(rule: str) -> Repetition:
    """Return what a rule was made from, to show it in a form again."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    if parts["FREQ"] == "MONTHLY":
        repeat = Repeat.MONTHLY
    else:
        repeat = Repeat.FORTNIGHTLY if parts.get("INTERVAL") == "2" else Repeat.WEEKLY
    until = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date() if "UNTIL" in parts else None
    return Repetition(repeat, until)


def rhythm_of(repetition: Repetition, local_window: Window) -> Rhythm:
    """Return the rhythm of a help whose first time is in a window, given on the town hall's clock."""
    begins, ends = (
        instant.replace(tzinfo=None) for instant in (local_window.starts_at, local_window.ends_at)
    )
    return Rhythm(
        rule=rule_of(repetition, begins.date()),
        begins_on=begins.date(),
        from_minute=begins.hour * 60 + begins.minute,
        length_minutes=int((ends - begins).total_seconds() // 60),
    )


def ensure_repetition(repetition: Repetition, local_window: Window) -> None:
    """Raises RepetitionRefused: each time is longer than a day, or the last day comes before the first or in more than a year."""
    if local_window.ends_at - local_window.starts_at > LONGEST_OCCURRENCE:
        raise RepetitionRefused(fields={"repeat": [RepetitionRefused.too_long]})
    first_day = local_window.starts_at.date()
    if repetition.until is not None and not first_day < repetition.until <= first_day + LONGEST_SERIES:
        raise RepetitionRefused(fields={"repeat_until": [RepetitionRefused.wrong_end]})


def is_same_turn(repeat: Repeat, one: date, other: date) -> bool:
    """Tell whether two days are the same turn of a rhythm: in the same week, or the same month. Who is helped on one is not on the other."""
    if repeat is Repeat.MONTHLY:
        return (one.year, one.month) == (other.year, other.month)
    return one.isocalendar()[:2] == other.isocalendar()[:2]

"""The one clock: aware UTC instants in storage, Europe/Paris on the screen."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

TOWN_TIME = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Reading:
    """What the clock of another machine said, between two looks at our stopwatch (``time.monotonic``, which nobody sets right).

    Attributes:
        asked, answered: when, on the stopwatch.
    """

    instant: datetime
    asked: float
    answered: float

    @property
    def round_trip(self) -> float:
        return self.answered - self.asked

    def instant_at(self, stopwatch: float) -> datetime:
        """Return what that clock says by now, as if it had been read when we asked: ahead by a round trip at most, never behind."""
        return self.instant + timedelta(seconds=stopwatch - self.asked)

    def contradicts(self, other: "Reading") -> bool:
        """Tell whether no one clock can have given both: it was set, or it is another machine's."""
        said, heard = self.instant.timestamp(), other.instant.timestamp()
        return said - self.answered > heard - other.asked or heard - other.answered > said - self.asked


_followed: Reading | None = None


def follow(reading: Reading | None) -> None:
    """Tell the time from now on by the clock that was read; by that of this machine when None."""
    global _followed
    _followed = reading


def followed() -> Reading | None:
    return _followed


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC: on the clock that this process follows, else on that of its machine."""
    if _followed is None:
        return machine_now()
    return _followed.instant_at(time.monotonic())


def machine_now() -> datetime:
    """Return what the clock of this machine says, right or wrong: to compare it. Everything else asks ``utc_now``."""
    return datetime.now(UTC)


def iso_utc(instant: datetime) -> str:
    """Return an instant as our JSON writes it: in UTC, to the second, with a Z."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def town_today() -> date:
    """Return the date that a calendar on the town hall's wall shows."""
    return utc_now().astimezone(TOWN_TIME).date()


def is_existing_local_time(naive: datetime) -> bool:
    """Tell whether a wall-clock time exists in Europe/Paris (02:30 does not on the night that clocks go forward)."""
    aware = naive.replace(tzinfo=TOWN_TIME)
    return aware.astimezone(UTC).astimezone(TOWN_TIME).replace(tzinfo=None) == naive


def is_told_twice(naive: datetime) -> bool:
    """Tell whether a wall-clock time comes twice in Europe/Paris (02:30 does on the night that clocks go back)."""
    first, second = (naive.replace(tzinfo=TOWN_TIME, fold=fold) for fold in (0, 1))
    return is_existing_local_time(naive) and first.utcoffset() != second.utcoffset()


def from_town_time(naive: datetime) -> datetime:
    """Return the UTC instant of a wall-clock time in Europe/Paris; of an ambiguous one, the first."""
    return naive.replace(tzinfo=TOWN_TIME, fold=0).astimezone(UTC)

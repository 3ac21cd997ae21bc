"""The one clock: aware UTC instants in storage, Europe/Paris on the screen."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TOWN_TIME = ZoneInfo("Europe/Paris")


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
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


def from_town_time(naive: datetime) -> datetime:
    """Return the UTC instant of a wall-clock time in Europe/Paris; of an ambiguous one, the first."""
    return naive.replace(tzinfo=TOWN_TIME, fold=0).astimezone(UTC)

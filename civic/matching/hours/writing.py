"""What is written of the hours of a locked match, inside the transaction of a command that has asked who acts."""

from datetime import datetime

from civic.matching.hours import rules
from civic.matching.hours.errors import HoursConfirmed
from civic.matching.hours.rules import Hours
from civic.matching.models import Match
from civic.mutual_aid.rules import Window


def note(match: Match, hours: Hours | None) -> None:
    """Write the hours that the volunteer tells. None: she tells none."""
    if hours is not None:
        match.helped_from, match.helped_until = hours.starts_at, hours.ends_at


def noted_of(match: Match) -> Hours | None:
    if match.helped_from is None or match.helped_until is None:
        return None
    return Hours(match.helped_from, match.helped_until)


def confirm(match: Match, window: Window, minutes: int | None, now: datetime) -> None:
    """Write how long it took, as the side that was helped says. None: she does not say.

    Raises:
        HoursRefused: it is no sensible length.
        HoursConfirmed: another length was confirmed.
    """
    if minutes is None or minutes == match.confirmed_minutes:
        return
    if match.confirmed_minutes is not None:
        raise HoursConfirmed
    rules.ensure_minutes(minutes, window)
    match.confirmed_minutes, match.hours_confirmed_at = minutes, now

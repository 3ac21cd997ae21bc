"""How fast volunteers are asked, and how many: settings of the commune. No database, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from civic.mutual_aid.rules import Urgency


def _by_urgency(urgent: int, today: int, flexible: int) -> Mapping[Urgency, int]:
    return {Urgency.URGENT: urgent, Urgency.TODAY: today, Urgency.FLEXIBLE: flexible}


@dataclass(frozen=True)
class DispatchPace:
    """How volunteers are asked.

    Attributes:
        live_invitations: how many are asked at the same time, for one helper sought.
        silence_minutes: after how long a silent volunteer is replaced.
        escalation_percent: of the time between the opening and the end of the window, after which a person of the town hall takes over.
        widening_percent: of the same time, after which twice as many are asked at the same time.
        request_budget: how many may be asked in all for one request.
        volunteer_week: how many invitations a volunteer receives at most in seven days, unless she chose fewer.
        underserved_percent: by how much the budget grows where requests are filled less often than elsewhere in the commune.
    """

    live_invitations: Mapping[Urgency, int] = field(default_factory=lambda: _by_urgency(6, 3, 2))
    silence_minutes: Mapping[Urgency, int] = field(default_factory=lambda: _by_urgency(10, 40, 240))
    escalation_percent: Mapping[Urgency, int] = field(default_factory=lambda: _by_urgency(50, 65, 75))
    widening_percent: int = 75
    request_budget: int = 60
    volunteer_week: int = 30
    underserved_percent: int = 50

    def live(self, urgency: Urgency, places_left: int, *, share_elapsed: float = 0.0) -> int:
        """Return how many invitations to keep live: as many as for one helper, and one more for each other helper sought.

        Args:
            share_elapsed: of the time between the opening and the end of the window, from 0 to 1.
        """
        for_one = self.live_invitations[urgency]
        if share_elapsed * 100 >= self.widening_percent:
            for_one *= 2
        return for_one + max(0, places_left - 1)

    def expiry(self, urgency: Urgency, *, sent_at: datetime, window_ends_at: datetime) -> datetime:
        return min(sent_at + timedelta(minutes=self.silence_minutes[urgency]), window_ends_at)

    def escalates_at(self, urgency: Urgency, *, started_at: datetime, window_ends_at: datetime) -> datetime:
        return started_at + (window_ends_at - started_at) * self.escalation_percent[urgency] / 100

    def widens_at(self, *, started_at: datetime, window_ends_at: datetime) -> datetime:
        return started_at + (window_ends_at - started_at) * self.widening_percent / 100

    def budget(self, places: int, *, is_underserved: bool) -> int:
        """Return how many may be asked for a request. A neighbourhood that is less well served gets more of them, never a better rank."""
        most = self.request_budget * max(1, places)
        return most + most * self.underserved_percent // 100 if is_underserved else most


PACE = DispatchPace()
"""What holds where a commune chose nothing."""

FEWEST_TO_COMPARE = 20


def is_underserved(*, asked_here: int, filled_here: int, asked: int, filled: int) -> bool:
    """Tell whether requests of a neighbourhood are filled less often than those of the commune: by a tenth at least, on twenty or more."""
    if asked_here < FEWEST_TO_COMPARE or not asked:
        return False
    return filled_here / asked_here < 0.9 * filled / asked


def share_elapsed(*, started_at: datetime, window_ends_at: datetime, now: datetime) -> float:
    whole = (window_ends_at - started_at).total_seconds()
    return 1.0 if whole <= 0 else min(1.0, max(0.0, (now - started_at).total_seconds() / whole))

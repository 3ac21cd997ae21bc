"""What may be offered and asked, and the states of a request: no database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from civic.mutual_aid.errors import ReachRefused, UrgencyRefused, WindowRefused, WrongTransition


class Category(StrEnum):
    SHOPPING = "shopping"
    MEDICINE = "medicine"
    MEALS = "meals"
    VISITS = "visits"
    TRANSPORT = "transport"
    CHILDCARE = "childcare"
    PETS = "pets"
    REPAIRS = "repairs"
    ONLINE_PROCEDURES = "online_procedures"
    LOANS = "loans"


class OfferState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class DayPart(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Urgency(StrEnum):
    FLEXIBLE = "flexible"
    TODAY = "today"
    URGENT = "urgent"


class ConsentMode(StrEnum):
    """How a person who telephoned agreed that the request be passed to volunteers."""

    ORAL = "oral"
    PAPER = "paper"


class RequestState(StrEnum):
    OPEN = "open"
    DISPATCHING = "dispatching"
    ESCALATED = "escalated"
    FILLED = "filled"
    IN_PROGRESS = "in_progress"
    DONE_CLAIMED = "done_claimed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


REQUEST_TRANSITIONS: dict[RequestState, frozenset[RequestState]] = {
    RequestState.OPEN: frozenset(
        {RequestState.DISPATCHING, RequestState.ESCALATED, RequestState.EXPIRED, RequestState.CANCELLED}
    ),
    RequestState.DISPATCHING: frozenset(
        {RequestState.FILLED, RequestState.ESCALATED, RequestState.EXPIRED, RequestState.CANCELLED}
    ),
    RequestState.ESCALATED: frozenset(
        {
            RequestState.DISPATCHING,
            RequestState.FILLED,
            RequestState.EXPIRED,
            RequestState.CLOSED,
            RequestState.CANCELLED,
        }
    ),
    RequestState.FILLED: frozenset(
        {
            RequestState.DISPATCHING,
            RequestState.IN_PROGRESS,
            RequestState.DONE_CLAIMED,
            RequestState.CLOSED,
            RequestState.CANCELLED,
        }
    ),
    RequestState.IN_PROGRESS: frozenset(
        {
            RequestState.DISPATCHING,
            RequestState.ESCALATED,
            RequestState.DONE_CLAIMED,
            RequestState.CLOSED,
            RequestState.CANCELLED,
        }
    ),
    RequestState.DONE_CLAIMED: frozenset(
        {
            RequestState.DISPATCHING,
            RequestState.ESCALATED,
            RequestState.IN_PROGRESS,
            RequestState.CLOSED,
            RequestState.CANCELLED,
        }
    ),
    RequestState.EXPIRED: frozenset({RequestState.DISPATCHING, RequestState.CLOSED}),
    RequestState.CLOSED: frozenset(),
    RequestState.CANCELLED: frozenset(),
}
"""From each state, the states that may follow. A volunteer who withdraws sends the request back to ``dispatching``;
a person who says that nobody came sends it to the town hall."""

SEEKING = frozenset({RequestState.OPEN, RequestState.DISPATCHING, RequestState.ESCALATED})
"""States in which a place may still be taken: somebody of the town hall watching does not keep a volunteer from saying yes."""

OVER = frozenset({RequestState.CLOSED, RequestState.CANCELLED, RequestState.EXPIRED})
"""States in which nobody is expected any more."""

CANCELLABLE = frozenset(
    state for state, following in REQUEST_TRANSITIONS.items() if RequestState.CANCELLED in following
)

AWAITS_TOWN = frozenset({RequestState.ESCALATED, RequestState.EXPIRED})
"""States in which a person of the town hall decides what comes next."""


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

LARGEST_CAPACITY = 5
SHORTEST_WINDOW = timedelta(minutes=30)
LONGEST_WINDOW = timedelta(days=14)
FARTHEST_START = timedelta(days=60)
SOON = timedelta(hours=6)

DAY_PARTS: dict[DayPart, tuple[int, int]] = {
    DayPart.MORNING: (6, 12),
    DayPart.AFTERNOON: (12, 18),
    DayPart.EVENING: (18, 23),
}
"""Hours of the town hall's clock, half open."""


@dataclass(frozen=True)
class Window:
    """When help is needed: aware instants, half open."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Window") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Slot:
    """A part of a day of every week; ``weekday`` is 1 for Monday to 7 for Sunday."""

    weekday: int
    part: DayPart


@dataclass(frozen=True)
class Contact:
    """How a person is reached. Known to nobody until matched."""

    name: str
    phone: str
    address: str | None = None


@dataclass(frozen=True)
class RequestDetails:
    """What a person asks for, as she typed or said it."""

    category: Category
    title: str
    text: str
    territory_id: int
    window: Window
    urgency: Urgency
    capacity: int
    contact: Contact


@dataclass(frozen=True)
class OfferDetails:
    """What a volunteer proposes. With neither areas nor a distance, the offer is for the whole commune."""

    category: Category
    title: str
    text: str = ""
    area_ids: frozenset[int] = frozenset()
    max_distance_metres: int | None = None
    slots: frozenset[Slot] = frozenset()


CHARTER_VERSION = "2026-11"
CONSENT_TEXT_VERSION = "2026-11"
"""The text that the agent reads out is in the template of the telephone desk; a change of it is a new version."""


def ensure_reach(details: OfferDetails) -> None:
    """Raises ReachRefused: both neighbourhoods and a distance were given; which of them decides would be unclear."""
    if details.area_ids and details.max_distance_metres is not None:
        raise ReachRefused(fields={"max_distance_metres": [ReachRefused.message]})


def ensure_transition(before: RequestState, after: RequestState) -> None:
    """Raises WrongTransition: the table has no such step."""
    if after not in REQUEST_TRANSITIONS[before]:
        raise WrongTransition


def ensure_seeking(state: RequestState) -> None:
    """Raises WrongTransition: nobody is sought any more, so that whoever comes has read the request as it was."""
    if state not in SEEKING:
        raise WrongTransition


def ensure_awaits_town(state: RequestState) -> None:
    """Raises WrongTransition: volunteers are being asked, or were found; there is nothing to take over."""
    if state not in AWAITS_TOWN:
        raise WrongTransition


def ensure_window(window: Window, *, now: datetime) -> None:
    """Raises WindowRefused: it ends before it begins or in the past, is too short or too long, or begins too far ahead."""
    if window.ends_at - max(window.starts_at, now) < SHORTEST_WINDOW:
        raise WindowRefused(fields={"ends_at": [WindowRefused.too_short]})
    if window.ends_at - window.starts_at > LONGEST_WINDOW:
        raise WindowRefused(fields={"ends_at": [WindowRefused.too_long]})
    if window.starts_at - now > FARTHEST_START:
        raise WindowRefused(fields={"starts_at": [WindowRefused.too_far]})


def ensure_urgency(urgency: Urgency, local_window: Window, *, local_now: datetime) -> None:
    """Raises UrgencyRefused: it is said to be urgent, and is for another day, not in the coming hours either."""
    starts_at = local_window.starts_at
    is_later = starts_at.date() > local_now.date() and starts_at - local_now > SOON
    if urgency is Urgency.URGENT and is_later:
        raise UrgencyRefused(fields={"urgency": [UrgencyRefused.message]})


def near_window(day: NearDay, half: DayHalf, *, local_now: datetime) -> Window:
    """Return what « aujourd’hui », « demain matin » or « cette semaine » mean, on the town hall's clock; never before now."""
    first = local_now + timedelta(days=0 if day in (NearDay.TODAY, NearDay.WEEK) else 1)
    last = local_now + timedelta(days=6) if day is NearDay.WEEK else first
    from_hour, to_hour = HALF_HOURS[DayHalf.ANY if day is NearDay.WEEK else half]
    begin = first.replace(hour=from_hour, minute=0, second=0, microsecond=0)
    end = last.replace(hour=to_hour, minute=0, second=0, microsecond=0)
    return Window(max(begin, local_now.replace(second=0, microsecond=0)), end)


def meets_window(slots: Iterable[Slot], local_window: Window) -> bool:
    """Tell whether weekly slots meet a window, given on the town hall's clock. Whoever named no slot may be asked at any time."""
    named = {(slot.weekday, slot.part) for slot in slots}
    if not named:
        return True
    day = local_window.starts_at.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < local_window.ends_at:
        for part, (from_hour, to_hour) in DAY_PARTS.items():
            span = Window(day.replace(hour=from_hour), day.replace(hour=to_hour))
            if (day.isoweekday(), part) in named and span.overlaps(local_window):
                return True
        day += timedelta(days=1)
    return False

"""What may be offered and asked, and the states of a request: no database, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from civic.mutual_aid.errors import ReachRefused, WindowRefused, WrongTransition
from civic.mutual_aid.wishes import Language, Wish


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


class Channel(StrEnum):
    """How a person asked."""

    WEB = "web"
    TELEPHONE = "telephone"
    PAPER = "paper"


class ConsentMode(StrEnum):
    """How a person who telephoned agreed that the request be passed to volunteers. ``sms``: by the code that was sent to her."""

    ORAL = "oral"
    PAPER = "paper"
    SMS = "sms"


class RequestState(StrEnum):
    DRAFT = "draft"
    AWAITING_CONSENT = "awaiting_consent"
    IN_REVIEW = "in_review"
    OPEN = "open"
    DISPATCHING = "dispatching"
    ESCALATED = "escalated"
    FILLED = "filled"
    IN_PROGRESS = "in_progress"
    DONE_CLAIMED = "done_claimed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REDIRECTED = "redirected"
    DUPLICATE = "duplicate"


_S = RequestState

_GIVEN_UP = {
    _S.REDIRECTED: "the town hall names who helps better",
    _S.DUPLICATE: "the same need is in another request",
    _S.CANCELLED: "cancelled, or the consent withdrawn",
}
"""What the town hall or the person may decide as long as nobody was found."""

REQUEST_STEPS: dict[RequestState, dict[RequestState, str]] = {
    _S.DRAFT: {
        _S.AWAITING_CONSENT: "the person has not agreed yet",
        _S.IN_REVIEW: "a rule asks for a reading",
        _S.OPEN: "sent; or its day of a series comes near",
        _S.CANCELLED: "cancelled, or its series ended",
    },
    _S.AWAITING_CONSENT: {
        _S.IN_REVIEW: "she agrees; a rule asks for a reading",
        _S.OPEN: "she agrees",
        _S.EXPIRED: "the window is over",
        **_GIVEN_UP,
    },
    _S.IN_REVIEW: {
        _S.OPEN: "an agent accepts it",
        _S.SUSPENDED: "a doubt to lift",
        _S.EXPIRED: "the window is over",
        **_GIVEN_UP,
    },
    _S.OPEN: {
        _S.DISPATCHING: "volunteers are asked",
        _S.IN_REVIEW: "what was read before has changed",
        _S.ESCALATED: "nobody to ask",
        _S.EXPIRED: "the window is over",
        _S.SUSPENDED: "a doubt to lift",
        **_GIVEN_UP,
    },
    _S.DISPATCHING: {
        _S.FILLED: "enough volunteers said yes",
        _S.IN_REVIEW: "what was read before has changed",
        _S.ESCALATED: "nobody left, or little time",
        _S.EXPIRED: "the window is over",
        _S.SUSPENDED: "a doubt to lift",
        **_GIVEN_UP,
    },
    _S.ESCALATED: {
        _S.DISPATCHING: "searched again",
        _S.IN_REVIEW: "what was read before has changed",
        _S.FILLED: "enough volunteers said yes",
        _S.CLOSED: "settled by the town hall",
        _S.EXPIRED: "the window is over",
        _S.SUSPENDED: "a doubt to lift",
        **_GIVEN_UP,
    },
    _S.FILLED: {
        _S.DISPATCHING: "a volunteer withdraws",
        _S.ESCALATED: "nobody came",
        _S.IN_PROGRESS: "a volunteer is on the way",
        _S.DONE_CLAIMED: "a volunteer says that it is done",
        _S.CLOSED: "the person says that it is done",
        _S.SUSPENDED: "a doubt to lift",
        _S.CANCELLED: "cancelled, or the consent withdrawn",
    },
    _S.IN_PROGRESS: {
        _S.DISPATCHING: "a volunteer withdraws",
        _S.ESCALATED: "nobody came",
        _S.DONE_CLAIMED: "a volunteer says that it is done",
        _S.CLOSED: "the person says that it is done",
        _S.SUSPENDED: "a doubt to lift",
        _S.CANCELLED: "cancelled, or the consent withdrawn",
    },
    _S.DONE_CLAIMED: {
        _S.DISPATCHING: "a volunteer withdraws",
        _S.ESCALATED: "nobody came",
        _S.IN_PROGRESS: "it is not finished",
        _S.CLOSED: "the person confirms",
        _S.CANCELLED: "cancelled, or the consent withdrawn",
    },
    _S.EXPIRED: {
        _S.AWAITING_CONSENT: "asked again; the person never agreed",
        _S.IN_REVIEW: "asked again; nobody had read it, or it has changed since",
        _S.DISPATCHING: "searched again, until later",
        _S.ESCALATED: "still needed: the town hall takes over",
        _S.CLOSED: "settled by the town hall",
        _S.REDIRECTED: "the town hall names who helps better",
        _S.DUPLICATE: "the same need is in another request",
    },
    _S.SUSPENDED: {
        _S.OPEN: "the doubt is lifted",
        _S.EXPIRED: "the window is over",
        **_GIVEN_UP,
    },
    _S.CLOSED: {},
    _S.CANCELLED: {},
    _S.REDIRECTED: {},
    _S.DUPLICATE: {},
}
"""From each state, those that may follow and why. ``docs/requests.md`` draws this table. A volunteer who withdraws sends the request back
to ``dispatching``; a person who says that nobody came sends it to the town hall."""

REQUEST_TRANSITIONS: dict[RequestState, frozenset[RequestState]] = {
    before: frozenset(steps) for before, steps in REQUEST_STEPS.items()
}

SEEKING = frozenset({_S.OPEN, _S.DISPATCHING, _S.ESCALATED})
"""States in which a place may still be taken: somebody of the town hall watching does not keep a volunteer from saying yes."""

NOT_YET_OPEN = frozenset({_S.DRAFT, _S.AWAITING_CONSENT, _S.IN_REVIEW, _S.SUSPENDED})
"""States in which no volunteer has it: nothing of it is shown to anybody but the person and the town hall."""

OVER = frozenset({_S.CLOSED, _S.CANCELLED, _S.EXPIRED, _S.REDIRECTED, _S.DUPLICATE})
"""States in which nobody is expected any more."""

CANCELLABLE = frozenset(state for state, steps in REQUEST_TRANSITIONS.items() if _S.CANCELLED in steps)
SUSPENDABLE = frozenset(state for state, steps in REQUEST_TRANSITIONS.items() if _S.SUSPENDED in steps)
REDIRECTABLE = frozenset(state for state, steps in REQUEST_TRANSITIONS.items() if _S.REDIRECTED in steps)

AWAITS_TOWN = frozenset({_S.ESCALATED, _S.EXPIRED})
"""States in which a person of the town hall decides what comes next."""

WATCHED: dict[str, frozenset[RequestState]] = {
    "waiting": AWAITS_TOWN,
    "to_read": frozenset({_S.IN_REVIEW}),
    "set_aside": frozenset({_S.AWAITING_CONSENT, _S.SUSPENDED}),
    "seeking": SEEKING - AWAITS_TOWN,
    "under_way": frozenset({_S.FILLED, _S.IN_PROGRESS, _S.DONE_CLAIMED}),
    "over": OVER - AWAITS_TOWN,
}
"""How the town hall watches requests: a tab each, which the desk counts by the same states."""


def first_state(*, has_agreed: bool, is_read_before: bool) -> RequestState:
    """Return where a request goes that was just sent: to volunteers, unless its consent lacks or a rule asks for a reading."""
    if not has_agreed:
        return RequestState.AWAITING_CONSENT
    return RequestState.IN_REVIEW if is_read_before else RequestState.OPEN


LARGEST_CAPACITY = 5
SHORTEST_WINDOW = timedelta(minutes=30)
LONGEST_WINDOW = timedelta(days=14)
FARTHEST_START = timedelta(days=60)

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
    """What a person asks for, as she typed or said it. ``skills``: keys of the town's list, without all of which nobody is asked."""

    category: Category
    title: str
    text: str
    territory_id: int
    window: Window
    urgency: Urgency
    capacity: int
    contact: Contact
    languages: frozenset[Language] = frozenset()
    wishes: frozenset[Wish] = frozenset()
    skills: frozenset[str] = frozenset()


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

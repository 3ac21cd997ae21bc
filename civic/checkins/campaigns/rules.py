"""The states of a call, its rounds, what a caller may see, and which figures may be public: no database, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from civic.checkins.campaigns.errors import WindowRefused
from civic.kernel.clock import TOWN_TIME


class Reason(StrEnum):
    HEAT = "heat"
    COLD = "cold"
    POWER_CUT = "power_cut"
    FLOOD = "flood"
    EPIDEMIC = "epidemic"
    OTHER = "other"


class CallState(StrEnum):
    """Where the call to one person, in one round, stands.

    ``ALARM``, ``NEEDS`` and ``UNREACHED`` wait for the town hall. ``MISSED``: the round ended before anybody called.
    ``DROPPED``: she left the register, or does not want to be called, or the campaign is over.
    """

    WAITING = "waiting"
    HELD = "held"
    ALARM = "alarm"
    NEEDS = "needs"
    UNREACHED = "unreached"
    DONE = "done"
    MISSED = "missed"
    DROPPED = "dropped"


class Result(StrEnum):
    """What a caller says of a call."""

    WELL = "well"
    NEEDS = "needs"
    NO_ANSWER = "no_answer"
    REFUSES = "refuses"
    ALARMING = "alarming"


class Step(StrEnum):
    """What was done for a person: by a caller (as ``Result``), or by the town hall."""

    WELL = "well"
    NEEDS = "needs"
    NO_ANSWER = "no_answer"
    REFUSES = "refuses"
    ALARMING = "alarming"
    GIVEN_BACK = "given_back"
    RESCUE_CALLED = "rescue_called"
    RELATIVE_TOLD = "relative_told"
    VISIT_ASKED = "visit_asked"
    VISITED = "visited"
    SPOKEN = "spoken"
    CLOSED = "closed"


class TownStep(StrEnum):
    """Those of ``Step`` that the town hall writes down."""

    RESCUE_CALLED = "rescue_called"
    RELATIVE_TOLD = "relative_told"
    VISIT_ASKED = "visit_asked"
    VISITED = "visited"
    SPOKEN = "spoken"
    CLOSED = "closed"


AFTER_RESULT = {
    Result.WELL: CallState.DONE,
    Result.NEEDS: CallState.NEEDS,
    Result.REFUSES: CallState.DONE,
    Result.ALARMING: CallState.ALARM,
}
"""Where a call goes once somebody answered. Without an answer it comes back, or goes to the town hall: ``after_no_answer``."""

FOR_TOWN = (CallState.ALARM, CallState.UNREACHED, CallState.NEEDS)
"""What waits for the town hall, the most pressing first."""
LIVE = (CallState.WAITING, CallState.HELD)
REACHED = frozenset({Result.WELL, Result.NEEDS, Result.REFUSES, Result.ALARMING})
ENDING = frozenset({TownStep.VISITED, TownStep.SPOKEN, TownStep.CLOSED})
"""What the town hall does that leaves nothing to do for this call."""

LEAST_HOURS, MOST_HOURS = 4, 72
LEAST_RETRY_MINUTES, MOST_RETRY_MINUTES = 15, 720
MOST_TRIES = 6
LEASE = timedelta(minutes=20)
LONGEST = timedelta(days=31)
SMALLEST_PUBLIC = 5
FIRST_HOUR, LAST_HOUR = 8, 21


@dataclass(frozen=True)
class CampaignPlan:
    """What an agent decides when she opens a campaign.

    Attributes:
        place_ids: the neighbourhoods called; those of the whole commune when empty.
        every_hours: how often each person is called, from the opening on.
        retry_minutes, tries: what counts as no answer: so many calls, so far apart.
    """

    reason: Reason
    closes_at: datetime
    script: str
    place_ids: tuple[int, ...] = ()
    every_hours: int = 24
    retry_minutes: int = 60
    tries: int = 3


@dataclass(frozen=True)
class CallerStanding:
    """Somebody before the calls of a campaign: whether an agent met her, and whether she said yes to them."""

    territory_id: int
    caller_id: int
    is_met: bool
    has_said_yes: bool


def ensure_window(opens_at: datetime, closes_at: datetime) -> None:
    """Raises WindowRefused: it ends before it begins, or lasts so long that it is no crisis any more."""
    if closes_at <= opens_at:
        raise WindowRefused(fields={"closes_at": [WindowRefused.is_past]})
    if closes_at > opens_at + LONGEST:
        raise WindowRefused(fields={"closes_at": [WindowRefused.too_long]})


def is_open(closes_at: datetime, closed_at: datetime | None, *, at: datetime) -> bool:
    return closed_at is None and at < closes_at


def may_wake(at: datetime) -> bool:
    """Tell whether it is an hour at which the telephone wakes people: callers are told, and nobody is kept from calling in an emergency."""
    return not FIRST_HOUR <= at.astimezone(TOWN_TIME).hour < LAST_HOUR


def round_at(opened_at: datetime, every_hours: int, *, at: datetime) -> int:
    """Return which round of calls it is, from 1."""
    return 1 + max(0, int((at - opened_at) / timedelta(hours=every_hours)))


def round_begins_at(opened_at: datetime, every_hours: int, number: int) -> datetime:
    return opened_at + timedelta(hours=every_hours) * (number - 1)


def after_no_answer(tries: int, most: int) -> CallState:
    return CallState.UNREACHED if tries >= most else CallState.WAITING


def after_round(state: CallState, tries: int) -> CallState:
    """Return what becomes of a call when the next round begins: who was called in vain goes to the town hall, who was not was missed."""
    if state not in LIVE:
        return state
    return CallState.UNREACHED if tries else CallState.MISSED


def public_number(count: int, total: int) -> int | None:
    """Return a count that may be public: None where it, or what is left of the total, would be of fewer than five people."""
    if count < SMALLEST_PUBLIC or 0 < total - count < SMALLEST_PUBLIC:
        return None
    return count

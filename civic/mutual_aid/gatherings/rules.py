"""The states of a gathering and of a place in a shift, and how long a freed place is held: no database, no clock."""

from datetime import datetime, timedelta
from enum import StrEnum

from civic.mutual_aid.gatherings.errors import ShiftRefused, WrongStep

MOST_PLACES = 500
LONGEST_SHIFT = timedelta(hours=24)
FARTHEST = timedelta(days=366)
QUARTER = timedelta(minutes=15)
LONGEST_HOLD, SHORTEST_HOLD = timedelta(hours=24), timedelta(minutes=30)
SHARE_OF_WHAT_IS_LEFT = 4
"""A freed place is held for a fourth of the time that is left, so that several persons may be asked before it begins."""


class GatheringState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class PlaceState(StrEnum):
    """``waiting``: on the list; ``held``: a freed place is kept for her until an instant; ``lapsed``: she did not answer in time."""

    TAKEN = "taken"
    WAITING = "waiting"
    HELD = "held"
    GIVEN_UP = "given_up"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


PLACE_TRANSITIONS: dict[PlaceState, frozenset[PlaceState]] = {
    PlaceState.TAKEN: frozenset({PlaceState.GIVEN_UP, PlaceState.CANCELLED}),
    PlaceState.WAITING: frozenset({PlaceState.HELD, PlaceState.GIVEN_UP, PlaceState.CANCELLED}),
    PlaceState.HELD: frozenset(
        {PlaceState.TAKEN, PlaceState.GIVEN_UP, PlaceState.LAPSED, PlaceState.CANCELLED}
    ),
    PlaceState.GIVEN_UP: frozenset(),
    PlaceState.LAPSED: frozenset(),
    PlaceState.CANCELLED: frozenset(),
}

LIVE = frozenset({PlaceState.TAKEN, PlaceState.WAITING, PlaceState.HELD})
"""One of these at most for a person and a shift: the database holds it."""

COUNTED = frozenset({PlaceState.TAKEN, PlaceState.HELD})
"""What fills a shift: a place that is held is nobody else's."""


def ensure_step(before: PlaceState, after: PlaceState) -> None:
    """Raises WrongStep: the table has no such step."""
    if after not in PLACE_TRANSITIONS[before]:
        raise WrongStep


def ensure_shift(starts_at: datetime, ends_at: datetime, *, now: datetime) -> None:
    """Raises ShiftRefused: it ends before it begins, lasts longer than a day, or is past or too far ahead."""
    if ends_at <= starts_at:
        raise ShiftRefused(fields={"ends_at": [ShiftRefused.backwards]})
    if ends_at - starts_at > LONGEST_SHIFT:
        raise ShiftRefused(fields={"ends_at": [ShiftRefused.too_long]})
    if starts_at <= now:
        raise ShiftRefused(fields={"starts_at": [ShiftRefused.passed]})
    if starts_at - now > FARTHEST:
        raise ShiftRefused(fields={"starts_at": [ShiftRefused.too_far]})


def hold_until(*, now: datetime, starts_at: datetime) -> datetime:
    """Return until when a freed place is held for the next person: a day at most, less when the shift is near, never beyond its beginning."""
    share = (starts_at - now) / SHARE_OF_WHAT_IS_LEFT
    return min(now + max(SHORTEST_HOLD, min(LONGEST_HOLD, share)), starts_at)


def quarters_of(starts_at: datetime, ends_at: datetime) -> range:
    """Return the quarter-hours that a shift takes of a person's time, numbered from the epoch."""
    first = int(starts_at.timestamp()) // int(QUARTER.total_seconds())
    last = -(-int(ends_at.timestamp()) // int(QUARTER.total_seconds()))
    return range(first, last)

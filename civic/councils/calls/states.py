"""Calls for candidates: what is said of one, in what state it is, how seats are filled. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from civic.kernel.errors import N_

FORGET_AFTER = timedelta(days=180)
"""How long after the closing candidacies are kept: those who were not chosen are then forgotten."""
AGE_BANDS = ((30, N_("moins de 30 ans")), (60, N_("30 à 59 ans")), (200, N_("60 ans et plus")))
NOT_SAID = "non dit"


class CallState(StrEnum):
    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"
    DECIDED = "decided"
    CANCELLED = "cancelled"


class Way(StrEnum):
    """How seats are filled from those who apply."""

    DRAWN = "drawn"
    ELECTED = "elected"
    APPOINTED = "appointed"


class Sex(StrEnum):
    WOMAN = "woman"
    MAN = "man"
    NOT_SAID = "not_said"


@dataclass(frozen=True)
class CallWish:
    """What is said of a call. ``shows_candidates``: after the closing, those who agreed are listed."""

    title: str
    body: str
    seats: int
    way: Way
    opens_at: datetime
    closes_at: datetime
    territory_id: int
    council_id: int | None
    least_age: int | None
    asks_sex: bool
    shows_candidates: bool


def band_of(age: int | None) -> str:
    """Return the age band that a list for drawing lots shows."""
    if age is None:
        return NOT_SAID
    return next(name for limit, name in AGE_BANDS if age < limit)


def state_of(
    *,
    opens_at: datetime,
    closes_at: datetime,
    published_at: datetime | None,
    decided_at: datetime | None,
    cancelled_at: datetime | None,
    at: datetime,
) -> CallState:
    """Return the state of a call at an instant: it opens and closes by its dates alone."""
    if published_at is None:
        return CallState.DRAFT
    if cancelled_at is not None:
        return CallState.CANCELLED
    if decided_at is not None:
        return CallState.DECIDED
    if at < opens_at:
        return CallState.COMING
    return CallState.OPEN if at < closes_at else CallState.CLOSED

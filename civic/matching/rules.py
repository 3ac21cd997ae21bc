"""The states of an invitation and of a match, and what a match takes of a volunteer's time. No database, no clock.

Who may be asked is in ``choosing``, how fast in ``pace``, how likely somebody is to say yes in ``likelihood``.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from civic.matching.choosing import is_appointment
from civic.matching.errors import WrongStep
from civic.mutual_aid.rules import RequestState, Urgency, Window


class InvitationState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    FAILED = "failed"


class MatchState(StrEnum):
    ACCEPTED = "accepted"
    STARTED = "started"
    DONE_BY_VOLUNTEER = "done_by_volunteer"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    NO_SHOW = "no_show"
    RELEASED = "released"


INVITATION_TRANSITIONS: dict[InvitationState, frozenset[InvitationState]] = {
    InvitationState.QUEUED: frozenset(
        {InvitationState.SENT, InvitationState.SUPERSEDED, InvitationState.FAILED}
    ),
    InvitationState.SENT: frozenset(
        {
            InvitationState.ACCEPTED,
            InvitationState.DECLINED,
            InvitationState.EXPIRED,
            InvitationState.SUPERSEDED,
            InvitationState.FAILED,
        }
    ),
    InvitationState.EXPIRED: frozenset(
        {InvitationState.ACCEPTED, InvitationState.DECLINED, InvitationState.SUPERSEDED}
    ),
    InvitationState.ACCEPTED: frozenset(),
    InvitationState.DECLINED: frozenset({InvitationState.SENT, InvitationState.EXPIRED}),
    InvitationState.SUPERSEDED: frozenset({InvitationState.QUEUED, InvitationState.SENT}),
    InvitationState.FAILED: frozenset(
        {InvitationState.ACCEPTED, InvitationState.DECLINED, InvitationState.SUPERSEDED}
    ),
}
"""``queued``: chosen, and waiting for her quiet hours to end. ``failed``: she could not be asked any more when they did, or no way of
reaching her worked.

An invitation that expired, or that no message brought and that she read on the site, may still be accepted, as long as the request seeks
somebody: a late yes is worth more than none. A no can be taken back for a few minutes. When the request is moved to another day, what was
not answered is superseded, whether a message brought it or not, and its volunteer may be asked again: for these hours."""

WAITING = frozenset({InvitationState.QUEUED, InvitationState.SENT})
"""States in which an answer may still come by itself."""

UNANSWERED = WAITING | {InvitationState.EXPIRED, InvitationState.FAILED}
"""States in which a yes is still good: it would be one to other hours once the request is moved."""

MATCH_TRANSITIONS: dict[MatchState, frozenset[MatchState]] = {
    MatchState.ACCEPTED: frozenset(
        {
            MatchState.STARTED,
            MatchState.DONE_BY_VOLUNTEER,
            MatchState.CONFIRMED,
            MatchState.WITHDRAWN,
            MatchState.NO_SHOW,
            MatchState.RELEASED,
        }
    ),
    MatchState.STARTED: frozenset(
        {
            MatchState.DONE_BY_VOLUNTEER,
            MatchState.CONFIRMED,
            MatchState.WITHDRAWN,
            MatchState.NO_SHOW,
            MatchState.RELEASED,
        }
    ),
    MatchState.DONE_BY_VOLUNTEER: frozenset(
        {MatchState.CONFIRMED, MatchState.DISPUTED, MatchState.STARTED, MatchState.RELEASED}
    ),
    MatchState.CONFIRMED: frozenset(),
    MatchState.DISPUTED: frozenset(),
    MatchState.WITHDRAWN: frozenset(),
    MatchState.NO_SHOW: frozenset(),
    MatchState.RELEASED: frozenset(),
}
"""``disputed``: the volunteer says that it is done, the other side that nobody came. ``no_show``: nobody came, and nobody says otherwise."""

LIVE_MATCH = frozenset({MatchState.ACCEPTED, MatchState.STARTED, MatchState.DONE_BY_VOLUNTEER})
"""States in which the two sides speak and see each other's contact."""

ENGAGED = frozenset({MatchState.ACCEPTED, MatchState.STARTED})
"""States in which the volunteer is expected somewhere."""

HOLDS_A_PLACE = LIVE_MATCH | {MatchState.CONFIRMED}
"""States in which a match takes one of the places of its request."""

QUARTER_SECONDS = 15 * 60
LATE = timedelta(hours=4)
GRACE = timedelta(minutes=15)
"""Who comes so much later than was said is not taken for somebody who did not come."""
HIGHER = {
    Urgency.FLEXIBLE: Urgency.TODAY,
    Urgency.TODAY: Urgency.URGENT,
    Urgency.URGENT: Urgency.URGENT,
}


def claimed_quarters(window: Window) -> range:
    """Return the quarters of an hour, counted since 1970, in which a volunteer is expected; none where an hour is to be agreed on."""
    if not is_appointment(window):
        return range(0)
    last = -(-int(window.ends_at.timestamp()) // QUARTER_SECONDS)
    return range(int(window.starts_at.timestamp()) // QUARTER_SECONDS, last)


def missed_from(window: Window, *, promised_at: datetime) -> datetime:
    """Return from when the side that is helped may say that nobody came: a yes may be given after the window began."""
    return max(window.starts_at, promised_at) + GRACE


def urgency_after_withdrawal(urgency: Urgency, window: Window, *, now: datetime) -> Urgency:
    """Return how urgent a request is once its volunteer cannot come: more than before when little time is left."""
    return HIGHER[urgency] if window.starts_at - now < LATE else urgency


def ensure_invitation_step(before: InvitationState, after: InvitationState) -> None:
    """Raises WrongStep: the table has no such step."""
    if after not in INVITATION_TRANSITIONS[before]:
        raise WrongStep


def ensure_match_step(before: MatchState, after: MatchState) -> None:
    """Raises WrongStep: the table has no such step."""
    if after not in MATCH_TRANSITIONS[before]:
        raise WrongStep


def request_state_from(matches: Iterable[MatchState]) -> RequestState:
    """Return the state of a request that no longer seeks anybody, from those of its matches (at least one not ended early)."""
    states = {state for state in matches if state in HOLDS_A_PLACE}
    if states == {MatchState.ACCEPTED}:
        return RequestState.FILLED
    if states == {MatchState.CONFIRMED}:
        return RequestState.CLOSED
    if states <= {MatchState.CONFIRMED, MatchState.DONE_BY_VOLUNTEER}:
        return RequestState.DONE_CLAIMED
    return RequestState.IN_PROGRESS

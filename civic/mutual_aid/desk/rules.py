"""Whom the town hall calls, and why; the numbers of printed sheets. No database, no clock."""

from datetime import datetime, timedelta
from enum import StrEnum

from civic.mutual_aid.rules import RequestState

TRY_AGAIN_AFTER = timedelta(hours=2)
MOST_ATTEMPTS = 4
"""After so many calls without an answer, the call stays in the list, and says so."""


class CallReason(StrEnum):
    ASKED = "asked"
    CONSENT = "consent"
    SOMEBODY_COMES = "somebody_comes"
    NOBODY_YET = "nobody_yet"
    STILL_NEEDED = "still_needed"
    TOO_LATE = "too_late"
    GOES_ELSEWHERE = "goes_elsewhere"
    NOBODY_COMES = "nobody_comes"
    DOUBT = "doubt"
    COMES_SOON = "comes_soon"


class CallOutcome(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    NOT_NEEDED = "not_needed"


REASONS: dict[RequestState, CallReason] = {
    RequestState.AWAITING_CONSENT: CallReason.CONSENT,
    RequestState.FILLED: CallReason.SOMEBODY_COMES,
    RequestState.ESCALATED: CallReason.NOBODY_YET,
    RequestState.EXPIRED: CallReason.TOO_LATE,
    RequestState.REDIRECTED: CallReason.GOES_ELSEWHERE,
    RequestState.DUPLICATE: CallReason.GOES_ELSEWHERE,
    RequestState.SUSPENDED: CallReason.DOUBT,
}
"""The state that a request enters, and what its person is then told on the telephone."""

FOR_EVERYBODY = frozenset({CallReason.NOBODY_YET, CallReason.DOUBT})
"""Where the page promises a call; for the other reasons, who reads it there is not called as well."""


def reason_to_call(
    former: RequestState | None, state: RequestState, *, is_assisted: bool
) -> CallReason | None:
    """Return why the town hall calls a person whose request enters a state; None when she is not called."""
    has_lost = former in (RequestState.FILLED, RequestState.IN_PROGRESS) and state is RequestState.DISPATCHING
    reason = CallReason.NOBODY_COMES if has_lost else REASONS.get(state)
    return reason if is_assisted or reason in FOR_EVERYBODY else None


LEAST_LEFT, LEAST_WINDOW = timedelta(hours=1), timedelta(hours=3)


def ask_again_at(opened_at: datetime, ends_at: datetime) -> datetime | None:
    """Return when a person is asked whether she still needs help: a quarter of the time is left, an hour at least, two days at most.

    None for a short window: she has just asked.
    """
    length = ends_at - opened_at
    if length < LEAST_WINDOW:
        return None
    return ends_at - min(max(length / 4, LEAST_LEFT), timedelta(days=2))


ENDS_A_CALL = frozenset({CallOutcome.REACHED, CallOutcome.NOT_NEEDED})
"""Without an answer the call comes back; with a wrong number it stays, as a number to find."""

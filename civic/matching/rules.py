"""Who may be asked, in which order, how fast; and the states of an invitation and of a match. No database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from civic.matching.errors import WrongStep
from civic.mutual_aid.rules import DayPart, RequestState, Slot, Urgency, Window, meets_window


class InvitationState(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class MatchState(StrEnum):
    ACCEPTED = "accepted"
    STARTED = "started"
    DONE_BY_VOLUNTEER = "done_by_volunteer"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"


INVITATION_TRANSITIONS: dict[InvitationState, frozenset[InvitationState]] = {
    InvitationState.SENT: frozenset(
        {
            InvitationState.ACCEPTED,
            InvitationState.DECLINED,
            InvitationState.EXPIRED,
            InvitationState.SUPERSEDED,
        }
    ),
    InvitationState.EXPIRED: frozenset({InvitationState.ACCEPTED, InvitationState.DECLINED}),
    InvitationState.ACCEPTED: frozenset(),
    InvitationState.DECLINED: frozenset({InvitationState.SENT, InvitationState.EXPIRED}),
    InvitationState.SUPERSEDED: frozenset(),
}
"""An invitation that expired may still be accepted, as long as the request seeks somebody: a late yes is worth more than none.
A no can be taken back for a few minutes."""

MATCH_TRANSITIONS: dict[MatchState, frozenset[MatchState]] = {
    MatchState.ACCEPTED: frozenset(
        {
            MatchState.STARTED,
            MatchState.DONE_BY_VOLUNTEER,
            MatchState.CONFIRMED,
            MatchState.WITHDRAWN,
            MatchState.RELEASED,
        }
    ),
    MatchState.STARTED: frozenset(
        {
            MatchState.DONE_BY_VOLUNTEER,
            MatchState.CONFIRMED,
            MatchState.WITHDRAWN,
            MatchState.RELEASED,
        }
    ),
    MatchState.DONE_BY_VOLUNTEER: frozenset({MatchState.CONFIRMED, MatchState.STARTED, MatchState.RELEASED}),
    MatchState.CONFIRMED: frozenset(),
    MatchState.WITHDRAWN: frozenset(),
    MatchState.RELEASED: frozenset(),
}

LIVE_MATCH = frozenset({MatchState.ACCEPTED, MatchState.STARTED, MatchState.DONE_BY_VOLUNTEER})
"""States in which the two sides speak and see each other's contact."""

ENGAGED = frozenset({MatchState.ACCEPTED, MatchState.STARTED})
"""States in which the volunteer is expected somewhere."""


@dataclass(frozen=True)
class DispatchPace:
    """How volunteers are asked: settings of the commune.

    Attributes:
        live_invitations: how many are asked at the same time, for one helper sought.
        silence_minutes: after how long a silent volunteer is replaced.
        escalation_percent: of the time between the opening and the end of the window, after which a person of the town hall takes over.
    """

    live_invitations: Mapping[Urgency, int] = field(
        default_factory=lambda: {Urgency.URGENT: 6, Urgency.TODAY: 3, Urgency.FLEXIBLE: 2}
    )
    silence_minutes: Mapping[Urgency, int] = field(
        default_factory=lambda: {Urgency.URGENT: 10, Urgency.TODAY: 40, Urgency.FLEXIBLE: 240}
    )
    escalation_percent: int = 75

    def live(self, urgency: Urgency, places_left: int) -> int:
        """Return how many invitations to keep live: as many as for one helper, and one more for each other helper sought."""
        return self.live_invitations[urgency] + max(0, places_left - 1)

    def expiry(self, urgency: Urgency, *, sent_at: datetime, window_ends_at: datetime) -> datetime:
        return min(sent_at + timedelta(minutes=self.silence_minutes[urgency]), window_ends_at)

    def escalates_at(self, *, started_at: datetime, window_ends_at: datetime) -> datetime:
        return started_at + (window_ends_at - started_at) * self.escalation_percent / 100


PACE = DispatchPace()


@dataclass(frozen=True)
class Candidate:
    """An active offer of a volunteer, with what decides whether and when she is asked.

    Attributes:
        area_metres: between her neighbourhood and the request's, 0 within the same one; None when she has not said where she lives.
            Her exact place is not known here, so nothing can tell it.
        engagements: the windows of the matches in which she is expected somewhere.
        last_invited_at: for any request; None if never.
    """

    volunteer_id: int
    offer_id: int
    area_metres: int | None
    max_distance_metres: int | None
    served_ids: frozenset[int]
    slots: tuple[Slot, ...]
    engagements: tuple[Window, ...]
    last_invited_at: datetime | None


def is_eligible(candidate: Candidate, *, area_id: int, window: Window, local_window: Window) -> bool:
    """Tell whether a volunteer may be asked: near enough, free, and at the hours that she gave. Never traded against order."""
    if candidate.served_ids and area_id not in candidate.served_ids:
        return False
    if candidate.max_distance_metres is not None and (
        candidate.area_metres is None or candidate.area_metres > candidate.max_distance_metres
    ):
        return False
    if any(window.overlaps(engagement) for engagement in candidate.engagements):
        return False
    return meets_window(candidate.slots, local_window)


def hours_of_neighbours(candidates: Iterable[Candidate], *, area_id: int, window: Window) -> tuple[Slot, ...]:
    """Return the weekly slots of those who are near enough, whatever the hours asked for: when they could have come."""
    near = [
        candidate
        for candidate in candidates
        if is_eligible(
            replace(candidate, slots=(), engagements=()), area_id=area_id, window=window, local_window=window
        )
    ]
    return tuple(sorted({slot for each in near for slot in each.slots}, key=_slot_order))


def _slot_order(slot: Slot) -> tuple[int, int]:
    return slot.weekday, list(DayPart).index(slot.part)


def choose(candidates: Iterable[Candidate], count: int) -> list[Candidate]:
    """Return who is asked next: nearest neighbourhood first, then least recently asked, then the lowest id; each person once."""
    ordered = sorted(candidates, key=_order)
    by_person: dict[int, Candidate] = {}
    for candidate in ordered:
        by_person.setdefault(candidate.volunteer_id, candidate)
    return list(by_person.values())[:count]


def _order(candidate: Candidate) -> tuple[bool, int, float, int, int]:
    asked = candidate.last_invited_at
    return (
        candidate.area_metres is None,
        candidate.area_metres or 0,
        asked.timestamp() if asked else 0.0,
        candidate.volunteer_id,
        candidate.offer_id,
    )


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
    states = {state for state in matches if state in LIVE_MATCH or state is MatchState.CONFIRMED}
    if states == {MatchState.ACCEPTED}:
        return RequestState.FILLED
    if states == {MatchState.CONFIRMED}:
        return RequestState.CLOSED
    if states <= {MatchState.CONFIRMED, MatchState.DONE_BY_VOLUNTEER}:
        return RequestState.DONE_CLAIMED
    return RequestState.IN_PROGRESS

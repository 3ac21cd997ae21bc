"""Who may be asked, and in which order. No database, no clock.

What may not be is never weighed against what is preferred: ``why_not`` first, ``score`` after.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from math import log
from typing import Any

from civic.matching.likelihood import Record, Silence, likelihood_of_yes
from civic.mutual_aid.rules import DAY_PARTS, DayPart, Slot, Urgency, Window
from civic.mutual_aid.volunteers.rules import QuietHours

MU, RHO, SIGMA = 0.05, 0.7, 0.3
"""What one recent invitation costs, what it is worth to have helped this person before, what a scarce skill costs that is not needed."""

METRES_AN_HOUR = 6_000
LONGEST_TRAVEL = timedelta(hours=1)
SHORTEST_STAY = timedelta(minutes=15)
LONGEST_APPOINTMENT = timedelta(hours=12)
SCARCE = 2
"""A skill is scarce when so few of those who could be asked have it."""


@dataclass(frozen=True)
class Limits:
    """What a volunteer chose, and what the town hall knows of her. These are the values of who chose nothing and lacks nothing.

    Attributes:
        weekly_ceiling: how many invitations she wants at most in seven days; None: what the commune sets for everybody.
        is_cleared: she was checked as far as this kind of help asks.
        skills: those that are valid today.
        is_blocked: she and the person helped are never to meet.
    """

    weekly_ceiling: int | None = None
    quiet_hours: QuietHours | None = None
    is_cleared: bool = True
    skills: frozenset[str] = frozenset()
    is_blocked: bool = False


@dataclass(frozen=True)
class Need:
    """What is asked for, as far as it decides who may be asked.

    Attributes:
        local_window: the same as ``window``, on the town hall's clock.
    """

    area_id: int
    window: Window
    local_window: Window
    urgency: Urgency = Urgency.TODAY
    skills: frozenset[str] = frozenset()


NOTHING_KNOWN, NO_LIMITS = Record(), Limits()


@dataclass(frozen=True)
class Candidate:
    """An active offer of a volunteer, with what decides whether and when she is asked.

    Attributes:
        area_metres: between her neighbourhood and the request's, 0 within the same one; None when she has not said where she lives.
            Her exact place is not known here, so nothing can tell it.
        engagements: the windows of the matches in which she is expected somewhere.
        last_invited_at: for any request; None if never.
        invited_in_week: how many invitations she received in the seven days before.
        has_helped: whether she helped this person before.
    """

    volunteer_id: int
    offer_id: int
    area_metres: int | None
    max_distance_metres: int | None = None
    served_ids: frozenset[int] = frozenset()
    slots: tuple[Slot, ...] = ()
    engagements: tuple[Window, ...] = ()
    last_invited_at: datetime | None = None
    invited_in_week: int = 0
    record: Record = NOTHING_KNOWN
    silences: tuple[Silence, ...] = ()
    has_helped: bool = False
    limits: Limits = NO_LIMITS


@dataclass(frozen=True)
class Reasons:
    """A score and what it was made of, stored with the invitation so that it can be explained."""

    score: float
    likelihood: float
    invited_in_week: int
    has_helped: bool
    wasted_skills: int

    def stored(self) -> dict[str, Any]:
        return {key: round(value, 4) for key, value in asdict(self).items()}


@dataclass(frozen=True)
class Choice:
    """Whom to ask next, and why."""

    candidate: Candidate
    reasons: Reasons


def why_not(candidate: Candidate, need: Need, *, now: datetime, volunteer_week: int) -> str | None:
    """Return the first reason for which a volunteer may not be asked, or None when she may."""
    limits = candidate.limits
    if limits.is_blocked:
        return "blocked"
    if not limits.is_cleared:
        return "vetting"
    if not need.skills <= limits.skills:
        return "skill"
    if not _is_near(candidate, need.area_id):
        return "place"
    ceiling = volunteer_week if limits.weekly_ceiling is None else min(limits.weekly_ceiling, volunteer_week)
    if candidate.invited_in_week >= ceiling:
        return "ceiling"
    return _why_not_then(candidate, need, now)


def is_eligible(candidate: Candidate, need: Need, *, now: datetime, volunteer_week: int) -> bool:
    return why_not(candidate, need, now=now, volunteer_week=volunteer_week) is None


def _is_near(candidate: Candidate, area_id: int) -> bool:
    if candidate.served_ids and area_id not in candidate.served_ids:
        return False
    farthest = candidate.max_distance_metres
    return farthest is None or (candidate.area_metres is not None and candidate.area_metres <= farthest)


def _why_not_then(candidate: Candidate, need: Need, now: datetime) -> str | None:
    """Whether she is expected elsewhere, is free at none of these hours, or is not to be disturbed before it is over."""
    travel = travel_time(candidate.area_metres)
    if is_appointment(need.window):
        margin = max(travel, SHORTEST_STAY)  # two engagements never share a quarter of an hour
        around = Window(need.window.starts_at - margin, need.window.ends_at + margin)
        if any(
            is_appointment(engagement) and around.overlaps(engagement) for engagement in candidate.engagements
        ):
            return "engaged"
    if not is_free(candidate.slots, need.local_window, travel=travel, now=now):
        return "hours"
    return "quiet" if asked_at(candidate.limits, need, now=now) is None else None


def is_appointment(window: Window) -> bool:
    """Tell whether a window is short enough to hold who comes to it. In a longer one, the two agree on an hour."""
    return window.ends_at - window.starts_at <= LONGEST_APPOINTMENT


def travel_time(area_metres: int | None) -> timedelta:
    return min(LONGEST_TRAVEL, timedelta(hours=(area_metres or 0) / METRES_AN_HOUR))


def is_free(slots: Iterable[Slot], local_window: Window, *, travel: timedelta, now: datetime) -> bool:
    """Tell whether weekly slots leave time to come and to stay a quarter of an hour, in what is left of a window.

    Whoever named no slot may be asked at any time.
    """
    named = {(slot.weekday, slot.part) for slot in slots}
    if not named:
        return True
    begins = max(local_window.starts_at, now.astimezone(local_window.starts_at.tzinfo))
    day = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < local_window.ends_at:
        for part, (from_hour, to_hour) in DAY_PARTS.items():
            shared = min(day.replace(hour=to_hour), local_window.ends_at) - max(
                day.replace(hour=from_hour), begins
            )
            if (day.isoweekday(), part) in named and shared >= travel + SHORTEST_STAY:
                return True
        day += timedelta(days=1)
    return False


def asked_at(limits: Limits, need: Need, *, now: datetime) -> datetime | None:
    """Return when a volunteer may be asked: now, or when her quiet hours end; None when that is too late.

    What is urgent does not wait: in her quiet hours she is not asked.
    """
    quiet, zone = limits.quiet_hours, need.local_window.starts_at.tzinfo
    local = now.astimezone(zone)
    if quiet is None or not quiet.hold(local):
        return now
    end = quiet.end_after(local)
    if need.urgency is Urgency.URGENT or end >= need.local_window.ends_at:
        return None
    return end.astimezone(now.tzinfo)


def choose(candidates: Iterable[Candidate], count: int, *, need: Need, now: datetime) -> list[Choice]:
    """Return who is asked next among those who may be: the best score first, then the nearest, then who was asked longest ago.

    Each person once. The order is the same wherever somebody lives inside her neighbourhood.
    """
    candidates = list(candidates)
    scarce = _scarce_skills(candidates)
    choices = [Choice(candidate, score(candidate, need, scarce=scarce, now=now)) for candidate in candidates]
    by_person: dict[int, Choice] = {}
    for choice in sorted(choices, key=_order):
        by_person.setdefault(choice.candidate.volunteer_id, choice)
    return list(by_person.values())[:count]


def score(candidate: Candidate, need: Need, *, scarce: frozenset[str], now: datetime) -> Reasons:
    likelihood = likelihood_of_yes(
        candidate.record, candidate.silences, area_metres=candidate.area_metres, now=now
    )
    wasted = len((candidate.limits.skills & scarce) - need.skills)
    value = log(max(likelihood, 1e-6)) - MU * candidate.invited_in_week - SIGMA * wasted
    if candidate.has_helped:
        value += RHO
    return Reasons(value, likelihood, candidate.invited_in_week, candidate.has_helped, wasted)


def _scarce_skills(candidates: list[Candidate]) -> frozenset[str]:
    held = Counter(
        skill
        for skills in {candidate.volunteer_id: candidate.limits.skills for candidate in candidates}.values()
        for skill in skills
    )
    return frozenset(skill for skill, count in held.items() if count <= SCARCE)


def _order(choice: Choice) -> tuple[float, bool, int, float, int, int]:
    candidate = choice.candidate
    asked = candidate.last_invited_at
    return (
        -round(choice.reasons.score, 9),
        candidate.area_metres is None,
        candidate.area_metres or 0,
        asked.timestamp() if asked else 0.0,
        candidate.volunteer_id,
        candidate.offer_id,
    )


def hours_of_neighbours(candidates: Iterable[Candidate], need: Need, *, now: datetime) -> tuple[Slot, ...]:
    """Return the weekly slots of those who are near enough, whatever the hours asked for: when they could have come."""
    near = [
        candidate
        for candidate in candidates
        if why_not(
            replace(candidate, slots=(), engagements=(), invited_in_week=0), need, now=now, volunteer_week=1
        )
        is None
    ]
    return tuple(sorted({slot for each in near for slot in each.slots}, key=_slot_order))


def _slot_order(slot: Slot) -> tuple[int, int]:
    return slot.weekday, list(DayPart).index(slot.part)

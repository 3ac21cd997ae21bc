"""Where a commitment and its steps stand on a day: computed, never stored. A promised date is never changed: what slips is late, and says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from civic.kernel.clock import TOWN_TIME, from_town_time
from civic.proposals.commitments.errors import (
    CommitmentIsOver,
    CommitmentIsPublished,
    DoneInTheFuture,
    NotYetPublished,
)

MOST_MILESTONES = 12
TOLD_AT = time(18)
"""What moved in a day is told in the evening, once, so that a mistake can be mended before anybody reads it."""


class MilestoneState(StrEnum):
    COMING = "coming"
    LATE = "late"
    DONE = "done"
    DONE_LATE = "done_late"


class CommitmentState(StrEnum):
    DRAFT = "draft"
    UNDER_WAY = "under_way"
    LATE = "late"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    DROPPED = "dropped"


OVER = frozenset({CommitmentState.KEPT, CommitmentState.KEPT_LATE, CommitmentState.DROPPED})


@dataclass(frozen=True)
class Step:
    """A milestone: what, by which day, and on which day it was done."""

    title: str
    due_on: date
    done_on: date | None = None


@dataclass(frozen=True)
class CommitmentPlan:
    """A commitment as somebody wrote it. ``budget_cents``: None when no sum is said."""

    title: str
    in_charge: str
    details: str = ""
    budget_cents: int | None = None
    steps: tuple[Step, ...] = ()


def milestone_state(due_on: date, done_on: date | None, *, today: date) -> MilestoneState:
    if done_on is not None:
        return MilestoneState.DONE if done_on <= due_on else MilestoneState.DONE_LATE
    return MilestoneState.COMING if today <= due_on else MilestoneState.LATE


def commitment_state(
    steps: Sequence[Step], *, is_published: bool, is_dropped: bool, today: date
) -> CommitmentState:
    """Return where a commitment stands: kept once each of its steps is done; late while one of them is."""
    if not is_published:
        return CommitmentState.DRAFT
    if is_dropped:
        return CommitmentState.DROPPED
    states = {milestone_state(each.due_on, each.done_on, today=today) for each in steps}
    if MilestoneState.LATE in states:
        return CommitmentState.LATE
    if MilestoneState.COMING in states:
        return CommitmentState.UNDER_WAY
    return CommitmentState.KEPT if MilestoneState.DONE_LATE not in states else CommitmentState.KEPT_LATE


def town_date(instant: datetime) -> date:
    return instant.astimezone(TOWN_TIME).date()


def next_evening(after: datetime) -> datetime:
    """Return when what moves at an instant is told: at the next six o'clock in the evening of the town."""
    day = town_date(after)
    evening = from_town_time(datetime.combine(day, TOLD_AT))
    return evening if evening > after else from_town_time(datetime.combine(day + timedelta(days=1), TOLD_AT))


def ensure_draft(*, is_published: bool) -> None:
    """Raises CommitmentIsPublished: residents have read it; its dates and words stay."""
    if is_published:
        raise CommitmentIsPublished


def ensure_under_way(state: CommitmentState) -> None:
    """Raises NotYetPublished, CommitmentIsOver."""
    if state is CommitmentState.DRAFT:
        raise NotYetPublished
    if state in OVER:
        raise CommitmentIsOver


def ensure_past(done_on: date, *, today: date) -> None:
    """Raises DoneInTheFuture."""
    if done_on > today:
        raise DoneInTheFuture(fields={"done_on": [DoneInTheFuture.message]})

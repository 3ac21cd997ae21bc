"""Which requests are read before volunteers are asked, and by when. No database, no clock."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from civic.mutual_aid.rules import Category, Urgency


class ReviewReason(StrEnum):
    FIRST_REQUEST = "first_request"
    SENSITIVE_CATEGORY = "sensitive_category"
    REPORTED_PERSON = "reported_person"


class FirstRequests(StrEnum):
    """Which first requests are read: of everybody, of those whom nobody at the town hall has seen or heard, of nobody."""

    ALL = "all"
    UNKNOWN = "unknown"
    NONE = "none"


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REDIRECTED = "redirected"
    DUPLICATE = "duplicate"


DAY_BEGINS, DAY_ENDS = time(8), time(19)
"""The town hall's clock: what is sent at night is read in the morning."""

ANSWER_MINUTES = {Urgency.URGENT: 30, Urgency.TODAY: 120, Urgency.FLEXIBLE: 480}
"""Within how many minutes of the day somebody of the town hall has read it."""


@dataclass(frozen=True)
class ReviewPolicy:
    """What a commune reads first. The defaults let through at once who was seen at the desk, where she lives was verified."""

    first_requests: FirstRequests = FirstRequests.UNKNOWN
    sensitive: frozenset[Category] = field(default_factory=lambda: frozenset({Category.CHILDCARE}))
    reads_reported: bool = True


@dataclass(frozen=True)
class AboutRequester:
    """What is known of who asks.

    Attributes:
        has_asked: a request of hers was once open to volunteers.
        is_known: somebody of the town hall verified where she lives, or hears her on the telephone.
        is_reported: the moderation hid something that she wrote here, or somebody is worried about her.
    """

    has_asked: bool
    is_known: bool
    is_reported: bool


def reasons_to_read(
    policy: ReviewPolicy, category: Category, who: AboutRequester
) -> tuple[ReviewReason, ...]:
    """Return why a request is read before volunteers are asked; nothing when it is not."""
    reasons = []
    reads_first = policy.first_requests is FirstRequests.ALL or (
        policy.first_requests is FirstRequests.UNKNOWN and not who.is_known
    )
    if reads_first and not who.has_asked:
        reasons.append(ReviewReason.FIRST_REQUEST)
    if category in policy.sensitive:
        reasons.append(ReviewReason.SENSITIVE_CATEGORY)
    if policy.reads_reported and who.is_reported:
        reasons.append(ReviewReason.REPORTED_PERSON)
    return tuple(reasons)


def answer_by(urgency: Urgency, *, local_now: datetime) -> datetime:
    """Return by when it is read, on the town hall's clock: minutes are counted by day, from 8 to 19 h, Sundays too.

    >>> answer_by(Urgency.TODAY, local_now=datetime(2026, 11, 27, 18, 0)).isoformat()
    '2026-11-28T09:00:00'
    """
    left = timedelta(minutes=ANSWER_MINUTES[urgency])
    at = local_now
    while True:
        begins, ends = _day_of(at)
        at = max(at, begins)
        if at + left <= ends:
            return at + left
        left -= max(ends - at, timedelta(0))
        at = begins + timedelta(days=1)


def _day_of(at: datetime) -> tuple[datetime, datetime]:
    day = at.replace(minute=0, second=0, microsecond=0)
    return day.replace(hour=DAY_BEGINS.hour), day.replace(hour=DAY_ENDS.hour)

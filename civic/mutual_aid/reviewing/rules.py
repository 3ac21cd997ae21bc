"""Which requests are read before volunteers are asked, and by when. No database, no clock."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from civic.kernel.text import fold
from civic.mutual_aid.disclosure import find_private
from civic.mutual_aid.rules import Category, Urgency


class ReviewReason(StrEnum):
    """``reported_person`` is one reason for two: what the moderation hid, and a worry that only a safeguarding officer may know of."""

    FIRST_REQUEST = "first_request"
    SENSITIVE_CATEGORY = "sensitive_category"
    REPORTED_PERSON = "reported_person"
    EARLIER_DOUBT = "earlier_doubt"
    CHANGED = "changed"


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
        is_reported: the moderation hid something that she wrote here, or a safeguarding officer has a file about her.
        is_in_doubt: the town hall set a request of hers aside, and nobody has lifted the doubt.
    """

    has_asked: bool
    is_known: bool
    is_reported: bool
    is_in_doubt: bool = False


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
    if who.is_in_doubt:
        reasons.append(ReviewReason.EARLIER_DOUBT)
    return tuple(reasons)


LATER_IS_THE_SAME = timedelta(days=1)
"""Help that may come until the next day is the help that was read; one that may come for a fortnight is not."""


@dataclass(frozen=True)
class Asked:
    """What is read of a request before volunteers are asked: instants on the town hall's clock."""

    category: str
    title: str
    text: str
    territory_id: int
    starts_at: datetime
    ends_at: datetime
    languages: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        plain = asdict(self)
        return {**plain, "starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}

    @classmethod
    def from_stored(cls, kept: dict[str, Any]) -> "Asked":
        instants = {name: datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at")}
        lists = {name: tuple(kept[name]) for name in ("languages", "wishes")}
        return cls(**{**kept, **instants, **lists})

    @property
    def words(self) -> tuple[str, ...]:
        """The words alone: another case, a comma or a line more does not change what is asked."""
        return tuple(fold(f"{self.title}\n{self.text}").split())

    @property
    def public_words(self) -> tuple[str, ...]:
        """The words without what nobody needs to know (a name, a number), which the page asks people to take out."""
        title, text = self.title, self.text
        for private in find_private(title, text):
            title, text = title.replace(private, " "), text.replace(private, " ")
        return replace(self, title=title, text=text).words


def has_changed(read: Asked, now: Asked, *, comes_back: bool = False) -> bool:
    """Tell whether a request is no longer the one that was read, so that somebody reads it again.

    Args:
        comes_back: it is another time of a series: its day may differ, the day of the week and the hours may not.
    """
    if _lasting(read) != _lasting(now) or now.words not in (read.words, read.public_words):
        return True
    if comes_back:
        return _hours(read) != _hours(now)
    return now.starts_at < read.starts_at or now.ends_at > read.ends_at + LATER_IS_THE_SAME


def _lasting(asked: Asked) -> tuple[object, ...]:
    return asked.category, asked.territory_id, sorted(asked.languages), sorted(asked.wishes)


def _hours(asked: Asked) -> tuple[int, time, time]:
    return asked.starts_at.isoweekday(), asked.starts_at.time(), asked.ends_at.time()


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

"""When an answer is due, who is reminded of it and when, and what may be published. Days are those of the town hall's calendar."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from civic.kernel.clock import TOWN_TIME, from_town_time
from civic.kernel.errors import N_
from civic.proposals.answers.errors import PromiseIsKept
from civic.proposals.rules import Decision

REMINDED_AT = time(8)
"""All reminders of a day leave at the same minute, so that one person gets one mail."""
FIRST_IN_CHARGE = 2
"""The first person in charge is reminded twice: before the date, and on it."""

RETAINED = frozenset({Decision.ACCEPTED, Decision.PARTLY_ACCEPTED, Decision.DONE})
"""What is answered of a proposal that the town hall takes up: it may then commit itself."""


@dataclass(frozen=True)
class Promise:
    """What a consultation promises, shown from its first day.

    Attributes:
        threshold: from how many supports on a proposal gets an answer; 0: each one does.
        days: within how many days of that support.
        remind_days: how long before the date, then between two reminders, who is in charge is told.
        needs_reading: whether an answer is published only once a second person agreed to it.
    """

    threshold: int = 10
    days: int = 60
    remind_days: int = 7
    needs_reading: bool = False

    def is_reached(self, supports: int) -> bool:
        return supports >= self.threshold


class Wait(StrEnum):
    """Where an answer that was promised stands: computed, never stored."""

    AWAITED = "awaited"
    LATE = "late"
    IN_TIME = "in_time"
    ANSWERED_LATE = "answered_late"


class Verdict(StrEnum):
    """What the second person says of a draft."""

    AGREED = "agreed"
    TO_CHANGE = "to_change"


@dataclass(frozen=True)
class Reading:
    """That a draft was shown to a second person. ``read_version``: the text that she read; an answer changed since is unread again."""

    asked_version: int
    verdict: Verdict | None = None
    read_version: int | None = None


class Lack(StrEnum):
    """Why an answer cannot be published now."""

    NO_DRAFT = "no_draft"
    WITHHELD = "withheld"
    CHANGED = "changed"
    UNREAD = "unread"
    AWAITS_READING = "awaits_reading"
    TO_CHANGE = "to_change"
    COMMITS = "commits"


LACKS = {
    Lack.NO_DRAFT: N_("Aucune réponse n’est rédigée : elle a été publiée ou retirée entre-temps."),
    Lack.WITHHELD: N_("Cette proposition n’est plus visible des habitants : on n’y répond plus."),
    Lack.CHANGED: N_("Cette réponse a été modifiée depuis que vous l’avez lue : relisez-la."),
    Lack.UNREAD: N_("Une seconde personne doit la relire avant la publication."),
    Lack.AWAITS_READING: N_("Sa relecture a été demandée, et l’avis n’est pas encore donné."),
    Lack.TO_CHANGE: N_("La seconde personne a demandé de la modifier."),
    Lack.COMMITS: N_(
        "Un engagement y est préparé, et la décision n’est pas de retenir la proposition : changez l’une ou supprimez l’autre."
    ),
}


def town_day(instant: datetime) -> date:
    """Return the date on the town hall's calendar at an instant."""
    return instant.astimezone(TOWN_TIME).date()


def due_at(since: datetime, days: int) -> datetime:
    """Return when the time is over: at the end of the last day, on the town hall's clock."""
    return from_town_time(datetime.combine(town_day(since) + timedelta(days=days + 1), time(0)))


def last_day(due: datetime) -> date:
    """Return the last day on which an answer is in time."""
    return town_day(due - timedelta(seconds=1))


def days_waited(since: datetime, *, at: datetime) -> int:
    return max(0, (town_day(at) - town_day(since)).days)


def days_late(due: datetime, *, at: datetime) -> int:
    """Return how many days have gone by since the last day in time; 0 when it is not over."""
    return max(0, (town_day(at) - last_day(due)).days)


def wait_of(due: datetime, answered_at: datetime | None, *, at: datetime) -> Wait:
    if answered_at is not None:
        return Wait.IN_TIME if answered_at < due else Wait.ANSWERED_LATE
    return Wait.AWAITED if at < due else Wait.LATE


def settles(decision: Decision) -> bool:
    """« À l’étude » says that the town hall read the proposal, not what it does of it: the answer stays due."""
    return decision is not Decision.STUDYING


def extended_due_at(due: datetime, days: int, *, at: datetime, is_extended: bool) -> datetime | None:
    """Return until when « à l’étude » puts the answer off: once, by the same delay, and only if said in time. None when it does not."""
    if is_extended or at >= due:
        return None
    return max(due, due_at(at, days))


def reminder_at(step: int, due: datetime, remind_days: int, *, after: datetime) -> datetime:
    """Return when a step's reminder leaves: the first before the date, the second on it, each other one so many days later.

    One whose day is past leaves on the next morning after ``after``.
    """
    day = last_day(due) + timedelta(days=(step - 1) * remind_days)
    planned = _morning(day)
    if planned > after:
        return planned
    today = town_day(after)
    return _morning(today) if _morning(today) > after else _morning(today + timedelta(days=1))


def _morning(day: date) -> datetime:
    return from_town_time(datetime.combine(day, REMINDED_AT))


def rank_of(step: int) -> int:
    """Return whom a step reminds, by her rank among those in charge; beyond the last of them, the agents of the town hall."""
    return max(0, step - FIRST_IN_CHARGE + 1)


def ensure_kept(before: Promise, after: Promise) -> None:
    """Refuse to promise less than residents have read. Raises PromiseIsKept."""
    wrong = [name for name in ("threshold", "days") if getattr(after, name) > getattr(before, name)]
    if wrong:
        raise PromiseIsKept(fields={name: [PromiseIsKept.message] for name in wrong})


def lack_of(reading: Reading | None, version: int, *, needs_reading: bool) -> Lack | None:
    """Return what the reading of a draft lacks before it may be published."""
    if reading is None:
        return Lack.UNREAD if needs_reading else None
    if reading.verdict is None:
        return Lack.AWAITS_READING
    if reading.read_version != version:
        return Lack.UNREAD if needs_reading else None
    return Lack.TO_CHANGE if reading.verdict is Verdict.TO_CHANGE else None

"""A sitting from its convocation to its minutes. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_ITEMS = 40
MOST_PLACES = 5_000
LONGEST_QUESTION = 500
MOST_QUESTIONS_SHOWN = 20
"""Of each item, on the page that follows a sitting; the others are on the pages of their item, which hold as many."""
TOP_QUESTIONS = 4
"""What a wall shows of them: as many as are read from the back of a room."""
QUESTIONS_PER_PERSON = 5
"""On one item: a neighbour who has more to say takes the floor."""
MOST_WAITING_MINUTES = 30
"""Before its hour, a sitting is opened at most so long: people arrive."""


class MemberAnswer(StrEnum):
    """What a member answers to the convocation."""

    COMING = "coming"
    EXCUSED = "excused"


class Presence(StrEnum):
    """What the roll call says of a seat, in the order in which minutes tell it."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class SittingState(StrEnum):
    """Where a sitting that is followed live has got to."""

    PLANNED = "planned"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class ItemState(StrEnum):
    COMING = "coming"
    OPEN = "open"
    DONE = "done"


class QuestionState(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"
    SET_ASIDE = "set_aside"


class Approval(StrEnum):
    """Who approved the minutes."""

    CHAIR = "chair"
    SITTING = "sitting"


def state_of(
    opened_at: datetime | None, suspended_at: datetime | None, closed_at: datetime | None
) -> SittingState:
    if opened_at is None:
        return SittingState.PLANNED
    if closed_at is not None:
        return SittingState.CLOSED
    return SittingState.SUSPENDED if suspended_at is not None else SittingState.OPEN


def item_state(opened_at: datetime | None, closed_at: datetime | None) -> ItemState:
    if opened_at is None:
        return ItemState.COMING
    return ItemState.OPEN if closed_at is None else ItemState.DONE


def may_open(starts_at: datetime, *, at: datetime) -> bool:
    """Tell whether a sitting may begin: from half an hour before its hour."""
    return at >= starts_at - timedelta(minutes=MOST_WAITING_MINUTES)


def moved(ids: Sequence[int], one: int, *, by: int) -> list[int]:
    """Return an order with one of its members moved by one place; at an end it stays there."""
    order = list(ids)
    here = order.index(one)
    there = min(max(here + by, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    return order


@dataclass(frozen=True)
class CalledItem:
    """What a convocation says of an item of the agenda."""

    title: str
    presenter: str
    text: str
    link: str


def digest_of_call(starts_at: datetime, place: str, agenda: str, items: Iterable[CalledItem]) -> str:
    """Return what tells one convocation from another: the date, the place, what is on the agenda."""
    parts = [starts_at.isoformat(timespec="minutes"), place, agenda]
    parts += [part for item in items for part in (item.title, item.presenter, item.text, item.link)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def fingerprint_of(minutes: str) -> str:
    """Return the SHA-256 of minutes, as anybody computes it from the file that is published with them."""
    return hashlib.sha256(minutes.encode()).hexdigest()

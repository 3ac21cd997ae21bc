"""What the town hall says of a draw, in what state it is, and what somebody who was drawn said."""

from dataclasses import dataclass
from enum import StrEnum


class DrawState(StrEnum):
    DRAFT = "draft"
    FROZEN = "frozen"
    DRAWN = "drawn"
    CANCELLED = "cancelled"


class PlaceState(StrEnum):
    CALLED = "called"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True)
class DrawWish:
    """What the town hall says of a draw."""

    title: str
    purpose: str
    seats: int
    substitutes: int
    keep_days: int
    shows_list: bool

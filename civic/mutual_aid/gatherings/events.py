from dataclasses import dataclass
from datetime import datetime

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class GatheringFact(DomainEvent):
    gathering_id: int
    territory_id: int
    organisation_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class GatheringDrafted(GatheringFact):
    pass


@dataclass(frozen=True, kw_only=True)
class GatheringPublished(GatheringFact):
    pass


@dataclass(frozen=True, kw_only=True)
class GatheringCancelled(GatheringFact):
    """``person_ids`` had a place, or waited for one: they are told."""

    person_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ShiftChanged(GatheringFact):
    """A shift was added, or has more places or fewer."""

    shift_id: int


@dataclass(frozen=True, kw_only=True)
class PlaceChanged(DomainEvent):
    """Somebody has a place, waits for one, gave hers up, or did not answer in time. ``actor_id`` is None when a timer did it."""

    place_id: int
    shift_id: int
    person_id: int
    actor_id: int | None
    state: str


@dataclass(frozen=True, kw_only=True)
class PlaceOffered(DomainEvent):
    """A freed place is kept for the next of the list, alone, until an instant."""

    place_id: int
    shift_id: int
    person_id: int
    held_until: datetime


@dataclass(frozen=True, kw_only=True)
class PlaceIsTomorrow(DomainEvent):
    place_id: int
    shift_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PlacesSeen(DomainEvent):
    """Somebody of the association read who is expected."""

    gathering_id: int
    actor_id: int

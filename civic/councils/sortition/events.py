from dataclasses import dataclass, field
from datetime import datetime

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class DrawFact(DomainEvent):
    draw_id: int
    territory_id: int


@dataclass(frozen=True, kw_only=True)
class DrawPrepared(DrawFact):
    """A draft was made, changed, or deleted; or its list was read."""

    actor_id: int


@dataclass(frozen=True, kw_only=True)
class DrawFrozen(DrawFact):
    actor_id: int
    list_sha256: str


@dataclass(frozen=True, kw_only=True)
class DrawCancelled(DrawFact):
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class LotsDrawn(DrawFact):
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class PlaceCalled(DrawFact):
    """Somebody was drawn: the panel, then whoever replaces who declined. The journal, which is kept, is not told who."""

    place_id: int
    person_id: int | None = field(metadata={"is_secret": True})


@dataclass(frozen=True, kw_only=True)
class PlaceReminded(DrawFact):
    """Somebody who was drawn has not answered, and her last days have come. The journal is not told who."""

    place_id: int
    person_id: int = field(metadata={"is_secret": True})
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class PlaceAnswered(DrawFact):
    """Which of the two is not said to the journal's readers beyond what the page says.

    Attributes:
        actor_id: the agent who noted it; None for who was drawn and answers herself: the journal is kept, and would know her for ever.
    """

    place_id: int
    actor_id: int | None
    is_accepted: bool = field(metadata={"is_secret": True})


@dataclass(frozen=True, kw_only=True)
class DrawListErased(DrawFact):
    """The list is erased: its fingerprint and counts stay."""


@dataclass(frozen=True, kw_only=True)
class DrawnNamesSeen(DrawFact):
    """An agent read the names of those who were drawn."""

    actor_id: int

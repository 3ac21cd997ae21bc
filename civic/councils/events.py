from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CouncilChanged(DomainEvent):
    """A council was made, or its page or seats changed."""

    council_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class SittingChanged(DomainEvent):
    sitting_id: int
    council_id: int
    territory_id: int
    actor_id: int
    is_published: bool

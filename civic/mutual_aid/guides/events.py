from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class GuideWritten(DomainEvent):
    guide_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class GuideRemoved(DomainEvent):
    guide_id: int
    territory_id: int
    actor_id: int

from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ConsultationDrafted(DomainEvent):
    consultation_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ConsultationRevised(DomainEvent):
    consultation_id: int
    territory_id: int
    actor_id: int
    version: int


@dataclass(frozen=True, kw_only=True)
class ConsultationPublished(DomainEvent):
    consultation_id: int
    territory_id: int
    actor_id: int

from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ConsultationDrafted(DomainEvent):
    """``template``: the key of what it began from. ``copied_from_id``: the consultation that it took up."""

    consultation_id: int
    territory_id: int
    actor_id: int
    template: str | None = None
    copied_from_id: int | None = None


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

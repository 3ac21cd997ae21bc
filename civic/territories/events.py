from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class BoundariesImported(DomainEvent):
    actor_id: int
    territory_id: int
    added: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class AddressesImported(DomainEvent):
    actor_id: int
    territory_id: int
    added: int
    moved: int

from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PersonSignedUp(DomainEvent):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class EmailConfirmed(DomainEvent):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class SignedOut(DomainEvent):
    """Sockets opened under these sessions are to be closed."""

    person_id: int
    sign_in_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RolesChanged(DomainEvent):
    actor_id: int | None
    person_id: int
    territory_id: int
    role: str
    is_granted: bool


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(DomainEvent):
    actor_id: int
    person_id: int
    sign_in_ids: tuple[int, ...]

from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(DomainEvent):
    certificate_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class CertificateChecked(DomainEvent):
    """Somebody who holds the sheet read again what it says. ``actor_id`` is None for who has no account."""

    certificate_id: int
    subject_person_id: int
    actor_id: int | None

from dataclasses import dataclass
from datetime import date

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ProofRecorded(DomainEvent):
    """An agent met a volunteer, or was shown a document. ``mode`` is which."""

    proof_id: int
    person_id: int
    actor_id: int
    mode: str


@dataclass(frozen=True, kw_only=True)
class ProofRemoved(DomainEvent):
    """It was written down by mistake, or the person asked."""

    proof_id: int
    person_id: int
    actor_id: int
    mode: str


@dataclass(frozen=True, kw_only=True)
class VettingRuleChanged(DomainEvent):
    territory_id: int
    actor_id: int
    category: str
    mode: str
    honourability: bool


@dataclass(frozen=True, kw_only=True)
class AgreementRecorded(DomainEvent):
    """Somebody who answers for a minor agreed, before an agent, that she volunteers."""

    person_id: int
    actor_id: int
    agreed_on: date


@dataclass(frozen=True, kw_only=True)
class VettingSeen(DomainEvent):
    """Somebody of the town hall read how far a volunteer was checked."""

    person_id: int
    actor_id: int

from dataclasses import dataclass, field
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


@dataclass(frozen=True, kw_only=True)
class PersonBlocked(DomainEvent):
    """Two persons are never put together again. The one who was blocked is not told, nor anybody who reads a screen: not even that of
    the journal."""

    actor_id: int
    person_id: int = field(metadata={"is_secret": True})


@dataclass(frozen=True, kw_only=True)
class BlockRemoved(DomainEvent):
    actor_id: int
    person_id: int = field(metadata={"is_secret": True})


@dataclass(frozen=True, kw_only=True)
class ConcernRaised(DomainEvent):
    """For the safeguarding officers. ``mode`` is the kind of worry; what was written is not here. Who told is in the file alone: whom it is
    about may be the one who reads the journal."""

    concern_id: int
    territory_id: int
    told_by_id: int = field(metadata={"is_secret": True})
    mode: str


@dataclass(frozen=True, kw_only=True)
class ConcernSeen(DomainEvent):
    concern_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ConcernHandled(DomainEvent):
    concern_id: int
    territory_id: int
    actor_id: int
    decision: str


@dataclass(frozen=True, kw_only=True)
class ConcernClosedFact(DomainEvent):
    """``told_by_id`` hears that it was looked into, and nothing more."""

    concern_id: int
    territory_id: int
    actor_id: int
    told_by_id: int | None = field(metadata={"is_secret": True})


@dataclass(frozen=True, kw_only=True)
class VolunteerSuspendedFact(DomainEvent):
    """What was asked of her is undone in the same transaction, and she is told why and how to answer."""

    person_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class SuspensionLifted(DomainEvent):
    person_id: int
    territory_id: int
    actor_id: int

from dataclasses import dataclass
from datetime import date

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PetitionFact(DomainEvent):
    petition_id: int
    territory_id: int


@dataclass(frozen=True, kw_only=True)
class PetitionSubmitted(PetitionFact):
    """It waits for the town hall to look at it: nobody else reads it. Also said when its text is written again."""

    actor_id: int


@dataclass(frozen=True, kw_only=True)
class PetitionWithdrawn(PetitionFact):
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class PetitionAdmitted(PetitionFact):
    """It is published, and signed from now on."""

    actor_id: int


@dataclass(frozen=True, kw_only=True)
class PetitionRefused(PetitionFact):
    actor_id: int
    rule: str


@dataclass(frozen=True, kw_only=True)
class PetitionSigned(PetitionFact):
    """Who signed is not said: a signature is an opinion, which no journal keeps."""

    signature_count: int


@dataclass(frozen=True, kw_only=True)
class SignatureWithdrawn(PetitionFact):
    signature_count: int


@dataclass(frozen=True, kw_only=True)
class PaperCounted(PetitionFact):
    actor_id: int
    sheet_id: int
    signature_count: int


@dataclass(frozen=True, kw_only=True)
class PaperRemoved(PetitionFact):
    actor_id: int
    sheet_id: int
    signature_count: int


@dataclass(frozen=True, kw_only=True)
class PetitionReached(PetitionFact):
    """It has the signatures that it needs: the council's decision is due."""


@dataclass(frozen=True, kw_only=True)
class PetitionEnded(PetitionFact):
    """Its time is over, paper counted, without the signatures that it needed."""


@dataclass(frozen=True, kw_only=True)
class PetitionPlanned(PetitionFact):
    """The day on which the council speaks of it is known. ``was_on``: the day that was known before, where there was one."""

    actor_id: int
    was_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class PetitionDecided(PetitionFact):
    actor_id: int
    decision: str


@dataclass(frozen=True, kw_only=True)
class DecisionsDue(DomainEvent):
    """Somebody of the town hall is reminded of petitions whose decision is due."""

    person_id: int
    petition_ids: tuple[int, ...]
    late_count: int


@dataclass(frozen=True, kw_only=True)
class PetitionRulesChanged(DomainEvent):
    territory_id: int
    actor_id: int

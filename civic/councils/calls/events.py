from dataclasses import dataclass, field

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CallFact(DomainEvent):
    call_id: int
    territory_id: int


@dataclass(frozen=True, kw_only=True)
class CallPrepared(CallFact):
    """A draft was made, changed or deleted; or it was said by which draw or poll seats are filled."""

    actor_id: int


@dataclass(frozen=True, kw_only=True)
class CallPublished(CallFact):
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class CallCancelled(CallFact):
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class CandidacyFiled(CallFact):
    """Somebody applied, or wrote her candidacy again. Who is not said: the journal is kept, and of a candidacy nothing is."""


@dataclass(frozen=True, kw_only=True)
class CandidacyWithdrawn(CallFact):
    """Somebody took her candidacy back: nothing of it is left, in the journal either."""


@dataclass(frozen=True, kw_only=True)
class CandidatesSeen(CallFact):
    """Somebody of the town hall read who applied."""

    actor_id: int


@dataclass(frozen=True, kw_only=True)
class CallDecided(CallFact):
    actor_id: int
    chosen: int
    candidate_ids: tuple[int, ...] = field(metadata={"is_secret": True})
    """Those who are told. Not in the journal, which would know them for ever once they are forgotten."""


@dataclass(frozen=True, kw_only=True)
class CandidaciesForgotten(CallFact):
    """Those who were not chosen are forgotten, on their day."""

from dataclasses import dataclass, field

from civic.kernel.events import DomainEvent

# The author of a content is told of what is decided, and not written in the journal: she may not publish her name.


@dataclass(frozen=True, kw_only=True)
class ContentFlagged(DomainEvent):
    flag_id: int
    actor_id: int
    subject_kind: str
    subject_id: int
    territory_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ContentHidden(DomainEvent):
    """``flagger_ids`` are the persons whose flags this decides."""

    decision_id: int
    actor_id: int
    author_id: int | None = field(metadata={"is_secret": True})
    subject_kind: str
    subject_id: int
    territory_id: int
    rule: str
    flagger_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class FlagsDismissed(DomainEvent):
    decision_id: int
    actor_id: int
    subject_kind: str
    subject_id: int
    territory_id: int
    flagger_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class DecisionUndone(DomainEvent):
    """The content is shown again, by a moderator's own motion."""

    decision_id: int
    actor_id: int
    author_id: int | None = field(metadata={"is_secret": True})
    subject_kind: str
    subject_id: int
    territory_id: int


@dataclass(frozen=True, kw_only=True)
class AppealLodged(DomainEvent):
    """``actor_id``: None where the author does not publish her name."""

    appeal_id: int
    decision_id: int
    actor_id: int | None
    territory_id: int


@dataclass(frozen=True, kw_only=True)
class AppealDecided(DomainEvent):
    appeal_id: int
    decision_id: int
    actor_id: int
    author_id: int = field(metadata={"is_secret": True})
    subject_kind: str
    subject_id: int
    territory_id: int
    is_restored: bool

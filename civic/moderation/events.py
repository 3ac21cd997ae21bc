from dataclasses import dataclass

from civic.kernel.events import DomainEvent


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
    author_id: int | None
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
    author_id: int | None
    subject_kind: str
    subject_id: int
    territory_id: int


@dataclass(frozen=True, kw_only=True)
class AppealLodged(DomainEvent):
    appeal_id: int
    decision_id: int
    actor_id: int
    territory_id: int


@dataclass(frozen=True, kw_only=True)
class AppealDecided(DomainEvent):
    appeal_id: int
    decision_id: int
    actor_id: int
    author_id: int
    subject_kind: str
    subject_id: int
    territory_id: int
    is_restored: bool

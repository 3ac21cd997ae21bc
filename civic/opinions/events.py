from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class StatementPublished(DomainEvent):
    statement_id: int
    consultation_id: int
    author_id: int


@dataclass(frozen=True, kw_only=True)
class PolisImported(DomainEvent):
    consultation_id: int
    statements: int
    participants: int
    reactions: int


@dataclass(frozen=True, kw_only=True)
class _OfThePrepared(DomainEvent):
    """About a statement that the town hall writes for residents to react to, before they can."""

    consultation_id: int
    territory_id: int
    actor_id: int
    statement_id: int


@dataclass(frozen=True, kw_only=True)
class StatementPrepared(_OfThePrepared):
    pass


@dataclass(frozen=True, kw_only=True)
class StatementCorrected(_OfThePrepared):
    pass


@dataclass(frozen=True, kw_only=True)
class StatementMoved(_OfThePrepared):
    pass


@dataclass(frozen=True, kw_only=True)
class StatementRemoved(_OfThePrepared):
    pass

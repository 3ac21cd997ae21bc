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

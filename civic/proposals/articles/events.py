from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class TextWritten(DomainEvent):
    consultation_id: int
    territory_id: int
    actor_id: int
    articles: int
    version: int


@dataclass(frozen=True, kw_only=True)
class ArticlesPublished(DomainEvent):
    """A text is published with its consultation. ``proposal_ids``: its articles, in their order."""

    consultation_id: int
    territory_id: int
    actor_id: int
    proposal_ids: tuple[int, ...]

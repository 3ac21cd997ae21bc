from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class _OfADocument(DomainEvent):
    """``title``: as residents read it, kept in the journal once the document is gone."""

    consultation_id: int
    territory_id: int
    actor_id: int
    document_id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class DocumentAdded(_OfADocument):
    digest: str


@dataclass(frozen=True, kw_only=True)
class DocumentRenamed(_OfADocument):
    pass


@dataclass(frozen=True, kw_only=True)
class DocumentMoved(_OfADocument):
    pass


@dataclass(frozen=True, kw_only=True)
class DocumentRemoved(_OfADocument):
    digest: str

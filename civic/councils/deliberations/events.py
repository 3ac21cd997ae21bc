from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class RecordFact(DomainEvent):
    record_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class RecordPrepared(RecordFact):
    """A draft was made, changed or deleted."""


@dataclass(frozen=True, kw_only=True)
class RecordPublished(RecordFact):
    """It is read by everybody from now on."""


@dataclass(frozen=True, kw_only=True)
class RecordCorrected(RecordFact):
    """It was changed once published, which its page says."""

    digest: str

from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SeriesBegun(DomainEvent):
    series_id: int
    territory_id: int
    requester_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class SeriesContinued(DomainEvent):
    """Its next occurrences were written ahead."""

    series_id: int
    requester_id: int
    occurrences: int


@dataclass(frozen=True, kw_only=True)
class SeriesChanged(DomainEvent):
    series_id: int
    requester_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class SeriesEndedByHand(DomainEvent):
    """Nothing of it is written ahead any more. ``actor_id`` is None when what became of an occurrence ended it."""

    series_id: int
    requester_id: int
    actor_id: int | None

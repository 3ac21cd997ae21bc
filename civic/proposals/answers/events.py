from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class TownPromiseSet(DomainEvent):
    territory_id: int
    actor_id: int
    threshold: int
    days: int


@dataclass(frozen=True, kw_only=True)
class PromiseSet(DomainEvent):
    consultation_id: int
    actor_id: int
    threshold: int
    days: int
    in_charge_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class AnswerExpected(DomainEvent):
    """A proposal reached the threshold."""

    proposal_id: int
    consultation_id: int


@dataclass(frozen=True, kw_only=True)
class AnswersDue(DomainEvent):
    """One person is reminded, once a day, of all that she is in charge of."""

    person_id: int
    proposal_ids: tuple[int, ...]
    late_count: int


@dataclass(frozen=True, kw_only=True)
class ReadingAsked(DomainEvent):
    reader_id: int
    actor_id: int
    answer_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ReadingDropped(DomainEvent):
    answer_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class AnswerRead(DomainEvent):
    """``asked_by_id``: who wanted the reading, None when she left; ``state``: the verdict."""

    answer_id: int
    proposal_id: int
    asked_by_id: int | None
    actor_id: int
    version: int
    state: str

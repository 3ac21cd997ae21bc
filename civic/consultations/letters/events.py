from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class _OfALetter(DomainEvent):
    consultation_id: int
    territory_id: int
    letter_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class LetterSent(_OfALetter):
    title: str


@dataclass(frozen=True, kw_only=True)
class LetterTakenBack(_OfALetter):
    pass

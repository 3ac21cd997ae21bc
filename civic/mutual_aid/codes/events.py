from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CodeSent(DomainEvent):
    """A code was sent to somebody's number. Neither the code nor the number is in it."""

    person_id: int
    request_id: int | None
    actor_id: int
    purpose: str  # "consent" or "phone"


@dataclass(frozen=True, kw_only=True)
class CodeUndelivered(DomainEvent):
    """The gateway refused the number for good."""

    person_id: int
    request_id: int | None
    purpose: str


@dataclass(frozen=True, kw_only=True)
class ConsentRefusedByText(DomainEvent):
    person_id: int
    request_id: int


@dataclass(frozen=True, kw_only=True)
class PhoneVerified(DomainEvent):
    person_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class AnswersStopped(DomainEvent):
    """A number was sent so many answers to its replies that it is sent no more until the next day."""

    person_id: int

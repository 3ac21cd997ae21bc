from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(DomainEvent):
    """She agrees no more, or refused: her request is cancelled and her contact erased."""

    request_id: int
    person_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class CallAsked(DomainEvent):
    """Somebody is to be called. ``actor_id`` is None when a request's step asks for it."""

    call_id: int
    request_id: int | None
    territory_id: int
    actor_id: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class CallMade(DomainEvent):
    call_id: int
    request_id: int | None
    territory_id: int
    actor_id: int | None
    decision: str  # "reached", "no_answer", "wrong_number" or "not_needed"


@dataclass(frozen=True, kw_only=True)
class CallerSeen(DomainEvent):
    """An agent saw the name and the number of somebody to call who has no request."""

    call_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class CallNamesSeen(DomainEvent):
    """An agent read the list of whom to call, with ``calls`` names in it."""

    territory_id: int
    actor_id: int
    calls: int


@dataclass(frozen=True, kw_only=True)
class StillNeededAsked(DomainEvent):
    """Little of the window is left: is it still needed? ``follower_id`` reads it on a screen."""

    request_id: int
    territory_id: int
    follower_id: int
    is_assisted: bool


@dataclass(frozen=True, kw_only=True)
class StillNeeded(DomainEvent):
    request_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class RequestExtended(DomainEvent):
    """It is for another window or neighbourhood: what was asked for the former is taken back, and the search counts with the new one."""

    request_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class SheetsPrinted(DomainEvent):
    territory_id: int
    actor_id: int
    sheets: int

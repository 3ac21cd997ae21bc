from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class MatchIsTomorrow(DomainEvent):
    """``requester_id`` is None for who reads no screen: she is called."""

    match_id: int
    request_id: int
    volunteer_id: int
    requester_id: int | None

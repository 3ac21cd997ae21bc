from dataclasses import dataclass
from datetime import datetime

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ReviewAsked(DomainEvent):
    """A request waits to be read, until ``due_at``."""

    request_id: int
    territory_id: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewOverdue(DomainEvent):
    """Nobody read it in time."""

    request_id: int
    territory_id: int


@dataclass(frozen=True, kw_only=True)
class RequestReviewed(DomainEvent):
    request_id: int
    territory_id: int
    actor_id: int
    decision: str  # "accepted", "redirected" or "duplicate"
    is_own: bool  # the only agent read her own


@dataclass(frozen=True, kw_only=True)
class ReviewSettingsChanged(DomainEvent):
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ReferralsChanged(DomainEvent):
    territory_id: int
    actor_id: int
    referral_id: int

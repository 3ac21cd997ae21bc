from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CoauthorInvited(DomainEvent):
    proposal_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class CoauthorSigned(DomainEvent):
    """``is_coauthor``: False when she no longer signs."""

    proposal_id: int
    actor_id: int
    is_coauthor: bool


@dataclass(frozen=True, kw_only=True)
class SignedTextChanged(DomainEvent):
    """One of several who sign a text changed it. ``version``: its number."""

    proposal_id: int
    version: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class AnonymousAuthorSeen(DomainEvent):
    """Somebody of the town hall asked who wrote a proposal that is published without a name. The journal says who asked, not the name."""

    proposal_id: int
    actor_id: int

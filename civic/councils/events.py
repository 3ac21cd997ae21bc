from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CouncilChanged(DomainEvent):
    """A council was made, or its page or seats changed."""

    council_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class SittingChanged(DomainEvent):
    sitting_id: int
    council_id: int
    territory_id: int
    actor_id: int
    is_published: bool


@dataclass(frozen=True, kw_only=True)
class SittingVoteOpened(DomainEvent):
    vote_id: int
    sitting_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class SittingVoteClosed(DomainEvent):
    vote_id: int
    sitting_id: int
    actor_id: int
    is_adopted: bool

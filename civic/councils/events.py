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
class SittingVoiceCast(DomainEvent):
    """Somebody answered in a named vote. Says neither who nor what.

    Attributes:
        answered, voices: how many have answered, of how many.
    """

    vote_id: int
    answered: int
    voices: int


@dataclass(frozen=True, kw_only=True)
class SittingVoteClosed(DomainEvent):
    """The result of a vote is in the minutes. ``actor_id`` None: a timer wrote it, at the closing of a secret vote."""

    vote_id: int
    sitting_id: int
    actor_id: int | None
    is_adopted: bool

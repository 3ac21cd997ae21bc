from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CommitmentFact(DomainEvent):
    commitment_id: int
    proposal_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class CommitmentDrafted(CommitmentFact):
    pass


@dataclass(frozen=True, kw_only=True)
class CommitmentDraftDeleted(CommitmentFact):
    pass


@dataclass(frozen=True, kw_only=True)
class CommitmentMade(CommitmentFact):
    """Residents read it from now on."""


@dataclass(frozen=True, kw_only=True)
class MilestoneAdded(CommitmentFact):
    milestone_id: int


@dataclass(frozen=True, kw_only=True)
class MilestoneDone(CommitmentFact):
    milestone_id: int


@dataclass(frozen=True, kw_only=True)
class MilestoneReopened(CommitmentFact):
    """It had been said done by mistake, some minutes ago."""

    milestone_id: int


@dataclass(frozen=True, kw_only=True)
class CommitmentTold(CommitmentFact):
    """The town hall gave news of it, in words."""


@dataclass(frozen=True, kw_only=True)
class PhotographAdded(CommitmentFact):
    photograph_id: int


@dataclass(frozen=True, kw_only=True)
class PhotographRemoved(CommitmentFact):
    photograph_id: int


@dataclass(frozen=True, kw_only=True)
class CommitmentDropped(CommitmentFact):
    pass


@dataclass(frozen=True, kw_only=True)
class CommitmentsMoved(DomainEvent):
    """What moved since the last evening: those who follow these proposals are told once. Both lists are in the same order, by news."""

    news_ids: tuple[int, ...]
    proposal_ids: tuple[int, ...]

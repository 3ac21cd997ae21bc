from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ArgumentAnswered(DomainEvent):
    """``argument_id``: the answer. ``parent_id``: the argument whose thread it is in. ``answered_author_id``: None when that account was deleted."""

    argument_id: int
    parent_id: int
    proposal_id: int
    author_id: int
    answered_author_id: int | None


@dataclass(frozen=True, kw_only=True)
class ArgumentTakenBack(DomainEvent):
    """Its author withdrew it, or the agent who had typed it by mistake, and its words were deleted."""

    argument_id: int
    proposal_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ArgumentMarked(DomainEvent):
    """``is_marked``: False when the mark was taken back. ``tells_hidden_total``: as in ``ProposalSupported``."""

    argument_id: int
    proposal_id: int
    is_marked: bool
    tells_hidden_total: bool = False

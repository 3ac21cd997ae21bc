from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ProposalPublished(DomainEvent):
    """``author_id`` is None for one that the town hall typed from a sheet."""

    proposal_id: int
    consultation_id: int
    territory_id: int
    author_id: int | None
    title: str
    hides_author: bool = False


@dataclass(frozen=True, kw_only=True)
class ProposalEdited(DomainEvent):
    """``actor_id``, here and below: None where the author does not publish her name."""

    proposal_id: int
    consultation_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class ProposalWithdrawn(DomainEvent):
    """By its author, or by the agent who had typed it by mistake."""

    proposal_id: int
    consultation_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class ProposalRestored(DomainEvent):
    """Its author had withdrawn it, and took that back."""

    proposal_id: int
    consultation_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class ProposalSupported(DomainEvent):
    """``tells_hidden_total``: a phase hides the supports of its consultation, hence the journal, which agents read, does not hold it."""

    proposal_id: int
    support_count: int
    tells_hidden_total: bool = False


@dataclass(frozen=True, kw_only=True)
class SupportWithdrawn(DomainEvent):
    """``tells_hidden_total``: as in ``ProposalSupported``."""

    proposal_id: int
    support_count: int
    tells_hidden_total: bool = False


@dataclass(frozen=True, kw_only=True)
class ArgumentPublished(DomainEvent):
    """``author_id`` is None for one that the town hall typed from a sheet; ``proposal_author_id``, when the author of the proposal deleted the account."""

    argument_id: int
    proposal_id: int
    author_id: int | None
    proposal_author_id: int | None
    hides_author: bool = False


@dataclass(frozen=True, kw_only=True)
class AnswerDrafted(DomainEvent):
    proposal_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class AnswerPublished(DomainEvent):
    """``author_id`` is the proposal's."""

    proposal_id: int
    answer_id: int
    decision: str
    actor_id: int
    author_id: int | None
    hides_author: bool = False


@dataclass(frozen=True, kw_only=True)
class AnswersPublished(DomainEvent):
    """One or several answers were published together: who is told is told once. Both lists are in the same order."""

    actor_id: int
    proposal_ids: tuple[int, ...]
    answer_ids: tuple[int, ...]

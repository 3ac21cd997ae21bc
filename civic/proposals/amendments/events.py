from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class AmendmentProposed(DomainEvent):
    amendment_id: int
    proposal_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class AmendmentDecided(DomainEvent):
    """``actor_id``: None where who decided does not publish her name. ``author_id``: the amendment's."""

    amendment_id: int
    proposal_id: int
    is_accepted: bool
    actor_id: int | None
    author_id: int | None


@dataclass(frozen=True, kw_only=True)
class TextAmended(DomainEvent):
    """The text of a proposal became another. ``version``: its number."""

    proposal_id: int
    amendment_id: int
    version: int


@dataclass(frozen=True, kw_only=True)
class AmendmentWithdrawn(DomainEvent):
    amendment_id: int
    proposal_id: int
    actor_id: int

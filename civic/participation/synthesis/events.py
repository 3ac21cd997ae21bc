from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SynthesisAsked(DomainEvent):
    consultation_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class SynthesisPublished(DomainEvent):
    consultation_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class SynthesisUnpublished(DomainEvent):
    consultation_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ThemeRenamed(DomainEvent):
    consultation_id: int
    theme_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ThemesMerged(DomainEvent):
    """``theme_id`` is the one that stays."""

    consultation_id: int
    theme_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ProposalMovedToTheme(DomainEvent):
    """``theme_id`` is None where it was put in no theme."""

    consultation_id: int
    proposal_id: int
    theme_id: int | None
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class PopulationKept(DomainEvent):
    territory_id: int
    actor_id: int
    rows: int

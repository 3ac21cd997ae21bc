from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ContributionSheetsPrinted(DomainEvent):
    consultation_id: int
    actor_id: int
    sheets: int


@dataclass(frozen=True, kw_only=True)
class ContributionTyped(DomainEvent):
    consultation_id: int
    sheet_id: int
    channel: str
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionTakenBack(DomainEvent):
    """It was typed by mistake."""

    consultation_id: int
    sheet_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionNameSeen(DomainEvent):
    """An agent read the name, or the telephone number, that somebody wrote on a sheet."""

    consultation_id: int
    sheet_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ContributionNamesForgotten(DomainEvent):
    sheets: int

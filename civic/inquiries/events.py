from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class InquiryFact(DomainEvent):
    inquiry_id: int
    territory_id: int


@dataclass(frozen=True, kw_only=True)
class InquiryByFact(InquiryFact):
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class InquiryDrafted(InquiryByFact):
    """Written, or written again: nobody else reads it."""


@dataclass(frozen=True, kw_only=True)
class InquiryAnnounced(InquiryByFact):
    """Its notice is published."""


@dataclass(frozen=True, kw_only=True)
class InquiryTakenBack(InquiryByFact):
    """Its notice is published no more: it is corrected before it opens."""


@dataclass(frozen=True, kw_only=True)
class CommissionersNamed(InquiryByFact):
    person_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class DossierChanged(InquiryByFact):
    document_id: int
    is_removed: bool


@dataclass(frozen=True, kw_only=True)
class SessionsChanged(InquiryByFact):
    session_id: int


@dataclass(frozen=True, kw_only=True)
class ObservationDeposited(InquiryFact):
    """On the site. Who wrote it is not said: an account has nothing to do with it."""

    number: int


@dataclass(frozen=True, kw_only=True)
class ObservationTyped(InquiryByFact):
    number: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class ObservationMasked(InquiryByFact):
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class MaskLifted(InquiryByFact):
    number: int


@dataclass(frozen=True, kw_only=True)
class ObservationSeen(InquiryByFact):
    """The contact of who wrote an observation, or what is masked of it, was read."""

    number: int


@dataclass(frozen=True, kw_only=True)
class MaskedFileOpened(InquiryByFact):
    """Somebody who answers for the mask read what it hides. ``rank``: of the file."""

    number: int
    rank: int


@dataclass(frozen=True, kw_only=True)
class InquiryProlonged(InquiryByFact):
    pass


@dataclass(frozen=True, kw_only=True)
class InquiryStudied(InquiryByFact):
    """Themes, notes or answers changed."""


@dataclass(frozen=True, kw_only=True)
class ReportPublished(InquiryByFact):
    pass


@dataclass(frozen=True, kw_only=True)
class ContactsForgotten(InquiryFact):
    count: int

from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class OfferPosted(DomainEvent):
    offer_id: int
    territory_id: int
    actor_id: int
    organisation_id: int | None


@dataclass(frozen=True, kw_only=True)
class OfferChanged(DomainEvent):
    """``state`` is active, paused or ended."""

    offer_id: int
    territory_id: int
    actor_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class OfferHidden(DomainEvent):
    """The moderation hid an offer, or shows it again."""

    offer_id: int
    is_hidden: bool


@dataclass(frozen=True, kw_only=True)
class RequestOpened(DomainEvent):
    """Volunteers may be asked from now on: stated after its RequestChanged. ``actor_id`` is None when a timer did it.

    ``follower_id`` follows the request on a screen: the requester, or the agent who wrote it for somebody who telephoned.
    """

    request_id: int
    territory_id: int
    requester_id: int
    follower_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class RequestChanged(DomainEvent):
    """A request entered a state, whatever the reason. ``actor_id`` is None when a timer did it."""

    request_id: int
    territory_id: int
    requester_id: int
    follower_id: int
    actor_id: int | None
    state: str
    former_state: str | None = None


@dataclass(frozen=True, kw_only=True)
class RequestCorrected(RequestChanged):
    """Its title or its text was written anew; its state is the same."""


@dataclass(frozen=True, kw_only=True)
class ContactCorrected(DomainEvent):
    """Her name, number or address was written anew: who comes to her looks at them again. What they are is not in the fact."""

    request_id: int
    territory_id: int
    actor_id: int
    subject_person_id: int


@dataclass(frozen=True, kw_only=True)
class RequestCancelled(DomainEvent):
    """Stated after its RequestChanged; what was asked of volunteers is undone in the same transaction."""

    request_id: int
    territory_id: int
    requester_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ConsentRecorded(DomainEvent):
    """``actor_id`` is None for the next occurrence of a series, to which she agreed with the first."""

    request_id: int
    person_id: int
    actor_id: int | None
    mode: str
    text_version: str

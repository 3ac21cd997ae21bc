"""Offers of help, as they are read."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.accounts.models import Person
from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.kernel.moderated import ModeratedContent
from civic.kernel.pagination import Page, paginate
from civic.mutual_aid.errors import OfferMasked, OfferNotFound
from civic.mutual_aid.models import Charter, Offer, OfferArea
from civic.mutual_aid.rules import (
    CHARTER_VERSION,
    Category,
    OfferState,
    Slot,
)
from civic.territories import queries as territories


@dataclass(frozen=True)
class PublishedOffer:
    """An offer as it is read: no contact, and the author's name for the pages of those who are signed in alone."""

    id: int
    territory_id: int
    author_id: int
    author_name: str
    organisation_id: int | None
    organisation_name: str | None
    category: Category
    title: str
    text: str
    state: OfferState
    area_ids: tuple[int, ...]
    area_names: tuple[str, ...]
    max_distance_metres: int | None
    slots: tuple[Slot, ...]
    created_at: datetime
    is_hidden: bool


def get_offer(offer_id: int) -> Offer:
    """Raises OfferNotFound."""
    offer = db.session.get(Offer, offer_id)
    if offer is None:
        raise OfferNotFound
    return offer


def get_visible_offer(actor: Actor, offer_id: int) -> Offer:
    """Return an offer that this person may read: its author reads it in each state, others while it is active and not hidden.

    Raises:
        OfferNotFound: there is none, or it is not for this reader.
    """
    offer = get_offer(offer_id)
    is_own = offer.author_id == actor.person_id or offer.organisation_id in actor.organisation_ids
    if not is_own and offer.state is not OfferState.ACTIVE:
        raise OfferNotFound
    if not is_own and offer.hidden_at is not None:
        raise OfferMasked("offer", offer.id)
    return offer


def list_offers(
    *, category: Category | None = None, territory_id: int | None = None, number: int = 1, size: int = 20
) -> Page[PublishedOffer]:
    """List the offers that hold, newest first.

    Args:
        category: only these.
        territory_id: only those for this neighbourhood, or for the whole commune.
    """
    query = (
        sa.select(Offer)
        .where(Offer.state == OfferState.ACTIVE, Offer.hidden_at.is_(None), _is_somebody_s())
        .order_by(Offer.created_at.desc(), Offer.id.desc())
    )
    if category is not None:
        query = query.where(Offer.category == category)
    if territory_id is not None:
        areas = sa.select(OfferArea.offer_id)
        query = query.where(
            sa.or_(
                Offer.id.in_(areas.where(OfferArea.territory_id.in_((territory_id, Offer.territory_id)))),
                Offer.id.not_in(areas),
            )
        )
    return _published(paginate(query, number=number, size=size))


def _is_somebody_s() -> sa.ColumnElement[bool]:
    """Whether an association is behind an offer, or a person whose account is open."""
    there = sa.select(Person.id).where(Person.deactivated_at.is_(None))
    return sa.or_(Offer.organisation_id.is_not(None), Offer.author_id.in_(there))


def list_own_offers(actor: Actor, *, number: int = 1, size: int = 20) -> Page[PublishedOffer]:
    """List the offers of a person and of the associations that she speaks for, those that hold first."""
    query = (
        sa.select(Offer)
        .where(sa.or_(Offer.author_id == actor.id, Offer.organisation_id.in_(actor.organisation_ids)))
        .order_by(Offer.state, Offer.created_at.desc(), Offer.id.desc())
    )
    return _published(paginate(query, number=number, size=size))


def present_offer(offer: Offer) -> PublishedOffer:
    return _published(Page([offer], 1, 1, 1)).items[0]


def _published(page: Page[Offer]) -> Page[PublishedOffer]:
    authors = accounts.names_of({offer.author_id for offer in page.items})
    organisations = accounts.organisation_names_of(
        {offer.organisation_id for offer in page.items if offer.organisation_id is not None}
    )
    places = territories.names_of({area_id for offer in page.items for area_id in offer.area_ids})
    items = [_publish(offer, authors, organisations, places) for offer in page.items]
    return Page(items, page.number, page.size, page.total)


def _publish(
    offer: Offer, authors: dict[int, str], organisations: dict[int, str], places: dict[int, str]
) -> PublishedOffer:
    return PublishedOffer(
        id=offer.id,
        territory_id=offer.territory_id,
        author_id=offer.author_id,
        author_name=authors[offer.author_id],
        organisation_id=offer.organisation_id,
        organisation_name=organisations.get(offer.organisation_id or 0),
        category=offer.category,
        title=offer.title,
        text=offer.text,
        state=offer.state,
        area_ids=offer.area_ids,
        area_names=tuple(sorted(places[area_id] for area_id in offer.area_ids)),
        max_distance_metres=offer.max_distance_metres,
        slots=tuple(Slot(slot.weekday, slot.part) for slot in offer.slots),
        created_at=offer.created_at,
        is_hidden=offer.hidden_at is not None,
    )


def has_accepted_charter(person_id: int) -> bool:
    accepted = sa.select(Charter.id).filter_by(person_id=person_id, version=CHARTER_VERSION)
    return db.session.scalar(accepted) is not None


def has_offer_that_holds(actor: Actor) -> bool:
    """Tell whether a person, or an association that she speaks for, offers help now."""
    if actor.person_id is None:
        return False
    own = sa.and_(Offer.organisation_id.is_(None), Offer.author_id == actor.person_id)
    holds = sa.and_(Offer.state == OfferState.ACTIVE, Offer.hidden_at.is_(None))
    behind = sa.or_(own, Offer.organisation_id.in_(actor.organisation_ids))
    return db.session.scalar(sa.select(Offer.id).where(holds, behind).limit(1)) is not None


def find_moderated_offer(offer_id: int) -> ModeratedContent | None:
    offer = db.session.get(Offer, offer_id)
    if offer is None:
        return None
    return ModeratedContent(
        kind="offer",
        id=offer.id,
        author_id=offer.author_id,
        territory_id=offer.territory_id,
        text=f"{offer.title}\n\n{offer.text}".strip(),
        path=f"/entraide/propositions/{offer.id}",
        is_hidden=offer.hidden_at is not None,
    )

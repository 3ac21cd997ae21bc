from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.kernel.moderated import ModeratedContent
from civic.kernel.pagination import Page, paginate
from civic.mutual_aid.errors import OfferMasked, OfferNotFound, RequestNotFound
from civic.mutual_aid.models import Caller, Charter, HelpRequest, Offer, OfferArea
from civic.mutual_aid.rules import (
    CHARTER_VERSION,
    SEEKING,
    Category,
    OfferState,
    RequestState,
    Slot,
    Urgency,
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


@dataclass(frozen=True)
class PublicRequest:
    """All that others may know of a request: this type has no room for a name, a telephone number or an address."""

    id: int
    category: Category
    title: str
    text: str
    territory_id: int
    territory_name: str
    starts_at: datetime
    ends_at: datetime
    urgency: Urgency


@dataclass(frozen=True)
class FollowedRequest(PublicRequest):
    """A request as its requester, or an agent of the town hall, follows it. The contact is seen by a command of its own."""

    state: RequestState
    capacity: int
    filled: int
    is_assisted: bool
    is_hidden: bool
    created_at: datetime


# Offers


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
        .where(Offer.state == OfferState.ACTIVE, Offer.hidden_at.is_(None))
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


# Requests


def get_request(request_id: int) -> HelpRequest:
    """Raises RequestNotFound."""
    request = db.session.get(HelpRequest, request_id)
    if request is None:
        raise RequestNotFound
    return request


def find_caller(digest: str) -> int | None:
    """Return the person who once telephoned with this name and number; her record is locked, so that nobody forgets her meanwhile."""
    return db.session.scalar(sa.select(Caller.person_id).filter_by(digest=digest).with_for_update())


def lock_caller(person_id: int) -> None:
    """Keep a record of who telephoned as it is until the end of the transaction."""
    db.session.execute(sa.select(Caller.person_id).filter_by(person_id=person_id).with_for_update())


def lock_request(request_id: int) -> HelpRequest:
    """Return a request that nobody else changes until the end of the transaction. The first lock of each command about a request.

    Raises:
        RequestNotFound: there is no such request.
    """
    query = sa.select(HelpRequest).where(HelpRequest.id == request_id).with_for_update()
    request = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if request is None:
        raise RequestNotFound
    return request


def take_place(request_id: int) -> bool:
    """Take one place of a request that seeks somebody. Whether it was there is decided by the database, in one statement."""
    result = db.session.execute(
        sa.update(HelpRequest)
        .where(
            HelpRequest.id == request_id,
            HelpRequest.state.in_(SEEKING),
            HelpRequest.filled < HelpRequest.capacity,
        )
        .values(filled=HelpRequest.filled + 1)
        .execution_options(synchronize_session=False)
    )
    return _is_one(result, request_id)


def free_place(request_id: int) -> bool:
    """Give back the place of a volunteer who withdraws."""
    result = db.session.execute(
        sa.update(HelpRequest)
        .where(HelpRequest.id == request_id, HelpRequest.filled > 0)
        .values(filled=HelpRequest.filled - 1)
        .execution_options(synchronize_session=False)
    )
    return _is_one(result, request_id)


def _is_one(result: Any, request_id: int) -> bool:
    request = db.session.get(HelpRequest, request_id)
    if request is not None:
        db.session.refresh(request, ["filled"])
    return bool(result.rowcount == 1)


def list_open_requests(
    *,
    category: Category | None = None,
    territory_id: int | None = None,
    number: int = 1,
    size: int = 20,
) -> Page[PublicRequest]:
    """List what is sought now, as others may know it: the most urgent first, then the first to begin."""
    query = (
        sa.select(HelpRequest)
        .where(HelpRequest.state.in_(SEEKING), HelpRequest.hidden_at.is_(None))
        .order_by(
            sa.case({Urgency.URGENT: 0, Urgency.TODAY: 1}, value=HelpRequest.urgency, else_=2),
            HelpRequest.starts_at,
            HelpRequest.id,
        )
    )
    if category is not None:
        query = query.where(HelpRequest.category == category)
    if territory_id is not None:
        query = query.where(HelpRequest.territory_id == territory_id)
    page = paginate(query, number=number, size=size)
    return Page(public_requests(page.items), page.number, page.size, page.total)


def list_requests_of(person_id: int, *, number: int = 1, size: int = 20) -> Page[FollowedRequest]:
    """List the requests that a person made, and those that she wrote for others, newest first."""
    query = (
        sa.select(HelpRequest)
        .where(sa.or_(HelpRequest.requester_id == person_id, HelpRequest.author_id == person_id))
        .order_by(HelpRequest.created_at.desc(), HelpRequest.id.desc())
    )
    return _followed(paginate(query, number=number, size=size))


def list_watched_requests(
    territory_ids: set[int], *, states: frozenset[RequestState], number: int = 1, size: int = 20
) -> Page[FollowedRequest]:
    """List the requests of these territories in these states, the first whose window ends before the others: for agents."""
    query = (
        sa.select(HelpRequest)
        .where(HelpRequest.territory_id.in_(territory_ids), HelpRequest.state.in_(states))
        .order_by(HelpRequest.ends_at, HelpRequest.id)
    )
    return _followed(paginate(query, number=number, size=size))


def count_watched_requests(territory_ids: set[int]) -> dict[RequestState, int]:
    """Count the requests of these territories by state, for the desk."""
    rows = db.session.execute(
        sa.select(HelpRequest.state, sa.func.count())
        .where(HelpRequest.territory_id.in_(territory_ids))
        .group_by(HelpRequest.state)
    )
    return {row[0]: row[1] for row in rows}


def find_requests(request_ids: set[int]) -> dict[int, HelpRequest]:
    """Return requests by id, in one query."""
    rows = db.session.scalars(sa.select(HelpRequest).where(HelpRequest.id.in_(request_ids)))
    return {request.id: request for request in rows}


def list_seeking_ids(territory_ids: set[int], *, limit: int) -> list[int]:
    """Return the requests of these territories that seek somebody, the first to end before the others."""
    query = (
        sa.select(HelpRequest.id)
        .where(HelpRequest.state.in_(SEEKING), HelpRequest.territory_id.in_(territory_ids))
        .order_by(HelpRequest.ends_at, HelpRequest.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def public_requests(requests: list[HelpRequest]) -> list[PublicRequest]:
    """Return requests as others may know them, in the same order."""
    names = territories.names_of({request.territory_id for request in requests})
    return [PublicRequest(**_public_values(request, names)) for request in requests]


def present_request(request: HelpRequest) -> FollowedRequest:
    return _followed(Page([request], 1, 1, 1)).items[0]


def _followed(page: Page[HelpRequest]) -> Page[FollowedRequest]:
    names = territories.names_of({request.territory_id for request in page.items})
    items = [
        FollowedRequest(
            **_public_values(request, names),
            state=request.state,
            capacity=request.capacity,
            filled=request.filled,
            is_assisted=request.is_assisted,
            is_hidden=request.hidden_at is not None,
            created_at=request.created_at,
        )
        for request in page.items
    ]
    return Page(items, page.number, page.size, page.total)


def _public_values(request: HelpRequest, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": request.id,
        "category": request.category,
        "title": request.title,
        "text": request.text,
        "territory_id": request.territory_id,
        "territory_name": names[request.territory_id],
        "starts_at": request.starts_at,
        "ends_at": request.ends_at,
        "urgency": request.urgency,
    }


def find_moderated_request(request_id: int) -> ModeratedContent | None:
    request = db.session.get(HelpRequest, request_id)
    if request is None:
        return None
    return ModeratedContent(
        kind="request",
        id=request.id,
        author_id=request.follower_id,
        territory_id=request.territory_id,
        text=f"{request.title}\n\n{request.text}".strip(),
        path=f"/entraide/demandes/{request.id}",
        is_hidden=request.hidden_at is not None,
    )

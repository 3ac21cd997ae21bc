"""Requests for help: as others know them, as those who follow them do; and their places, taken and given back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.moderated import ModeratedContent
from civic.kernel.pagination import Page, paginate
from civic.mutual_aid.errors import RequestNotFound
from civic.mutual_aid.models import Caller, HelpRequest
from civic.mutual_aid.queries.skills import skill_names_of
from civic.mutual_aid.rules import (
    SEEKING,
    Category,
    Channel,
    RequestState,
    Urgency,
)
from civic.mutual_aid.wishes import Language, Wish
from civic.territories import queries as territories

URGENT_FIRST = sa.case({Urgency.URGENT: 0, Urgency.TODAY: 1}, value=HelpRequest.urgency, else_=2)


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
    languages: tuple[Language, ...]
    wishes: tuple[Wish, ...]
    skills: tuple[str, ...]
    skill_names: tuple[str, ...]


@dataclass(frozen=True)
class FollowedRequest(PublicRequest):
    """A request as its requester, or an agent of the town hall, follows it. The contact is seen by a command of its own."""

    state: RequestState
    capacity: int
    filled: int
    is_assisted: bool
    is_hidden: bool
    created_at: datetime


def get_request(request_id: int) -> HelpRequest:
    """Raises RequestNotFound."""
    request = db.session.get(HelpRequest, request_id)
    if request is None:
        raise RequestNotFound
    return request


def find_caller(digest: str) -> int | None:
    """Return the person who once telephoned with this name and number; her record is locked, so that nobody forgets her meanwhile."""
    return db.session.scalar(sa.select(Caller.person_id).filter_by(digest=digest).with_for_update())


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
            URGENT_FIRST,
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


def get_sought_request(request_id: int) -> HelpRequest:
    """Return a request that is in the list of what is sought. Raises RequestNotFound."""
    request = get_request(request_id)
    if request.state not in SEEKING or request.hidden_at is not None:
        raise RequestNotFound
    return request


def list_requests_of(person_id: int, *, number: int = 1, size: int = 20) -> Page[FollowedRequest]:
    """List the requests that a person made, and those that she wrote for others, newest first; what a series has ahead is on its own page."""
    query = (
        sa.select(HelpRequest)
        .where(sa.or_(HelpRequest.requester_id == person_id, HelpRequest.author_id == person_id))
        .where(HelpRequest.state != RequestState.DRAFT)
        .order_by(HelpRequest.created_at.desc(), HelpRequest.id.desc())
    )
    return _followed(paginate(query, number=number, size=size))


def list_watched_requests(
    territory_ids: set[int],
    *,
    states: frozenset[RequestState],
    at: datetime,
    number: int = 1,
    size: int = 20,
) -> Page[FollowedRequest]:
    """List the requests of these territories in these states, for agents.

    First those that can still be helped: the most urgent, then the first whose window ends. Then those whose window is over, the
    latest first.
    """
    lasts = HelpRequest.ends_at > at
    query = (
        sa.select(HelpRequest)
        .where(HelpRequest.territory_id.in_(territory_ids), HelpRequest.state.in_(states))
        .order_by(
            sa.case((lasts, URGENT_FIRST), else_=3),
            sa.case((lasts, HelpRequest.ends_at)),
            HelpRequest.ends_at.desc(),
            HelpRequest.id,
        )
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


def list_requests_made_for(person_id: int) -> list[HelpRequest]:
    """List what was asked for a person by others, with its contact: for commands about her consent."""
    query = (
        sa.select(HelpRequest)
        .where(HelpRequest.requester_id == person_id, HelpRequest.channel != Channel.WEB)
        .order_by(HelpRequest.id)
    )
    return list(db.session.scalars(query))


def list_request_ids_of(
    person_id: int, *, states: Collection[RequestState] = tuple(RequestState)
) -> list[int]:
    """Return what was asked for a person, by whomever, in the order in which requests are locked."""
    query = sa.select(HelpRequest.id).where(
        HelpRequest.requester_id == person_id, HelpRequest.state.in_(states)
    )
    return list(db.session.scalars(query.order_by(HelpRequest.id)))


def present_requests(requests: list[HelpRequest]) -> list[FollowedRequest]:
    """Return requests as the town hall follows them, in the same order."""
    return _followed(Page(requests, 1, max(len(requests), 1), len(requests))).items


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
    skills = skill_names_of(requests)
    return [PublicRequest(**_public_values(request, names, skills)) for request in requests]


def present_request(request: HelpRequest) -> FollowedRequest:
    return _followed(Page([request], 1, 1, 1)).items[0]


def _followed(page: Page[HelpRequest]) -> Page[FollowedRequest]:
    names = territories.names_of({request.territory_id for request in page.items})
    skills = skill_names_of(page.items)
    items = [
        FollowedRequest(
            **_public_values(request, names, skills),
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


def _public_values(
    request: HelpRequest, names: dict[int, str], skills: dict[int, tuple[str, ...]]
) -> dict[str, Any]:
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
        "languages": tuple(language for language in Language if language.value in request.languages),
        "wishes": tuple(wish for wish in Wish if wish.value in request.wishes),
        "skills": tuple(request.skills),
        "skill_names": skills.get(request.id, ()),
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

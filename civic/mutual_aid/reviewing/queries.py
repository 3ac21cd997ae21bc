"""Reads of what waits to be read, and of the settings that decide it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from civic.accounts.models import Residency, ResidencyStatus
from civic.kernel.clock import town_today
from civic.kernel.database import db
from civic.mutual_aid.errors import ReferralNotFound
from civic.mutual_aid.models import Consent, HelpRequest, Offer
from civic.mutual_aid.reviewing.models import Referral, RequestReview, ReviewSettings
from civic.mutual_aid.reviewing.rules import AboutRequester, Asked, Outcome, ReviewPolicy, ReviewReason
from civic.mutual_aid.rules import NOT_YET_OPEN, SEEKING, Category, Channel, RequestState
from civic.safeguarding.queries import is_under_watch
from civic.territories import queries as territories

NEVER_OPENED = NOT_YET_OPEN | {RequestState.REDIRECTED, RequestState.DUPLICATE, RequestState.CANCELLED}
OUTLASTED = frozenset({RequestState.EXPIRED, RequestState.CANCELLED})
"""States in which a doubt outlasts the request that it was about."""

AROUND = timedelta(days=7)
MOST_LIKE_IT = 12
MOST_HOLDING = 50


@dataclass(frozen=True)
class Review:
    """Why a request is read first, by when, and what was decided."""

    reasons: tuple[ReviewReason, ...]
    asked_at: datetime
    due_at: datetime
    decided_at: datetime | None
    read_as: Asked | None


def find_settings(territory_id: int) -> ReviewSettings | None:
    return db.session.get(ReviewSettings, _town_of(territory_id))


def get_policy(territory_id: int) -> ReviewPolicy:
    """Return what a commune reads first: its settings, or the defaults."""
    row = find_settings(territory_id)
    if row is None:
        return ReviewPolicy()
    sensitive = frozenset(category for category in Category if category.value in row.sensitive)
    return ReviewPolicy(row.first_requests, sensitive, row.reads_reported)


def _town_of(territory_id: int) -> int:
    place = territories.get_territory(territory_id)
    return place.parent_id or place.id


def about(person_id: int, *, is_heard: bool, but: int | None = None) -> AboutRequester:
    """Return what is known of who asks.

    Args:
        is_heard: an agent speaks with her.
        but: the request that she is making.
    """
    asked = sa.select(HelpRequest.id).where(HelpRequest.requester_id == person_id, was_opened())
    verified = sa.select(Residency.id).where(
        Residency.person_id == person_id, Residency.status == ResidencyStatus.VERIFIED
    )
    hidden = [
        sa.select(HelpRequest.id).where(
            HelpRequest.requester_id == person_id, HelpRequest.hidden_at.is_not(None)
        ),
        sa.select(Offer.id).where(Offer.author_id == person_id, Offer.hidden_at.is_not(None)),
    ]
    return AboutRequester(
        has_asked=_exists(asked if but is None else asked.where(HelpRequest.id != but)),
        is_known=is_heard or _exists(verified),
        is_reported=any(_exists(query) for query in hidden) or is_under_watch(person_id, on=town_today()),
        is_in_doubt=_exists(_aside(person_id, but))
        or any(each.id != but for each in list_doubted(person_id)),
    )


def _aside(person_id: int, but: int | None) -> sa.Select[int]:
    aside = sa.select(HelpRequest.id).where(
        HelpRequest.requester_id == person_id, HelpRequest.state == RequestState.SUSPENDED
    )
    return aside if but is None else aside.where(HelpRequest.id != but)


def was_opened() -> sa.ColumnElement[bool]:
    """Whether volunteers once had a request: what ended because nobody agreed to it, or read it, in time was never theirs."""
    unread = sa.exists().where(RequestReview.request_id == HelpRequest.id, RequestReview.decided_at.is_(None))
    agreed = sa.exists().where(Consent.request_id == HelpRequest.id)
    return sa.and_(
        HelpRequest.state.not_in(NEVER_OPENED), ~unread, sa.or_(HelpRequest.channel == Channel.WEB, agreed)
    )


def _exists(query: sa.Select[int]) -> bool:
    return db.session.scalar(query.limit(1)) is not None


def find_review(request_id: int) -> Review | None:
    row = db.session.get(RequestReview, request_id)
    if row is None:
        return None
    reasons = tuple(reason for reason in ReviewReason if reason.value in row.reasons)
    read_as = Asked.from_stored(row.read_as) if row.read_as else None
    return Review(reasons, row.asked_at, row.due_at, row.decided_at, read_as)


def is_in_doubt(request: HelpRequest) -> bool:
    """Tell whether the town hall set a request aside, and did not decide since, were its window over or the request cancelled."""
    if request.state not in OUTLASTED:
        return request.state is RequestState.SUSPENDED
    review = find_review(request.id)
    return review is not None and review.decided_at is None and not review.reasons


def list_doubted(person_id: int) -> list[HelpRequest]:
    """List the requests of a person that the town hall set aside, that are over, and whose doubt nobody lifted."""
    over = HelpRequest.state.in_(OUTLASTED)
    return _in_doubt(sa.select(HelpRequest).where(HelpRequest.requester_id == person_id, over))


def list_holding(territory_ids: Collection[int]) -> list[HelpRequest]:
    """List the requests set aside, over or not, that hold the next ones of a help that comes back: for the board of the agents."""
    next_one = orm.aliased(HelpRequest)
    holds = sa.exists().where(
        next_one.series_id == HelpRequest.series_id, next_one.state == RequestState.DRAFT
    )
    series = sa.select(HelpRequest).where(
        HelpRequest.territory_id.in_(territory_ids),
        HelpRequest.series_id.is_not(None),
        HelpRequest.state.in_(OUTLASTED | {RequestState.SUSPENDED}),
        holds,
    )
    return _in_doubt(series)[:MOST_HOLDING]


def _in_doubt(query: sa.Select[Any]) -> list[HelpRequest]:
    """Return those of the requests selected that are in doubt, by id, in one query: a doubt is a reading without a reason."""
    aside = HelpRequest.state == RequestState.SUSPENDED
    rows = db.session.execute(
        query.outerjoin(RequestReview, RequestReview.request_id == HelpRequest.id)
        .add_columns(RequestReview.reasons)
        .where(
            sa.or_(aside, sa.and_(RequestReview.request_id.is_not(None), RequestReview.decided_at.is_(None)))
        )
        .order_by(HelpRequest.id)
    )
    return [row[0] for row in rows if row[0].state is RequestState.SUSPENDED or not row[1]]


def readings_of(series_id: int | None) -> list[Asked]:
    """Return what was read and accepted of the times of a series."""
    rows = db.session.scalars(
        sa.select(RequestReview.read_as)
        .join(HelpRequest, HelpRequest.id == RequestReview.request_id)
        .where(HelpRequest.series_id == series_id, RequestReview.outcome == Outcome.ACCEPTED)
        .order_by(HelpRequest.id)
    )
    return [Asked.from_stored(kept) for kept in rows if kept]


def list_referrals(territory_id: int) -> list[Referral]:
    """List whom a commune sends people to, in the order in which it wrote them."""
    query = (
        sa.select(Referral)
        .where(Referral.territory_id == territory_id, Referral.removed_at.is_(None))
        .order_by(Referral.id)
    )
    return list(db.session.scalars(query))


def get_referral(referral_id: int) -> Referral:
    """Raises ReferralNotFound."""
    referral = db.session.get(Referral, referral_id)
    if referral is None or referral.removed_at is not None:
        raise ReferralNotFound
    return referral


def list_like(request: HelpRequest) -> list[HelpRequest]:
    """List what this request may be the double of: the person's others, and others for the same help, place and days."""
    near = sa.and_(
        HelpRequest.category == request.category,
        HelpRequest.territory_id == request.territory_id,
        HelpRequest.starts_at < request.ends_at + AROUND,
        HelpRequest.ends_at > request.starts_at - AROUND,
    )
    under_way = SEEKING | {RequestState.FILLED, RequestState.IN_PROGRESS, RequestState.IN_REVIEW}
    query = (
        sa.select(HelpRequest)
        .where(
            HelpRequest.id != request.id,
            HelpRequest.state.in_(under_way),
            sa.or_(HelpRequest.requester_id == request.requester_id, near),
        )
        .order_by(HelpRequest.requester_id != request.requester_id, HelpRequest.id.desc())
        .limit(MOST_LIKE_IT)
    )
    return list(db.session.scalars(query))


def list_unopened_past(at: datetime, *, limit: int) -> list[int]:
    """Return the requests that no volunteer had before their window passed."""
    query = (
        sa.select(HelpRequest.id)
        .where(
            HelpRequest.state.in_(NOT_YET_OPEN - {RequestState.DRAFT}),
            HelpRequest.ends_at <= at,
        )
        .order_by(HelpRequest.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))

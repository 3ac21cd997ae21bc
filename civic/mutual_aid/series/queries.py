"""Reads of what comes back."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.queries import FollowedRequest
from civic.mutual_aid.reviewing.queries import was_opened
from civic.mutual_aid.rules import Category, RequestState
from civic.mutual_aid.series.errors import SeriesNotFound
from civic.mutual_aid.series.models import RequestSeries
from civic.mutual_aid.series.rules import SEARCHED_AHEAD, Rhythm

MOST_SHOWN = 60


@dataclass(frozen=True)
class ShownSeries:
    id: int
    title: str
    category: Category
    rule: str
    begins_on: date
    created_at: datetime
    ended_at: datetime | None
    ahead: list[FollowedRequest]


def get_series(series_id: int) -> RequestSeries:
    """Raises SeriesNotFound."""
    series = db.session.get(RequestSeries, series_id)
    if series is None:
        raise SeriesNotFound
    return series


def get_series_of_request(request_id: int) -> RequestSeries:
    """Raises SeriesNotFound: the request is for once."""
    series_id = mutual_aid.get_request(request_id).series_id
    if series_id is None:
        raise SeriesNotFound
    return get_series(series_id)


def list_series_of(person_id: int, *, number: int = 1, size: int = 20) -> Page[ShownSeries]:
    """List what comes back for a person, the latest first."""
    query = sa.select(RequestSeries).filter_by(requester_id=person_id).order_by(RequestSeries.id.desc())
    page = paginate(query, number=number, size=size)
    return Page(_present(page.items), page.number, page.size, page.total)


def list_lasting_series_of(person_id: int) -> list[RequestSeries]:
    """Return what goes on coming back for a person."""
    query = sa.select(RequestSeries).filter_by(requester_id=person_id, ended_at=None)
    return list(db.session.scalars(query.order_by(RequestSeries.id)))


def present_series(series: RequestSeries) -> ShownSeries:
    return _present([series])[0]


def _present(many: list[RequestSeries]) -> list[ShownSeries]:
    """Return series with what is ahead of them, in two queries, in the same order."""
    found = db.session.scalars(
        sa.select(HelpRequest)
        .where(HelpRequest.series_id.in_({series.id for series in many}))
        .order_by(HelpRequest.starts_at, HelpRequest.id)
    ).all()
    now = utc_now()
    kept = [each for each in found if each.occurrence_on is not None and each.ends_at > now]
    shown = {each.id: each for each in mutual_aid.present_requests(kept)}
    latest = {each.series_id: each for each in sorted(found, key=lambda each: each.id)}
    return [
        ShownSeries(
            series.id,
            latest[series.id].title,
            latest[series.id].category,
            series.rule,
            series.begins_on,
            series.created_at,
            series.ended_at,
            [shown[each.id] for each in kept if each.series_id == series.id][:MOST_SHOWN],
        )
        for series in many
    ]


def lock_series(series_id: int) -> RequestSeries:
    """Return a series that nobody else continues or changes until the end of the transaction. Raises SeriesNotFound."""
    query = sa.select(RequestSeries).where(RequestSeries.id == series_id).with_for_update()
    series = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if series is None:
        raise SeriesNotFound
    return series


def lock_with_requests(series_id: int) -> RequestSeries:
    """Return a series that nobody else changes until the end of the transaction, nor any time of it.

    Raises:
        SeriesNotFound: there is none.
    """
    series = lock_series(series_id)
    ids = db.session.scalars(sa.select(HelpRequest.id).where(HelpRequest.series_id == series_id))
    mutual_aid.lock_requests(list(ids))
    return series


def rhythm_of(series: RequestSeries) -> Rhythm:
    return Rhythm(series.rule, series.begins_on, series.from_minute, series.length_minutes)


def list_occurrences(series_id: int) -> list[HelpRequest]:
    """List the requests of a series, those that it replaced included, in the order of their hours."""
    query = (
        sa.select(HelpRequest)
        .where(HelpRequest.series_id == series_id)
        .order_by(HelpRequest.starts_at, HelpRequest.id)
    )
    return list(db.session.scalars(query))


def present_occurrences(series_id: int, *, at: datetime) -> list[FollowedRequest]:
    """List what is to come of a series, and what is not over; a day that was replaced is left out."""
    query = (
        sa.select(HelpRequest)
        .where(
            HelpRequest.series_id == series_id,
            HelpRequest.occurrence_on.is_not(None),
            HelpRequest.ends_at > at,
        )
        .order_by(HelpRequest.starts_at)
        .limit(MOST_SHOWN)
    )
    return mutual_aid.present_requests(list(db.session.scalars(query)))


def latest_occurrence(series_id: int) -> HelpRequest:
    """Return the request that the next ones are made from: the last that was written. Raises SeriesNotFound."""
    query = sa.select(HelpRequest).where(HelpRequest.series_id == series_id).order_by(HelpRequest.id.desc())
    found = db.session.scalars(query.limit(1)).first()
    if found is None:
        raise SeriesNotFound
    return found


def has_opened(series_id: int) -> bool:
    """Tell whether volunteers once had an occurrence of it."""
    query = sa.select(HelpRequest.id).where(HelpRequest.series_id == series_id, was_opened())
    return db.session.scalar(query.limit(1)) is not None


def list_series_to_continue(made_before: date, *, limit: int) -> list[int]:
    """Return the series that go on, and whose occurrences are not written as far ahead as they are to be."""
    query = (
        sa.select(RequestSeries.id)
        .where(RequestSeries.ended_at.is_(None), RequestSeries.made_until < made_before)
        .order_by(RequestSeries.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def list_drafts_to_open(now: datetime, *, limit: int) -> list[int]:
    """Return the occurrences whose day comes near."""
    query = (
        sa.select(HelpRequest.id)
        .where(
            HelpRequest.state == RequestState.DRAFT,
            HelpRequest.series_id.is_not(None),
            HelpRequest.starts_at <= now + SEARCHED_AHEAD,
        )
        .order_by(HelpRequest.starts_at, HelpRequest.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))

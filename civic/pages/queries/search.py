"""What can be found, and finding it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationState
from civic.councils.models import Council
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.kernel.text import fold
from civic.mutual_aid.models import Offer
from civic.mutual_aid.rules import OfferState
from civic.pages.models import SearchEntry, SearchKind
from civic.pages.rules import MOST_WORDS
from civic.proposals.models import Proposal
from civic.voting.models import Poll
from civic.voting.rules import PollState

Select = Callable[[], sa.Select[*tuple[Any, ...]]]


@dataclass(frozen=True)
class Findable:
    """A public thing as the search keeps it."""

    kind: SearchKind
    id: int
    title: str
    text: str
    dated_at: datetime


def _consultations() -> sa.Select[*tuple[Any, ...]]:
    text = Consultation.summary + "\n" + Consultation.body_source
    query = sa.select(Consultation.id, Consultation.title, text, Consultation.published_at)
    return query.where(Consultation.state == ConsultationState.PUBLISHED)


def _proposals() -> sa.Select[*tuple[Any, ...]]:
    query = sa.select(Proposal.id, Proposal.title, Proposal.body_source, Proposal.published_at)
    return query.where(Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None))


def _polls() -> sa.Select[*tuple[Any, ...]]:
    query = sa.select(Poll.id, Poll.question, Poll.description_source, Poll.opens_at)
    return query.where(Poll.state == PollState.FROZEN)


def _offers() -> sa.Select[*tuple[Any, ...]]:
    query = sa.select(Offer.id, Offer.title, Offer.text, Offer.created_at)
    return query.where(Offer.state == OfferState.ACTIVE, Offer.hidden_at.is_(None))


def _councils() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(Council.id, Council.name, Council.page_source, Council.created_at)


SOURCES: dict[SearchKind, Select] = {
    SearchKind.CONSULTATION: _consultations,
    SearchKind.PROPOSAL: _proposals,
    SearchKind.POLL: _polls,
    SearchKind.OFFER: _offers,
    SearchKind.COUNCIL: _councils,
}
"""For each kind, what the public may read of it: id, title, text, instant."""


def find_findable(kind: SearchKind, subject_id: int) -> Findable | None:
    """Return a thing as the public reads it, or None when it is not (or no longer) public."""
    query = SOURCES[kind]()
    row = db.session.execute(query.where(query.selected_columns[0] == subject_id)).one_or_none()
    return Findable(kind, *row) if row else None


def list_findables(kind: SearchKind, *, after_id: int, size: int) -> list[Findable]:
    """Return the public things of a kind, by id, from after an id: a batch of them."""
    query = SOURCES[kind]()
    key = query.selected_columns[0]
    rows = db.session.execute(query.where(key > after_id).order_by(key).limit(size))
    return [Findable(kind, *row) for row in rows]


def find_entry(kind: SearchKind, subject_id: int) -> SearchEntry | None:
    return db.session.scalars(
        sa.select(SearchEntry).filter_by(kind=kind, subject_id=subject_id)
    ).one_or_none()


def search(words: str, *, kind: SearchKind | None = None, number: int = 1) -> Page[SearchEntry]:
    """Find what holds every word, or the beginning of it, whatever the accents and capitals.

    Those whose title holds them all come first, then the most recent.
    """
    asked = fold(words).split()[:MOST_WORDS]
    if not asked:
        return Page([], 1, 20, 0)
    in_title = sa.and_(*(_holds(SearchEntry.folded_title, word) for word in asked))
    query = sa.select(SearchEntry).where(*(_holds(SearchEntry.folded, word) for word in asked))
    if kind is not None:
        query = query.where(SearchEntry.kind == kind)
    query = query.order_by(
        sa.case((in_title, 0), else_=1), SearchEntry.dated_at.desc(), SearchEntry.id.desc()
    )
    return paginate(query, number=number)


def _holds(column: Any, word: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = (" " + column).contains(" " + word, autoescape=True)
    return found

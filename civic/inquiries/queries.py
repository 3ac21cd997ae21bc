"""What is read of inquiries: the inquiry itself, its documents and its sessions. Its register is in ``lines``."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.inquiries import rules
from civic.inquiries.errors import DocumentNotFound, InquiryNotFound, SessionNotFound
from civic.inquiries.models import (
    Inquiry,
    InquiryCommissioner,
    InquiryDocument,
    InquiryDocumentPiece,
    InquirySession,
)
from civic.inquiries.rules import Act, InquiryState, Part, Prepared, Regime, Step, Verdict
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate

PATH = "/enquetes-publiques/"


class ListFilter(StrEnum):
    """What a list shows."""

    OPEN = "open"
    ANNOUNCED = "announced"
    OVER = "over"


@dataclass(frozen=True)
class InquiryView:
    """An inquiry as it is read.

    Attributes:
        takes_deposits: its register is open now. takes_paper: what came by another way is typed now.
        takes_report: its report may be published now: all is typed.
        last_second: the last instant at which one may deposit.
        days: how long it is open.
    """

    id: int
    title: str
    subject_source: str
    subject_html: str
    territory_id: int
    regime: Regime
    owner: str
    authority: str
    order_number: str
    order_on: date
    seat: str
    email: str
    opens_at: datetime
    closes_at: datetime
    announced_at: datetime | None
    first_closes_at: datetime | None
    prolonged_at: datetime | None
    prolongation: str
    observation_count: int
    head: str
    verdict: Verdict | None
    reserves: str
    reported_at: datetime | None
    forgotten_at: datetime | None
    neighbourhood_ids: tuple[int, ...]
    commissioners: tuple[str, ...]
    state: InquiryState
    last_second: datetime
    days: int
    typing_ends_at: datetime
    report_due_on: date
    takes_deposits: bool
    takes_paper: bool
    takes_report: bool

    def permits(self, act: str) -> bool:
        return rules.permits(self.state, Act(act))


_KEPT = (
    "id", "title", "subject_source", "subject_html", "territory_id", "regime", "owner", "authority", "order_number", "order_on", "seat",
    "email", "opens_at", "closes_at", "announced_at", "first_closes_at", "prolonged_at", "prolongation", "observation_count", "head",
    "verdict", "reserves", "reported_at", "forgotten_at",
)  # fmt: skip


def get_inquiry(inquiry_id: int) -> Inquiry:
    """Raises InquiryNotFound."""
    inquiry = db.session.get(Inquiry, inquiry_id)
    if inquiry is None:
        raise InquiryNotFound
    return inquiry


def lock_inquiry(inquiry_id: int) -> Inquiry:
    """Return an inquiry as it is now, which nobody else changes before the transaction ends. Raises InquiryNotFound."""
    query = sa.select(Inquiry).filter_by(id=inquiry_id).with_for_update()
    inquiry = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if inquiry is None:
        raise InquiryNotFound
    return inquiry


def view_inquiry(inquiry: Inquiry, *, at: datetime) -> InquiryView:
    state = inquiry.state_at(at)
    kept: dict[str, Any] = {name: getattr(inquiry, name) for name in _KEPT}
    typing_ends_at = rules.typing_ends_at(inquiry.closes_at)
    return InquiryView(
        **kept,
        neighbourhood_ids=tuple(inquiry.neighbourhood_ids),
        commissioners=tuple(each.name for each in inquiry.commissioners),
        state=state,
        last_second=inquiry.closes_at - timedelta(seconds=1),
        days=rules.days_between(inquiry.opens_at, inquiry.closes_at),
        typing_ends_at=typing_ends_at,
        report_due_on=rules.report_due_on(inquiry.closes_at),
        takes_deposits=rules.permits(state, Act.DEPOSIT),
        takes_paper=rules.permits(state, Act.TYPE_OBSERVATION) and at < typing_ends_at,
        takes_report=rules.permits(state, Act.REPORT) and at >= typing_ends_at,
    )


def is_public() -> sa.ColumnElement[bool]:
    return Inquiry.step != Step.DRAFT


def _shown(which: ListFilter, at: datetime) -> sa.ColumnElement[bool]:
    announced = Inquiry.step == Step.ANNOUNCED
    if which is ListFilter.OPEN:
        return sa.and_(announced, Inquiry.opens_at <= at, Inquiry.closes_at > at)
    if which is ListFilter.ANNOUNCED:
        return sa.and_(announced, Inquiry.opens_at > at)
    return sa.and_(is_public(), Inquiry.closes_at <= at)


def list_inquiries(
    *, at: datetime, which: ListFilter | None = None, number: int = 1, size: int = PAGE_SIZE
) -> Page[Inquiry]:
    """Return what everybody may read: what is open first, then what is announced, then the last to close."""
    query = sa.select(Inquiry).where(is_public())
    if which is not None:
        query = query.where(_shown(which, at))
    rank = sa.case((_shown(ListFilter.OPEN, at), 0), (_shown(ListFilter.ANNOUNCED, at), 1), else_=2)
    return paginate(
        query.order_by(rank, Inquiry.closes_at.desc(), Inquiry.id.desc()), number=number, size=size
    )


def count_inquiries(*, at: datetime) -> dict[ListFilter, int]:
    counted = [
        sa.func.coalesce(sa.func.sum(sa.case((_shown(each, at), 1), else_=0)), 0) for each in ListFilter
    ]
    row = db.session.execute(sa.select(*counted).where(is_public())).one()
    return dict(zip(ListFilter, row, strict=True))


def list_desk(territory_ids: Collection[int], *, number: int = 1) -> Page[Inquiry]:
    """Return all those of some communes: what is still to do before what has its report, the last written first."""
    query = sa.select(Inquiry).where(Inquiry.territory_id.in_(territory_ids))
    is_finished = sa.case((Inquiry.step == Step.REPORTED, 1), else_=0)
    return paginate(query.order_by(is_finished, Inquiry.id.desc()), number=number)


def list_conducted(person_id: int) -> list[Inquiry]:
    """Return the inquiries of which somebody is the commissioner, the last first."""
    mine = sa.select(InquiryCommissioner.inquiry_id).filter_by(person_id=person_id)
    query = sa.select(Inquiry).where(Inquiry.id.in_(mine)).order_by(Inquiry.id.desc())
    return list(db.session.scalars(query.limit(PAGE_SIZE)))


def count_waiting(territory_ids: Collection[int], *, at: datetime) -> tuple[int, int]:
    """Return how many inquiries are closed without a report, and how many of these are beyond their thirty days."""
    closed = sa.select(Inquiry.closes_at).where(
        Inquiry.territory_id.in_(territory_ids), Inquiry.step == Step.ANNOUNCED, Inquiry.closes_at <= at
    )
    days = [rules.report_due_on(closes_at) for closes_at in db.session.scalars(closed)]
    return len(days), sum(day < rules.day_of(at) for day in days)


# Documents


@dataclass(frozen=True)
class DocumentView:
    """A document without its content. ``is_added_during``: it came while the register was open. ``added_by``: who added it."""

    id: int
    inquiry_id: int
    part: Part
    title: str
    digest: str
    size_bytes: int
    added_at: datetime
    added_by: str
    is_added_during: bool


def list_documents(inquiry: Inquiry) -> list[DocumentView]:
    """Return all its documents, in their order: one query, which reads no file."""
    row = InquiryDocument
    query = sa.select(row.id, row.part, row.title, row.digest, row.size_bytes, row.added_at, row.added_by_id)
    rows = list(db.session.execute(query.where(row.inquiry_id == inquiry.id).order_by(row.rank, row.id)))
    names = accounts.names_of({each.added_by_id for each in rows if each.added_by_id is not None})
    return [
        DocumentView(
            each.id, inquiry.id, each.part, each.title, each.digest, each.size_bytes, each.added_at,
            names.get(each.added_by_id or 0, ""),
            is_added_during=each.part is Part.DOSSIER and inquiry.announced_at is not None and each.added_at > inquiry.announced_at,
        )
        for each in rows
    ]  # fmt: skip


def get_document(document_id: int) -> InquiryDocument:
    """Return a document with its content. Raises DocumentNotFound."""
    query = sa.select(InquiryDocument).filter_by(id=document_id)
    document = db.session.scalars(query.options(sa.orm.undefer(InquiryDocument.content))).one_or_none()
    if document is None:
        raise DocumentNotFound
    return document


def read_piece(document_id: int, rank: int) -> bytes:
    """Return a piece of a large document. Raises DocumentNotFound: it was taken out meanwhile."""
    query = sa.select(InquiryDocumentPiece.content).filter_by(document_id=document_id, rank=rank)
    piece = db.session.scalar(query)
    if piece is None:
        raise DocumentNotFound
    return piece


def next_rank(inquiry_id: int) -> int:
    last = sa.select(sa.func.max(InquiryDocument.rank)).filter_by(inquiry_id=inquiry_id)
    return (db.session.scalar(last) or 0) + 1


def find_neighbour_document(document: InquiryDocument, *, is_up: bool) -> InquiryDocument | None:
    """Return the document of the dossier just before (or after) another."""
    row = InquiryDocument
    beside = row.rank < document.rank if is_up else row.rank > document.rank
    query = sa.select(row).where(row.inquiry_id == document.inquiry_id, row.part == document.part, beside)
    return db.session.scalars(query.order_by(row.rank.desc() if is_up else row.rank).limit(1)).one_or_none()


# Sessions


def list_sessions(inquiry_id: int) -> list[InquirySession]:
    query = sa.select(InquirySession).filter_by(inquiry_id=inquiry_id)
    return list(db.session.scalars(query.order_by(InquirySession.starts_at, InquirySession.id)))


def get_session(inquiry_id: int, session_id: int) -> InquirySession:
    """Raises SessionNotFound."""
    session = db.session.get(InquirySession, session_id)
    if session is None or session.inquiry_id != inquiry_id:
        raise SessionNotFound
    return session


def what_is_prepared(inquiry: Inquiry) -> Prepared:
    counted = sa.select(InquiryDocument.part, sa.func.count()).filter_by(inquiry_id=inquiry.id)
    parts: dict[Part, int] = {
        each[0]: each[1] for each in db.session.execute(counted.group_by(InquiryDocument.part))
    }
    return Prepared(
        opens_at=inquiry.opens_at,
        closes_at=inquiry.closes_at,
        regime=inquiry.regime,
        commissioners=len(inquiry.commissioners),
        order_documents=parts.get(Part.ORDER, 0),
        dossier_documents=parts.get(Part.DOSSIER, 0),
        sessions=[(each.starts_at, each.ends_at) for each in list_sessions(inquiry.id)],
    )

"""The documents and the sessions of an inquiry."""

import io
from datetime import datetime
from typing import BinaryIO

import sqlalchemy as sa

from civic.inquiries import queries, rules
from civic.inquiries.access import InquiriesAction
from civic.inquiries.errors import DocumentNotFound, FileRefused, WrongInquiryState
from civic.inquiries.events import DossierChanged, SessionsChanged
from civic.inquiries.models import Inquiry, InquiryDocument, InquiryDocumentPiece, InquirySession
from civic.inquiries.rules import Act, Part, Step
from civic.inquiries.service.reading import get_visible_inquiry, lock_for, said_by
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.documents import DocumentRefused
from civic.kernel.errors import N_
from civic.kernel.large_documents import LARGEST_BYTES, CheckedDocument, check_large_document
from civic.kernel.transaction import publish, transaction

WITHOUT_FILE = N_("Choisissez un document.")
SESSION_BEGUN = N_("Cette permanence a commencé : elle ne se retire plus.")


def read_pdf(
    file: BinaryIO | bytes | None, field: str, *, most_bytes: int = LARGEST_BYTES
) -> CheckedDocument:
    """Return a PDF cleaned of the name of the computer's owner. Raises FileRefused: told on its field."""
    if not file:
        raise FileRefused(WITHOUT_FILE, field)
    try:
        return check_large_document(
            io.BytesIO(file) if isinstance(file, bytes) else file, most_bytes=most_bytes
        )
    except DocumentRefused as refusal:
        raise FileRefused(refusal.message, field, **refusal.values) from refusal


def add_document(
    actor: Actor,
    *,
    inquiry_id: int,
    part: Part,
    title: str,
    file: BinaryIO | bytes | None,
    most_bytes: int = LARGEST_BYTES,
) -> int:
    """Add a document to the dossier, or the opening order. Added once the inquiry is announced, it says when, and by whom.

    Args:
        most_bytes: what the installation takes of one document.

    Raises:
        InquiryNotFound; NotAllowed: the actor is neither a councillor nor an agent of the commune.
        FileRefused; WrongInquiryState: the inquiry is closed.
    """
    require(actor, InquiriesAction.WRITE_INQUIRY, get_visible_inquiry(actor, inquiry_id))  # before it is read
    read, now = read_pdf(file, "document", most_bytes=most_bytes), utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.WRITE_INQUIRY, Act.ADD_DOCUMENT, now=now)
        document_id = keep_document(actor, inquiry, part, title, read, now)
        publish(DossierChanged(**said_by(actor, inquiry, now), document_id=document_id, is_removed=False))
    return document_id


def keep_document(
    actor: Actor, inquiry: Inquiry, part: Part, title: str, read: CheckedDocument, now: datetime
) -> int:
    """Write a document down, in the transaction of who asks; the same file with the same title is kept once. Returns its id."""
    for each in queries.list_documents(inquiry):
        if (each.part, each.title, each.digest) == (part, title, read.sha256):
            return each.id
    document = InquiryDocument(
        inquiry_id=inquiry.id,
        part=part,
        rank=queries.next_rank(inquiry.id),
        title=title,
        content=read.content,
        digest=read.sha256,
        size_bytes=read.size_bytes,
        added_at=now,
        added_by_id=actor.id,
    )
    db.session.add(document)
    db.session.flush()
    for rank, piece in enumerate(read.pieces()):
        row = {"document_id": document.id, "rank": rank, "content": piece}
        db.session.execute(sa.insert(InquiryDocumentPiece).values(row))
    return document.id


def remove_document(actor: Actor, *, inquiry_id: int, document_id: int) -> None:
    """Take a document out of a dossier that is not public yet. Raises as ``add_document``, and DocumentNotFound."""
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.WRITE_INQUIRY, Act.REMOVE_DOCUMENT, now=now)
        db.session.delete(_document_of(inquiry, document_id))
        publish(DossierChanged(**said_by(actor, inquiry, now), document_id=document_id, is_removed=True))


def move_document(actor: Actor, *, inquiry_id: int, document_id: int, is_up: bool) -> None:
    """Put a document before, or after, the one beside it; the first goes no higher. Raises as ``remove_document``."""
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.WRITE_INQUIRY, Act.ADD_DOCUMENT, now=now)
        document = _document_of(inquiry, document_id)
        beside = queries.find_neighbour_document(document, is_up=is_up)
        if beside is not None:
            document.rank, beside.rank = beside.rank, document.rank
            publish(DossierChanged(**said_by(actor, inquiry, now), document_id=document_id, is_removed=False))


def _document_of(inquiry: Inquiry, document_id: int) -> InquiryDocument:
    document = db.session.get(InquiryDocument, document_id)
    if document is None or document.inquiry_id != inquiry.id:
        raise DocumentNotFound
    return document


def add_session(actor: Actor, *, inquiry_id: int, place: str, starts_at: datetime, ends_at: datetime) -> int:
    """Say when and where the commissioner receives whoever comes.

    Raises:
        InquiryNotFound; NotAllowed; WrongInquiryState: the inquiry is closed.
        SessionRefused: not during the inquiry.
    """
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.WRITE_INQUIRY, Act.PLAN_SESSION, now=now)
        rules.ensure_session(starts_at, ends_at, opens_at=inquiry.opens_at, closes_at=inquiry.closes_at)
        session = InquirySession(
            inquiry_id=inquiry_id, place=place, starts_at=starts_at, ends_at=ends_at, changed_at=now
        )
        db.session.add(session)
        db.session.flush()
        publish(SessionsChanged(**said_by(actor, inquiry, now), session_id=session.id))
    return session.id


def remove_session(actor: Actor, *, inquiry_id: int, session_id: int) -> None:
    """Take a session out, before it begins; of a draft, at any time: its dates may have moved. Raises as ``add_session``, and SessionNotFound."""
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.WRITE_INQUIRY, Act.PLAN_SESSION, now=now)
        session = queries.get_session(inquiry_id, session_id)
        if inquiry.step is not Step.DRAFT and session.starts_at <= now:
            raise WrongInquiryState(SESSION_BEGUN)
        db.session.delete(session)
        publish(SessionsChanged(**said_by(actor, inquiry, now), session_id=session_id))


def count_visitors(actor: Actor, *, inquiry_id: int, session_id: int, visitors: int) -> None:
    """Type how many people came to a session. Raises InquiryNotFound, NotAllowed, SessionNotFound, WrongInquiryState."""
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.TYPE_OBSERVATION, Act.COUNT_VISITORS, now=now)
        session = queries.get_session(inquiry_id, session_id)
        session.visitors, session.changed_at = visitors, now
        publish(SessionsChanged(**said_by(actor, inquiry, now), session_id=session_id))

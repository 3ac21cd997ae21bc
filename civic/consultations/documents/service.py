"""A councillor puts documents before residents, in an order; they are read as the consultation is."""

import io
from typing import Any, BinaryIO

import sqlalchemy as sa

from civic.consultations.access import ConsultationsAction
from civic.consultations.documents import queries, rules
from civic.consultations.documents.errors import DocumentNotFound, PictureWithoutWords, TooManyDocuments
from civic.consultations.documents.events import (
    DocumentAdded,
    DocumentMoved,
    DocumentRemoved,
    DocumentRenamed,
)
from civic.consultations.documents.models import ConsultationDocument, ConsultationDocumentPiece
from civic.consultations.documents.rules import Direction, Kind
from civic.consultations.models import Consultation
from civic.consultations.queries import lock_consultation
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.documents import LARGEST_FILE_BYTES, refused
from civic.kernel.errors import N_
from civic.kernel.large_documents import LARGEST_BYTES, CheckedDocument, check_large_document
from civic.kernel.photographs import draw_photograph, shrink
from civic.kernel.transaction import publish, transaction

MOST_DOCUMENTS = 20
LEAST_WORDS = 10
FIRST_BYTES = 16
SHORT_DIGEST = 16
NEITHER = N_(
    "Ce fichier n’est ni un PDF, ni une image JPEG, PNG ou WebP, quel que soit son nom. Enregistrez-le en PDF, puis recommencez."
)


def add_document(
    actor: Actor,
    *,
    consultation_id: int,
    file: BinaryIO | bytes,
    title: str,
    description: str = "",
    most_bytes: int = LARGEST_BYTES,
) -> int:
    """Show a document with a consultation, after those that are there. The same file with the same title is shown once.

    Args:
        file: a PDF, or a picture, which is drawn again: where and when it was taken is not kept.
        description: of a picture, what is seen.
        most_bytes: what the installation takes of one PDF; a picture is at most 3 MB.

    Returns:
        Its id.

    Raises:
        ConsultationNotFound: there is none that the actor may see.
        NotAllowed: the actor is neither a councillor nor an agent of its commune.
        DocumentRefused, PhotographRefused: says what is wrong with the file.
        PictureWithoutWords: a picture that is not described.
        TooManyDocuments.
    """
    _ensure_may_write(actor, get_visible_consultation(actor, consultation_id))  # before the file is read
    sent = io.BytesIO(file) if isinstance(file, bytes) else file
    values, pdf = _read(
        sent, description, most_bytes
    )  # before the transaction, which makes every other writer wait
    now = utc_now()
    with transaction():
        consultation = _locked(actor, consultation_id)
        present = queries.list_documents(consultation_id)
        same = queries.find_same(consultation_id, digest=values["digest"], title=title)
        if same is not None:
            return same
        if len(present) >= MOST_DOCUMENTS:
            raise TooManyDocuments(fields={"document": [TooManyDocuments.message]})
        document = ConsultationDocument(
            consultation_id=consultation_id, title=title, place=len(present) + 1, added_at=now, **values
        )
        db.session.add(document)
        db.session.flush()
        for rank, piece in enumerate(pdf.pieces() if pdf else ()):
            row = {"document_id": document.id, "rank": rank, "content": piece}
            db.session.execute(sa.insert(ConsultationDocumentPiece).values(row))
        told = _told(actor, consultation, document)
        publish(DocumentAdded(occurred_at=now, digest=document.digest, **told))
    return document.id


def rename_document(
    actor: Actor,
    *,
    consultation_id: int,
    document_id: int,
    title: str,
    description: str = "",
    seen: str | None = None,
) -> None:
    """Correct the title of a document, and the description of a picture.

    Args:
        seen: what was stored when it was read.

    Raises:
        DocumentNotFound, PictureWithoutWords; ChangedMeanwhile: somebody else corrected it since; and as ``add_document``.
    """
    now = utc_now()
    with transaction():
        consultation = _locked(actor, consultation_id)
        document = _own(consultation_id, document_id)
        with document.written_over(seen):
            if document.kind is Kind.PICTURE:
                document.description = _ensure_described(description)
            document.title = title
        publish(DocumentRenamed(occurred_at=now, **_told(actor, consultation, document)))


def move_document(actor: Actor, *, consultation_id: int, document_id: int, direction: Direction) -> None:
    """Show a document a place higher or lower. Raises DocumentNotFound; and as ``add_document``."""
    now = utc_now()
    with transaction():
        consultation = _locked(actor, consultation_id)
        document = _own(consultation_id, document_id)
        ids = [each.id for each in queries.list_documents(consultation_id)]
        queries.set_order(rules.moved(ids, document_id, direction))
        publish(DocumentMoved(occurred_at=now, **_told(actor, consultation, document)))


def remove_document(actor: Actor, *, consultation_id: int, document_id: int) -> None:
    """Show a document no more: its file is erased, its title stays in the journal. Raises DocumentNotFound; and as ``add_document``."""
    now = utc_now()
    with transaction():
        consultation = _locked(actor, consultation_id)
        document = _own(consultation_id, document_id)
        told = _told(actor, consultation, document)
        publish(DocumentRemoved(occurred_at=now, digest=document.digest, **told))
        db.session.delete(document)
        db.session.flush()
        queries.set_order([each.id for each in queries.list_documents(consultation_id)])


def read_document(
    actor: Actor, document_id: int, kind: Kind, *, is_small: bool = False
) -> tuple[bytes | None, ConsultationDocument]:
    """Return the content of a document (none of a large one, which is read in pieces): what is of a draft is read by who may see the draft.

    Raises:
        DocumentNotFound: there is none of this kind.
        ConsultationNotFound: its consultation is not the actor's to read.
    """
    document = queries.get_document(document_id, is_small=is_small, has_content=True)
    get_visible_consultation(actor, document.consultation_id)
    if document.kind is not kind:
        raise DocumentNotFound
    return document.small if is_small and document.small is not None else document.content, document


def _read(file: BinaryIO, description: str, most_bytes: int) -> tuple[dict[str, Any], CheckedDocument | None]:
    """Return what is stored of a file, and the PDF where it is one."""
    first = file.read(FIRST_BYTES)
    file.seek(0)
    kind = rules.kind_of(first)
    if first and kind is None:
        raise refused(NEITHER)
    if kind is not Kind.PICTURE:
        read = check_large_document(file, most_bytes=most_bytes)
        kept = {"content": read.content, "digest": read.sha256[:SHORT_DIGEST], "size_bytes": read.size_bytes}
        return {"kind": Kind.PDF, **kept}, read
    return _read_picture(file.read(LARGEST_FILE_BYTES + 1), description), None


def _read_picture(file: bytes, description: str) -> dict[str, Any]:
    _ensure_described(description)
    drawn = draw_photograph(file)
    small = shrink(drawn)
    return {
        "kind": Kind.PICTURE, "description": description, "content": drawn.content, "small": small.content,
        "digest": drawn.digest, "size_bytes": len(drawn.content), "width": drawn.width, "height": drawn.height,
        "small_width": small.width, "small_height": small.height,
    }  # fmt: skip


def _ensure_described(description: str) -> str:
    if len(description) < LEAST_WORDS:
        raise PictureWithoutWords(fields={"description": [PictureWithoutWords.message]})
    return description


def _ensure_may_write(actor: Actor, consultation: Consultation) -> None:
    require(actor, ConsultationsAction.WRITE_CONSULTATION, consultation)


def _locked(actor: Actor, consultation_id: int) -> Consultation:
    """Return the consultation, whose documents nobody else orders meanwhile."""
    _ensure_may_write(actor, get_visible_consultation(actor, consultation_id))
    return lock_consultation(consultation_id)


def _own(consultation_id: int, document_id: int) -> ConsultationDocument:
    document = queries.get_document(document_id)
    if document.consultation_id != consultation_id:
        raise DocumentNotFound
    return document


def _told(actor: Actor, consultation: Consultation, document: ConsultationDocument) -> dict[str, Any]:
    return {
        "consultation_id": consultation.id,
        "territory_id": consultation.territory_id,
        "actor_id": actor.id,
        "document_id": document.id,
        "title": document.title,
    }

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.consultations.documents.errors import DocumentNotFound
from civic.consultations.documents.models import ConsultationDocument, ConsultationDocumentPiece
from civic.consultations.documents.rules import Kind
from civic.kernel.database import db
from civic.kernel.editing import fingerprint

_COPIED = (
    "kind", "place", "title", "description", "content", "small", "digest", "size_bytes",
    "width", "height", "small_width", "small_height",
)  # fmt: skip


@dataclass(frozen=True)
class DocumentView:
    """A document without its content. ``digest`` names what its address gives."""

    id: int
    kind: Kind
    title: str
    description: str
    digest: str
    size_bytes: int
    width: int | None
    height: int | None
    small_width: int | None
    small_height: int | None
    added_at: datetime

    @property
    def seen(self) -> str:
        """What the form of its words carries (``ConsultationDocument.seen``)."""
        return fingerprint(self.title, self.description)

    @property
    def is_picture(self) -> bool:
        return self.kind is Kind.PICTURE

    @property
    def kilobytes(self) -> int:
        return max(1, round(self.size_bytes / 1024))


_COLUMNS = tuple(getattr(ConsultationDocument, name) for name in DocumentView.__dataclass_fields__)


_OF_ONE = (
    sa.select(*_COLUMNS)
    .where(ConsultationDocument.consultation_id == sa.bindparam("consultation"))
    .order_by(ConsultationDocument.place, ConsultationDocument.id)
)


def list_documents(consultation_id: int) -> list[DocumentView]:
    """Return the documents of a consultation in their order: one query, which reads no content."""
    return [DocumentView(*row) for row in db.session.execute(_OF_ONE, {"consultation": consultation_id})]


def get_document(
    document_id: int, *, is_small: bool = False, has_content: bool = False
) -> ConsultationDocument:
    """Return a document, with the content that is asked. Raises DocumentNotFound."""
    query = sa.select(ConsultationDocument).filter_by(id=document_id)
    if has_content:
        column = ConsultationDocument.small if is_small else ConsultationDocument.content
        query = query.options(sa.orm.undefer(column))
    document = db.session.scalars(query).one_or_none()
    if document is None:
        raise DocumentNotFound
    return document


def find_same(consultation_id: int, *, digest: str, title: str) -> int | None:
    query = sa.select(ConsultationDocument.id).filter_by(
        consultation_id=consultation_id, digest=digest, title=title
    )
    return db.session.scalar(query.limit(1))


def set_order(ids: list[int]) -> None:
    """Give documents their places, in this order."""
    for place, document_id in enumerate(ids, start=1):
        db.session.execute(
            sa.update(ConsultationDocument).where(ConsultationDocument.id == document_id).values(place=place)
        )


def copy_documents(source_id: int, copy_id: int, *, at: datetime) -> None:
    """Give a consultation the documents of another one: the database copies them, and no content is read here."""
    columns = [getattr(ConsultationDocument, name) for name in _COPIED]
    source = sa.select(
        sa.literal(copy_id), sa.literal(at, ConsultationDocument.added_at.type), *columns
    ).where(ConsultationDocument.consultation_id == source_id)
    rows = sa.insert(ConsultationDocument).from_select(["consultation_id", "added_at", *_COPIED], source)
    db.session.execute(rows)
    _copy_pieces(source_id, copy_id)


def _copy_pieces(source_id: int, copy_id: int) -> None:
    """Those of large documents: a document and its copy have the same place."""
    piece, before, after = (
        ConsultationDocumentPiece,
        sa.orm.aliased(ConsultationDocument),
        sa.orm.aliased(ConsultationDocument),
    )
    pieces = (
        sa.select(after.id, piece.rank, piece.content)
        .join(before, before.id == piece.document_id)
        .join(after, after.place == before.place)
        .where(before.consultation_id == source_id, after.consultation_id == copy_id)
    )
    db.session.execute(sa.insert(piece).from_select(["document_id", "rank", "content"], pieces))


def read_piece(document_id: int, rank: int) -> bytes:
    """Return a piece of a large document. Raises DocumentNotFound: it was removed meanwhile."""
    query = sa.select(ConsultationDocumentPiece.content).filter_by(document_id=document_id, rank=rank)
    piece = db.session.scalar(query)
    if piece is None:
        raise DocumentNotFound
    return piece

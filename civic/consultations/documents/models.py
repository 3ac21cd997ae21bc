from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.consultations.documents.rules import Kind
from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited


class ConsultationDocument(Edited, Model):
    """A PDF as the town hall sent it, or a picture drawn again.

    Attributes:
        place: its rank on the page, from 1.
        content: none of a large PDF, which is kept in pieces.
        description: of a picture, for who does not see it.
        small: of a picture, what a list shows.
    """

    __tablename__ = "consultation_document"
    WRITTEN = ("title", "description")
    __table_args__ = (
        sa.CheckConstraint("(kind = 'picture') = (width IS NOT NULL)", name="picture_has_a_size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[Kind] = mapped_column(enum_type(Kind))
    place: Mapped[int]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    small: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    digest: Mapped[str]
    size_bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    small_width: Mapped[int | None]
    small_height: Mapped[int | None]
    added_at: Mapped[datetime]


class ConsultationDocumentPiece(Model):
    """A part of a large document, of ``kernel.large_documents.PIECE_BYTES``; the last one is shorter."""

    __tablename__ = "consultation_document_piece"

    document_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation_document.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)

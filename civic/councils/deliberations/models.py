from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.councils.deliberations.rules import RecordKind, due_on
from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited


class MunicipalRecord(Edited, Model):
    """A deliberation, minutes, or the list of what a sitting of the municipal council examined, with its PDF.

    Attributes:
        number: as the register of the town writes it. digest: names what the address of the PDF gives.
        corrected_at: when it was last changed after it was published; shown.
    """

    __tablename__ = "municipal_record"
    WRITTEN = ("kind", "number", "title", "summary", "held_on", "adopted_on", "digest", "published_at")
    __table_args__ = (
        sa.UniqueConstraint("territory_id", "kind", "number"),
        sa.Index("ix_municipal_record_territory_id_held_on", "territory_id", "held_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    kind: Mapped[RecordKind] = mapped_column(enum_type(RecordKind, is_checked=False))
    number: Mapped[str | None]
    title: Mapped[str]
    summary: Mapped[str]
    held_on: Mapped[date] = mapped_column(sa.Date)
    adopted_on: Mapped[date | None] = mapped_column(sa.Date)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    digest: Mapped[str]
    size_bytes: Mapped[int]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    corrected_at: Mapped[datetime | None]

    @property
    def due_on(self) -> date | None:
        return due_on(self.kind, self.held_on, self.adopted_on)

    @property
    def kilobytes(self) -> int:
        return max(1, round(self.size_bytes / 1024))

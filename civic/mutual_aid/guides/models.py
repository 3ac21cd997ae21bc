from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model
from civic.kernel.editing import Edited


class Guide(Edited, Model):
    """How to do one procedure, step by step, in plain text: a line is a step, an empty line begins another part."""

    __tablename__ = "guide"
    WRITTEN = ("title", "summary", "text", "address")

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    title: Mapped[str]
    summary: Mapped[str]
    text: Mapped[str]
    address: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    removed_at: Mapped[datetime | None]

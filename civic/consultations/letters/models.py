from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model


class Letter(Model):
    """What the town hall wrote, as it was sent. ``taken_back_at``: it was sent by mistake, and is read no more."""

    __tablename__ = "consultation_letter"
    __table_args__ = (
        sa.Index("ix_consultation_letter_consultation_id_sent_at", "consultation_id", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    title: Mapped[str]
    body_source: Mapped[str]
    body_html: Mapped[str]
    sent_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.proposals.rules import Category


class ProposalDraft(Model):
    """A proposal that is being written, by whom alone reads it. ``version`` grows by one each time that its words change.

    ``key``: of the display of the form in which it was begun, so that sent twice it is one draft.
    """

    __tablename__ = "proposal_draft"
    __table_args__ = (
        sa.UniqueConstraint("author_id", "key"),
        sa.CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name="point_is_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    key: Mapped[str | None]
    title: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    category: Mapped[Category | None] = mapped_column(enum_type(Category))
    territory_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    place_label: Mapped[str] = mapped_column(default="", server_default="")
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id", ondelete="SET NULL"))
    topic: Mapped[str] = mapped_column(default="", server_default="")
    is_anonymous: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime] = mapped_column(index=True)

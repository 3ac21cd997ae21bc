from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model


class ProposalPhotograph(Model):
    """A photograph of a proposal, or of its draft, drawn again from what was sent. ``small``: what a list shows of it."""

    __tablename__ = "proposal_photograph"
    __table_args__ = (sa.CheckConstraint("(proposal_id IS NULL) <> (draft_id IS NULL)", name="is_of_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("proposal.id", ondelete="CASCADE"), index=True
    )
    draft_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("proposal_draft.id", ondelete="CASCADE"), index=True
    )
    description: Mapped[str]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    small: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    digest: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    small_width: Mapped[int]
    small_height: Mapped[int]
    created_at: Mapped[datetime]


class ProposalDocument(Model):
    """A PDF of a proposal, or of its draft, as it was sent but for the name of its author, which it may hold unseen."""

    __tablename__ = "proposal_document"
    __table_args__ = (sa.CheckConstraint("(proposal_id IS NULL) <> (draft_id IS NULL)", name="is_of_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("proposal.id", ondelete="CASCADE"), index=True
    )
    draft_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("proposal_draft.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    digest: Mapped[str]
    size_bytes: Mapped[int]
    created_at: Mapped[datetime]

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.proposals.amendments.rules import AmendmentState


class Amendment(Model):
    """A change of the text of a proposal that somebody proposes. One waits at most, of each person on each proposal.

    Attributes:
        version: the number of the text that it changes, which is kept (``ProposalVersion``).
        reason: why; ``answer``: why it is refused. The words of a withdrawn one are deleted.

    What a coauthor changes herself is one that never waited (``waited``): it credits her in the versions, and is not among the amendments.
    """

    __tablename__ = "amendment"
    __table_args__ = (
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_has_its_instant"),
        sa.Index("ix_amendment_proposal_id_created_at", "proposal_id", "created_at"),
        sa.Index(
            "uq_amendment_one_waits",
            "proposal_id",
            "author_id",
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    version: Mapped[int]
    title: Mapped[str]
    body_source: Mapped[str]
    reason: Mapped[str]
    state: Mapped[AmendmentState] = mapped_column(enum_type(AmendmentState))
    answer: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    hidden_at: Mapped[datetime | None]

    @property
    def waited(self) -> bool:
        """Whether it was proposed before it was decided."""
        return self.decided_at is None or self.decided_at > self.created_at


class ProposalVersion(Model):
    """A text that a proposal had or has, kept once somebody proposed to change it. ``amendment_id``: the one from which it comes."""

    __tablename__ = "proposal_version"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    body_source: Mapped[str]
    amendment_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("amendment.id", ondelete="SET NULL"), index=True
    )
    written_at: Mapped[datetime]

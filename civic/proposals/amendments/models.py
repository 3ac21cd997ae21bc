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
        answer_hidden_at: moderation hid that answer, which its writer alone still reads.
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
    answer_hidden_at: Mapped[datetime | None]


class ProposalVersion(Model):
    """A text that a proposal had or has, kept once somebody proposed to change it, or once several sign it.

    Attributes:
        amendment_id: the one from which it comes.
        is_cosigned: a coauthor wrote it, ``writer_id`` (None once she has left). Else the author did, or whoever proposed the amendment.
    """

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
    writer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    is_cosigned: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    written_at: Mapped[datetime]

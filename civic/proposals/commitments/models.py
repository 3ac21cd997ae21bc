from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.kernel.database import Model
from civic.kernel.editing import Edited
from civic.proposals.commitments.rules import Step


class Commitment(Edited, Model):
    """What the town hall will do of a proposal that it takes up. Seen by residents once ``published_at`` is set, and kept as it is then."""

    __tablename__ = "commitment"
    WRITTEN = ("title", "details", "in_charge", "budget_cents", "promised")
    __table_args__ = (sa.CheckConstraint("budget_cents >= 0", name="budget_is_a_sum"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    title: Mapped[str]
    details: Mapped[str] = mapped_column(default="")
    in_charge: Mapped[str]
    budget_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    dropped_at: Mapped[datetime | None]
    dropped_reason: Mapped[str] = mapped_column(default="")

    milestones: Mapped[list["Milestone"]] = relationship(
        cascade="all, delete-orphan", order_by="(Milestone.due_on, Milestone.id)", lazy="selectin"
    )

    @property
    def promised(self) -> list[list[str]]:
        """Return what its steps say, in the order in which they are read."""
        return [
            [day.isoformat(), title]
            for day, title in sorted((one.due_on, one.title) for one in self.milestones)
        ]

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(each.step for each in self.milestones)


class Milestone(Model):
    """A step of a commitment. ``done_on``: the day on which it was; ``done_at``: when the town hall said so."""

    __tablename__ = "milestone"
    __table_args__ = (
        sa.CheckConstraint("(done_on IS NULL) = (done_at IS NULL)", name="done_has_its_instant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]
    due_on: Mapped[date] = mapped_column(sa.Date)
    done_on: Mapped[date | None] = mapped_column(sa.Date)
    done_at: Mapped[datetime | None]

    @property
    def step(self) -> Step:
        return Step(self.title, self.due_on, self.done_on)


class CommitmentNews(Model):
    """Something that moved: a step that was done, or words. ``told_at``: when those who support the proposal were told."""

    __tablename__ = "commitment_news"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("milestone.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    body: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(index=True)


class CommitmentPhotograph(Model):
    """A photograph of what is being done, drawn again from what was sent. ``content`` is read by the address that serves it alone."""

    __tablename__ = "commitment_photograph"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    description: Mapped[str]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    digest: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime]

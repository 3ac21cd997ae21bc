from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited
from civic.proposals.answers.rules import Promise, Verdict


class TownAnswerPromise(Edited, Model):
    """What the consultations of a commune promise unless they say otherwise. Without a row, the defaults of ``Promise``."""

    __tablename__ = "town_answer_promise"
    WRITTEN = ("threshold", "days", "remind_days", "needs_reading")

    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), primary_key=True)
    threshold: Mapped[int]
    days: Mapped[int]
    remind_days: Mapped[int]
    needs_reading: Mapped[bool]
    changed_at: Mapped[datetime]

    @property
    def promise(self) -> Promise:
        return Promise(self.threshold, self.days, self.remind_days, self.needs_reading)


class AnswerPromise(Edited, Model):
    """What one consultation promises: written at its publication at the latest. One of before promises existed has none."""

    __tablename__ = "answer_promise"
    WRITTEN = ("threshold", "days", "remind_days", "needs_reading")
    __table_args__ = (
        sa.CheckConstraint("threshold >= 0", name="threshold_is_a_count"),
        sa.CheckConstraint("days > 0 AND remind_days > 0", name="delays_are_positive"),
    )

    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True
    )
    threshold: Mapped[int]
    days: Mapped[int]
    remind_days: Mapped[int]
    needs_reading: Mapped[bool]
    changed_at: Mapped[datetime]

    @property
    def promise(self) -> Promise:
        return Promise(self.threshold, self.days, self.remind_days, self.needs_reading)


class AnswerCharge(Model):
    """Who is reminded of the answers of a consultation, in this order; the agents of the town hall come last."""

    __tablename__ = "answer_charge"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "person_id"),)

    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)


class ExpectedAnswer(Model):
    """That a proposal is owed an answer. Written once, by the support that reached the threshold; never taken back.

    Attributes:
        since: that support's instant.
        extended_at: when « à l’étude » put the date off, once.
        answered_at: the first published answer that decides something.
        remind_at, step: the next reminder; None when nobody is reminded any more.
    """

    __tablename__ = "expected_answer"
    __table_args__ = (sa.Index("ix_expected_answer_consultation_id_due_at", "consultation_id", "due_at"),)

    proposal_id: Mapped[int] = mapped_column(
        sa.ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
    )
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    extended_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    step: Mapped[int] = mapped_column(default=0)


class AnswerReading(Model):
    """That a draft is shown to a second person, and what she says of the version that she read."""

    __tablename__ = "answer_reading"
    __table_args__ = (
        sa.CheckConstraint("(verdict IS NULL) = (read_version IS NULL)", name="verdict_is_of_a_version"),
    )

    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("answer.id", ondelete="CASCADE"), primary_key=True)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    reader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    asked_at: Mapped[datetime]
    asked_version: Mapped[int]
    verdict: Mapped[Verdict | None] = mapped_column(enum_type(Verdict))
    note: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime | None]
    read_version: Mapped[int | None]

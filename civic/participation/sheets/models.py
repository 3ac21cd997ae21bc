from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.consultations.channels import Channel
from civic.kernel.database import Model, enum_type
from civic.kernel.sealing import Sealed
from civic.participation.rules import AgeBand


class ContributionSheet(Model):
    """One person's answer that the town hall types: on a printed sheet with a number of its own, or said by telephone, in a meeting, by mail.

    Attributes:
        number: of a printed sheet, typed once; none where nothing was printed.
        channel, received_on, typed_at: none while it was not typed.
        name: private, for the town hall to answer; none where the person preferred.
        asked: what was printed on it: ``statements`` and ``proposals``, by id, and ``questions``, by key, in their order.
        survey_answer_id: what it answered to the questionnaire, for as long as its typing can be undone; then nothing links the two.
        same_as_id: another sheet of the same person, which counts her once.
    """

    __tablename__ = "contribution_sheet"
    __table_args__ = (
        sa.CheckConstraint("(typed_at IS NULL) = (channel IS NULL)", name="typed_has_its_channel"),
        sa.Index("ix_contribution_sheet_consultation_id_typed_at", "consultation_id", "typed_at"),
        sa.Index("ix_contribution_sheet_typed_by_id_typed_at", "typed_by_id", "typed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id", ondelete="CASCADE"))
    number: Mapped[str | None] = mapped_column(unique=True)
    asked: Mapped[dict[str, Any]]
    printed_at: Mapped[datetime | None]
    printed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    channel: Mapped[Channel | None] = mapped_column(enum_type(Channel, is_checked=False))
    received_on: Mapped[date | None]
    typed_at: Mapped[datetime | None]
    typed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    name: Mapped[str | None] = mapped_column(Sealed("contribution_sheet.name"))
    contact: Mapped[str | None] = mapped_column(Sealed("contribution_sheet.contact"))
    band: Mapped[AgeBand | None] = mapped_column(enum_type(AgeBand, is_checked=False))
    territory_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"))
    same_as_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contribution_sheet.id", ondelete="SET NULL"), index=True
    )
    proposal_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("proposal.id", ondelete="SET NULL"), index=True
    )
    participant_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("participant.id", ondelete="SET NULL"), index=True
    )
    answers_survey: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    survey_answer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("survey_answer.id", ondelete="SET NULL"), index=True
    )


class SheetArgument(Model):
    """An argument that came on a sheet: the row of ``argument`` names nobody."""

    __tablename__ = "sheet_argument"

    argument_id: Mapped[int] = mapped_column(
        sa.ForeignKey("argument.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    sheet_id: Mapped[int] = mapped_column(
        sa.ForeignKey("contribution_sheet.id", ondelete="CASCADE"), index=True
    )


class SheetSupport(Model):
    """A support that came on a sheet: the row of ``support`` names nobody."""

    __tablename__ = "sheet_support"

    support_id: Mapped[int] = mapped_column(
        sa.ForeignKey("support.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    sheet_id: Mapped[int] = mapped_column(
        sa.ForeignKey("contribution_sheet.id", ondelete="CASCADE"), index=True
    )

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.consultations.channels import Channel
from civic.kernel.database import Model, enum_type
from civic.surveys.asking import Questionnaire, take_up
from civic.surveys.rules import Openness, Values


class Survey(Model):
    """The questionnaire of a consultation. ``version`` grows by one each time that it is saved.

    Attributes:
        document: as ``asking.write_down`` writes it.
        edition: 0 while nobody began to answer; from then on the number of the edition that is asked.
        takes_paper: sheets were printed, or an answer typed: some are typed after the end, and nothing is crossed until then.
    """

    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), unique=True
    )
    openness: Mapped[Openness] = mapped_column(enum_type(Openness))
    document: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    edition: Mapped[int] = mapped_column(default=0)
    takes_paper: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def questionnaire(self) -> Questionnaire:
        return take_up(self.document)

    @property
    def is_frozen(self) -> bool:
        return self.edition > 0


class SurveyEdition(Model):
    """What was asked, from when, with its fingerprint. The first is written by the first answer, each other by a correction of words."""

    __tablename__ = "survey_edition"

    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]]
    fingerprint: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime]


class SurveyAnswer(Model):
    """What somebody answered, without who. The neighbourhood and the band of ages are those by which results are crossed."""

    __tablename__ = "survey_answer"
    __table_args__ = (sa.Index("ix_survey_answer_survey_id", "survey_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"))
    edition: Mapped[int]
    document: Mapped[dict[str, Any]]
    has_account: Mapped[bool]
    channel: Mapped[Channel] = mapped_column(
        enum_type(Channel, is_checked=False), default=Channel.WEB, server_default=Channel.WEB.value
    )
    neighbourhood_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    age_band: Mapped[str | None]

    @property
    def values(self) -> Values:
        return {int(key): value for key, value in self.document.items()}


class SurveyParticipant(Model):
    """Who answers: a person, or who holds a key. Her draft goes with her; her answer, once sent, stays without her.

    Attributes:
        key_digest: of the key of somebody without an account.
        draft: what is not sent yet, by the key of each question; None when there is nothing beside the answer.
        page: the page that she reached.
    """

    __tablename__ = "survey_participant"
    __table_args__ = (
        sa.UniqueConstraint("survey_id", "person_id"),
        sa.UniqueConstraint("survey_id", "key_digest"),
        sa.CheckConstraint("(person_id IS NULL) <> (key_digest IS NULL)", name="is_a_person_or_a_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    key_digest: Mapped[str | None]
    answer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("survey_answer.id", ondelete="SET NULL"), unique=True
    )
    draft: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    page: Mapped[int] = mapped_column(default=1)
    edition: Mapped[int]
    began_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    @property
    def draft_values(self) -> Values:
        return {int(key): value for key, value in (self.draft or {}).items()}


class SurveyConsent(Model):
    """What somebody agreed to when she sent her answer, in the words that she read."""

    __tablename__ = "survey_consent"

    answer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("survey_answer.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[int] = mapped_column(primary_key=True)
    edition: Mapped[int]
    text: Mapped[str]
    until: Mapped[str]
    agreed_at: Mapped[datetime]

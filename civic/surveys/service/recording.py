"""What came on paper, or was said, and that the town hall types. Whoever asks has checked who types, and when it was received."""

from datetime import datetime

import sqlalchemy as sa

from civic.consultations.channels import Channel
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.surveys import marks, queries
from civic.surveys.errors import AnswersRefused, TotalsAreRead, by_field
from civic.surveys.marks import Mark
from civic.surveys.models import Survey, SurveyAnswer, SurveyConsent
from civic.surveys.service.answering import document_of, write_consents
from civic.surveys.service.writing import freeze


def open_to_paper(survey: Survey, *, now: datetime, is_over: bool) -> Survey:
    """Freeze a questionnaire that is printed or typed, and hold back what is crossed until its sheets are typed.

    Raises:
        TotalsAreRead: it closed without a sheet, and its crossed results may have been read: one more answer would tell itself.
    """
    with transaction():
        survey = freeze(survey, now=now)
        if not survey.takes_paper:
            if is_over:
                raise TotalsAreRead
            survey = queries.lock_survey(survey.id)
            survey.takes_paper = True
    return survey


def record_answer(
    survey: Survey, *, typed: dict[int, Mark], channel: Channel, neighbourhood_id: int | None, age_band: str | None, now: datetime
) -> int:  # fmt: skip
    """Count an answer that names nobody. Returns its id. Raises AnswersRefused: says, on each question, what cannot be read."""
    with transaction():
        reading = marks.read_marks(survey.questionnaire, typed)
        if reading.wrong:
            raise AnswersRefused(
                **by_field({f"q-{key}": sentence for key, sentence in reading.wrong.items()})
            )
        answer = SurveyAnswer(
            survey_id=survey.id, document=document_of(reading.values), edition=survey.edition, has_account=False,
            channel=channel, neighbourhood_id=neighbourhood_id, age_band=age_band,
        )  # fmt: skip
        db.session.add(answer)
        db.session.flush()
        write_consents(survey, answer, reading.values, now)
        return answer.id


def take_back_answer(answer_id: int) -> None:
    """Delete an answer that was typed by mistake."""
    with transaction():
        db.session.execute(sa.delete(SurveyConsent).where(SurveyConsent.answer_id == answer_id))
        db.session.execute(sa.delete(SurveyAnswer).where(SurveyAnswer.id == answer_id))

"""What a sheet answers to the questionnaire of its consultation: counted apart from it."""

from datetime import datetime

from civic.consultations.models import Consultation
from civic.kernel.transaction import transaction
from civic.kernel.undo import UNDO_LASTS
from civic.participation.sheets import queries
from civic.participation.sheets.errors import AnsweredAlready
from civic.participation.sheets.models import ContributionSheet
from civic.surveys.marks import Mark
from civic.surveys.models import Survey
from civic.surveys.queries import find_survey, get_survey
from civic.surveys.rules import is_over
from civic.surveys.service.recording import open_to_paper, record_answer


def questions_to_ask(consultation: Consultation, *, at: datetime) -> list[int]:
    """Return the keys of the questions that a sheet asks now. Over without a sheet, a questionnaire takes none any more: its results are read."""
    survey = find_survey(consultation.id)
    if survey is None or (is_over(consultation.phases, at=at) and not survey.takes_paper):
        return []
    return [question.key for question in survey.questionnaire.questions]


def open_survey(consultation: Consultation, now: datetime) -> Survey:
    """Return the questionnaire, which is frozen once it is printed or typed. Raises TotalsAreRead."""
    survey = get_survey(consultation.id)
    return open_to_paper(survey, now=now, is_over=is_over(consultation.phases, at=now))


def marks_asked(sheet: ContributionSheet, typed: dict[int, Mark]) -> dict[int, Mark]:
    """Return what was typed of the questions that a sheet asks. One printed before they were written asks none."""
    asked = set(sheet.asked.get("questions", []))
    return {key: mark for key, mark in typed.items() if key in asked and not mark.is_blank}


def count_answer(
    sheet: ContributionSheet, consultation: Consultation, marks: dict[int, Mark], now: datetime
) -> None:
    """Count the answer of a sheet that was described. Once its typing cannot be undone, nothing links the two.

    The ages of sheets are other bands than those of questionnaires: a sheet's is counted with those who took part, not crossed with answers.

    Raises:
        AnsweredAlready: another sheet of the same person answers it.
        AnswersRefused, TotalsAreRead.
    """
    if sheet.same_as_id is not None and queries.has_answered(sheet.same_as_id):
        raise AnsweredAlready(fields={"same_as": [AnsweredAlready.message]})
    assert sheet.channel is not None
    queries.forget_answers_of_sheets(before=now - UNDO_LASTS)
    sheet.answers_survey = True
    sheet.survey_answer_id = record_answer(
        open_survey(consultation, now),
        typed=marks,
        channel=sheet.channel,
        neighbourhood_id=sheet.territory_id,
        age_band=None,
        now=now,
    )


def forget_answers_of_sheets(now: datetime) -> int:
    """Part the sheets from what they answered, once their typing cannot be undone. Returns how many."""
    with transaction():
        return queries.forget_answers_of_sheets(before=now - UNDO_LASTS)

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.surveys.asking import OTHER, Question
from civic.surveys.errors import SurveyNotFound
from civic.surveys.models import Survey, SurveyAnswer, SurveyConsent, SurveyEdition, SurveyParticipant
from civic.surveys.rules import Values


@dataclass(frozen=True)
class Holder:
    """Who answers: a person, or somebody without an account who holds a key."""

    person_id: int | None = None
    key_digest: str | None = None


def find_survey(consultation_id: int) -> Survey | None:
    return db.session.scalars(sa.select(Survey).filter_by(consultation_id=consultation_id)).one_or_none()


def get_survey(consultation_id: int) -> Survey:
    """Raises SurveyNotFound."""
    survey = find_survey(consultation_id)
    if survey is None:
        raise SurveyNotFound
    return survey


def lock_survey(survey_id: int) -> Survey:
    """Return a survey as it is now, which nobody else changes before the transaction ends."""
    query = sa.select(Survey).filter_by(id=survey_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def list_editions(survey_id: int) -> list[SurveyEdition]:
    query = sa.select(SurveyEdition).filter_by(survey_id=survey_id).order_by(SurveyEdition.number)
    return list(db.session.scalars(query))


def find_participant(survey_id: int, holder: Holder, *, is_locked: bool = False) -> SurveyParticipant | None:
    query = sa.select(SurveyParticipant).filter_by(survey_id=survey_id)
    if holder.person_id is not None:
        query = query.filter_by(person_id=holder.person_id)
    elif holder.key_digest is not None:
        query = query.filter_by(key_digest=holder.key_digest)
    else:
        return None
    if is_locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).one_or_none()


def find_answer(participant: SurveyParticipant | None) -> SurveyAnswer | None:
    if participant is None or participant.answer_id is None:
        return None
    return db.session.get(SurveyAnswer, participant.answer_id)


def values_of(participant: SurveyParticipant) -> Values:
    """Return what a participant would find in the form: her draft, else the answer that she sent."""
    if participant.draft is not None:
        return participant.draft_values
    answer = find_answer(participant)
    return answer.values if answer else {}


def count_answers(survey_id: int) -> int:
    query = sa.select(sa.func.count()).select_from(SurveyAnswer).filter_by(survey_id=survey_id)
    return db.session.scalar(query) or 0


def list_answers(survey_id: int) -> Sequence[SurveyAnswer]:
    """Return every answer, by number."""
    query = sa.select(SurveyAnswer).filter_by(survey_id=survey_id).order_by(SurveyAnswer.id)
    return db.session.scalars(query).all()


def list_consents(answer_id: int) -> list[SurveyConsent]:
    query = sa.select(SurveyConsent).filter_by(answer_id=answer_id).order_by(SurveyConsent.question)
    return list(db.session.scalars(query))


def list_texts(
    survey_id: int, question: Question, *, number: int = 1, size: int = PAGE_SIZE
) -> Page[SurveyAnswer]:
    """Return a page of the answers that hold something written to a question, or under « other »."""
    value = SurveyAnswer.document[str(question.key)]
    written = value["other" if question.has_other else "text"].as_string()
    query = sa.select(SurveyAnswer).where(SurveyAnswer.survey_id == survey_id, written.is_not(None))
    return paginate(query.order_by(SurveyAnswer.id), number=number, size=size)


def text_of(answer: SurveyAnswer, question: Question) -> str:
    value = answer.values.get(question.key, {})
    return str(value.get("other", "") if OTHER in value.get("chosen", ()) else value.get("text", ""))

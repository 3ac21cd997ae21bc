"""What surveys hold of a person: given to her when she asks. When she leaves, her draft goes; an answer that she sent stays, without her.

The questions follow their consultation when it is copied.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.consultations.events import ConsultationDrafted
from civic.consultations.models import Consultation
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.surveys import queries
from civic.surveys.models import Survey, SurveyParticipant
from civic.surveys.service.writing import copy_survey
from civic.surveys.telling import answers_in_words


@erases_personal_data("surveys")
def erase(person_id: int, now: datetime) -> None:
    db.session.execute(sa.delete(SurveyParticipant).where(SurveyParticipant.person_id == person_id))


@exports_personal_data("surveys")
def export(person_id: int) -> dict[str, Any]:
    query = (
        sa.select(SurveyParticipant, Survey, Consultation.title)
        .join(Survey, Survey.id == SurveyParticipant.survey_id)
        .join(Consultation, Consultation.id == Survey.consultation_id)
        .where(SurveyParticipant.person_id == person_id)
        .order_by(Survey.id)
    )
    return {"survey_answers": [_told(*row) for row in db.session.execute(query)]}


def _told(participant: SurveyParticipant, survey: Survey, title: str) -> dict[str, Any]:
    values = queries.values_of(participant)
    answer = queries.find_answer(participant)
    return {
        "consultation": title,
        "sent_at": iso_utc(participant.sent_at) if participant.sent_at else None,
        "answers": [
            {
                "question": question.label,
                "answer": " ; ".join(answers_in_words(question, values[question.key])),
            }
            for question in survey.questionnaire.questions
            if question.key in values
        ],
        "consents": [
            {"text": consent.text, "until": consent.until, "agreed_on": iso_utc(consent.agreed_at)}
            for consent in (queries.list_consents(answer.id) if answer else [])
        ],
    }


@within_transaction(ConsultationDrafted)
def copy_questions(fact: ConsultationDrafted) -> None:
    if fact.copied_from_id:
        copy_survey(source_id=fact.copied_from_id, copy_id=fact.consultation_id, now=fact.occurred_at)

"""What every page of surveys shares: which consultation, who answers, and what is told of a survey."""

from dataclasses import dataclass
from datetime import datetime

from flask import session

from civic.consultations.models import Consultation
from civic.consultations.rules import Activity, Call, call_for, hidden_until, permits
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.kernel.sealing import keyed_digest
from civic.surveys import queries
from civic.surveys.access import Answering, SurveysAction
from civic.surveys.models import Survey, SurveyParticipant
from civic.surveys.queries import Holder
from civic.surveys.rules import Openness, is_over
from civic.web.identity import current_actor

KEYS = "survey_keys"
MOST_KEYS = 20
"""Of surveys that one browser answered without an account; the oldest is forgotten first."""
SECONDS_A_QUESTION = 15


@dataclass(frozen=True)
class Asked:
    """A survey as its reader finds it now."""

    consultation: Consultation
    survey: Survey
    participant: SurveyParticipant | None
    is_open: bool
    may_answer: bool
    may_write: bool
    is_over: bool
    hidden_until: datetime | None
    call: Call | None

    @property
    def is_for_anyone(self) -> bool:
        return self.survey.openness is Openness.ANYONE

    @property
    def has_sent(self) -> bool:
        return self.participant is not None and self.participant.answer_id is not None

    @property
    def minutes(self) -> int:
        """How long it takes to answer, about."""
        return max(1, round(len(self.survey.questionnaire.questions) * SECONDS_A_QUESTION / 60))


def find_asked(consultation_id: int) -> Asked:
    """Raises ConsultationNotFound, SurveyNotFound."""
    actor, now = current_actor(), utc_now()
    consultation = get_visible_consultation(actor, consultation_id)
    survey = queries.get_survey(consultation_id)
    return Asked(
        consultation=consultation,
        survey=survey,
        participant=queries.find_participant(survey.id, holder_of(survey)),
        is_open=consultation.published_at is not None
        and permits(consultation.phases, Activity.ANSWER, at=now),
        may_answer=can(actor, SurveysAction.ANSWER_SURVEY, Answering(consultation, survey)),
        may_write=can(actor, SurveysAction.WRITE_SURVEY, consultation),
        is_over=is_over(consultation.phases, at=now),
        hidden_until=hidden_until(consultation.phases, at=now),
        call=call_for(Activity.ANSWER, consultation.phases, at=now),
    )


def holder_of(survey: Survey) -> Holder:
    """Return who answers: the person, else the key that this browser holds."""
    actor = current_actor()
    if actor.is_signed_in:
        return Holder(person_id=actor.id)
    key = session.get(KEYS, {}).get(str(survey.id))
    return Holder(key_digest=digest_of(survey, key) if key else None)


def digest_of(survey: Survey, key: str) -> str:
    return keyed_digest("survey.key", f"{survey.id}:{key}")


def key_held(survey: Survey) -> str | None:
    """Return the key with which somebody without an account takes her answer up again elsewhere."""
    return None if current_actor().is_signed_in else session.get(KEYS, {}).get(str(survey.id))


def hold_key(survey: Survey, key: str) -> None:
    held = {name: value for name, value in session.get(KEYS, {}).items() if name != str(survey.id)}
    session[KEYS] = {**dict(list(held.items())[1 - MOST_KEYS :]), str(survey.id): key}


def forget_key(survey: Survey) -> None:
    session[KEYS] = {name: value for name, value in session.get(KEYS, {}).items() if name != str(survey.id)}

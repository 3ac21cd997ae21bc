"""A questionnaire opens, then its results are read: by the dates of its consultation alone, so each news is owed for its instant and checked then."""

from datetime import datetime
from typing import Any

from civic.consultations import queries as consultations
from civic.consultations.errors import ConsultationNotFound
from civic.consultations.events import ConsultationPublished, ConsultationRevised
from civic.consultations.models import Consultation
from civic.consultations.rules import Activity, ConsultationState, hidden_until, permits
from civic.kernel import outbox
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.events import within_transaction
from civic.kernel.transaction import transaction
from civic.notifications.following.rules import Topic, TopicKind
from civic.notifications.following.service import write_news
from civic.notifications.rules import Kind
from civic.surveys import queries as surveys
from civic.surveys.counting import FEWEST_TOLD
from civic.surveys.events import SurveyWritten
from civic.surveys.models import Survey
from civic.surveys.rules import is_over

OWED = "survey_news"


@within_transaction(ConsultationPublished, ConsultationRevised, SurveyWritten)
def owe_news(fact: Any) -> None:
    """Owe what there may be to tell at each instant at which it may become true; told twice to nobody (see ``write_news``)."""
    consultation = consultations.get_consultation(fact.consultation_id)
    if consultation.state is not ConsultationState.PUBLISHED or surveys.find_survey(consultation.id) is None:
        return
    for instant in sorted(_instants(consultation)):
        key = f"{OWED}:{consultation.id}:{iso_utc(instant)}"
        owed = {"consultation_id": consultation.id}
        outbox.owe_once(OWED, owed, now=fact.occurred_at, due_at=max(instant, fact.occurred_at), key=key)


def _instants(consultation: Consultation) -> set[datetime]:
    asking = [phase for phase in consultation.phases if Activity.ANSWER in phase.activities]
    hiding = [phase for phase in consultation.phases if phase.hides_reactions]
    return {each.opens_at for each in asking} | {each.closes_at for each in (*asking, *hiding)}


@outbox.delivers(OWED)
def tell_survey(owed: dict[str, Any]) -> None:
    """Tell what is true now: dates may have been changed since it was owed."""
    now = utc_now()
    with transaction():
        try:
            consultation = consultations.get_consultation(owed["consultation_id"])
        except ConsultationNotFound:
            return
        survey = surveys.find_survey(consultation.id)
        if survey is None or consultation.state is not ConsultationState.PUBLISHED:
            return
        if permits(consultation.phases, Activity.ANSWER, at=now):
            if _is_news(consultation):
                _write(Kind.NEWS_SURVEY_OPENED, consultation, survey, now)
        elif _has_results(consultation, survey, now):
            _write(Kind.NEWS_SURVEY_RESULTS, consultation, survey, now)


def _is_news(consultation: Consultation) -> bool:
    """Who follows was told that the consultation is published: a questionnaire that opened by then is no second news."""
    first = min(phase.opens_at for phase in consultation.phases if Activity.ANSWER in phase.activities)
    return consultation.published_at is not None and first > consultation.published_at


def _has_results(consultation: Consultation, survey: Survey, now: datetime) -> bool:
    is_read = is_over(consultation.phases, at=now) and hidden_until(consultation.phases, at=now) is None
    return is_read and surveys.count_answers(survey.id) >= FEWEST_TOLD


def _write(kind: Kind, consultation: Consultation, survey: Survey, now: datetime) -> None:
    page = "" if kind is Kind.NEWS_SURVEY_OPENED else "/resultats"
    places = [Topic(TopicKind.PLACE, str(each)) for each in sorted(consultation.concerned_ids)]
    write_news(
        kind,
        key=f"{kind.value}:{survey.id}",
        params={"title": survey.questionnaire.title or consultation.title},
        path=f"/consultations/{consultation.id}/questionnaire{page}",
        topics=[Topic(TopicKind.CONSULTATION, str(consultation.id)), *places],
        now=now,
    )

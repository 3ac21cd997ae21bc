"""Who follows a consultation is told once when its questionnaire opens, and once when its results are read: by the dates alone."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.consultations import service as consultations
from civic.consultations.models import Consultation
from civic.consultations.rules import Activity, ConsultationPlan, PhasePlan
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from civic.notifications.following.models import News
from civic.notifications.following.surveys import OWED, tell_survey
from civic.notifications.rules import Kind
from civic.pages.models import SearchEntry, SearchKind
from civic.surveys.rules import Openness
from civic.surveys.service import writing
from tests.conftest import actor_of, add_person, add_town
from tests.surveys.making import MARKET, YES, answer, close


def news() -> list[Kind]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(News.kind).order_by(News.id)))


def dues() -> list[datetime]:
    db.session.rollback()
    query = sa.select(OutboxMessage.due_at).where(OutboxMessage.kind == OWED)
    return list(db.session.scalars(query.order_by(OutboxMessage.due_at)))


def test_followers_are_told_when_it_opens_and_when_its_results_are_read_each_once(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    cleo = actor_of(add_person("Cléo", roles=((Role.COUNCILLOR, town),)))
    now = utc_now()
    opens, closes = now + timedelta(days=2), now + timedelta(days=9)
    phase = PhasePlan("Répondre", opens, closes, (Activity.READ, Activity.ANSWER), hides_reactions=True)
    plan = ConsultationPlan("Le marché", "En bref", "Quel jour ?", phases=(phase,))
    consultation = consultations.draft_consultation(cleo, territory_id=town, plan=plan)
    writing.save_survey(cleo, consultation_id=consultation, questionnaire=MARKET, openness=Openness.RESIDENTS)
    assert dues() == []  # of a draft, nothing is owed
    consultations.publish_consultation(cleo, consultation_id=consultation)

    assert dues() == [opens, closes]
    owed = {"consultation_id": consultation}
    tell_survey(owed)
    assert news() == [Kind.NEWS_CONSULTATION]  # not open yet: the dates were changed, or a clock is wrong
    _shift(consultation, days=-3)
    for _ in range(2):
        tell_survey(owed)
    assert news() == [Kind.NEWS_CONSULTATION, Kind.NEWS_SURVEY_OPENED]
    for n in range(5):
        answer(add_person(f"Ada {n}", lives_in=place), consultation, q1=YES)
    close(consultation)
    for _ in range(2):
        tell_survey(owed)
    assert news() == [Kind.NEWS_CONSULTATION, Kind.NEWS_SURVEY_OPENED, Kind.NEWS_SURVEY_RESULTS]
    told = db.session.scalars(sa.select(News).filter_by(kind=Kind.NEWS_SURVEY_RESULTS)).one()
    assert told.path == f"/consultations/{consultation}/questionnaire/resultats"
    found = db.session.scalars(sa.select(SearchEntry).filter_by(kind=SearchKind.SURVEY)).one()
    assert (found.subject_id, "Qu’y achetez-vous" in found.text) == (consultation, True)


def test_a_questionnaire_that_opens_with_its_consultation_is_no_second_news(app_context: Flask) -> None:
    town, _ = add_town()
    cleo = actor_of(add_person("Cléo", roles=((Role.COUNCILLOR, town),)))
    now = utc_now()
    phase = PhasePlan("Répondre", now - timedelta(days=1), now + timedelta(days=9), (Activity.ANSWER,))
    plan = ConsultationPlan("Le marché", "En bref", "Quel jour ?", phases=(phase,))
    consultation = consultations.draft_consultation(cleo, territory_id=town, plan=plan)
    consultations.publish_consultation(cleo, consultation_id=consultation)
    writing.save_survey(cleo, consultation_id=consultation, questionnaire=MARKET, openness=Openness.RESIDENTS)

    tell_survey({"consultation_id": consultation})
    tell_survey({"consultation_id": 9_999})
    assert news() == [Kind.NEWS_CONSULTATION]
    close(consultation)
    tell_survey({"consultation_id": consultation})
    assert news() == [Kind.NEWS_CONSULTATION]  # nobody answered: there is no result to read


def _shift(consultation: int, *, days: int) -> None:
    with transaction():
        row = db.session.get_one(Consultation, consultation)
        assert row.published_at is not None
        row.published_at += timedelta(days=days)
        for phase in row.phases:
            phase.opens_at += timedelta(days=days)
            phase.closes_at += timedelta(days=days)

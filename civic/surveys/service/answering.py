"""Answering a survey: begun, kept page after page, sent, changed and withdrawn until the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts import queries as accounts
from civic.consultations import queries as consultations
from civic.consultations.rules import Activity
from civic.kernel.access import Actor, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import Sentence
from civic.kernel.transaction import transaction
from civic.surveys import queries, rules
from civic.surveys.access import Answering, SurveysAction
from civic.surveys.asking import Kind, Question, Questionnaire
from civic.surveys.errors import AnswersRefused, SurveyAnswerNotFound, by_field
from civic.surveys.models import Survey, SurveyAnswer, SurveyConsent, SurveyParticipant
from civic.surveys.queries import Holder
from civic.surveys.rules import Raw, Values
from civic.surveys.service.writing import freeze


@dataclass(frozen=True)
class Kept:
    """What was kept of a page.

    Attributes:
        page: where to go on; None at the end, where one reads it all again and sends.
        has_more_here: answers made a question appear on the very page that was sent.
    """

    page: int | None
    has_more_here: bool = False


def _open_survey(actor: Actor, consultation_id: int, now: datetime) -> Survey:
    """Return the survey that the actor may answer now. Raises SurveyNotFound, NotAllowed, PhaseClosed."""
    consultations.ensure_phase_permits(consultation_id, Activity.ANSWER, at=now)
    survey = queries.get_survey(consultation_id)
    consultation = consultations.get_consultation(consultation_id)
    require(actor, SurveysAction.ANSWER_SURVEY, Answering(consultation, survey))
    return survey


def begin_answer(actor: Actor, *, consultation_id: int, holder: Holder) -> None:
    """Begin to answer, or go on where it was left. The first to begin freezes the questions for everybody.

    Raises:
        SurveyNotFound: the consultation has no questionnaire.
        NotAllowed: the survey is for those who live there.
        PhaseClosed: no open phase permits answers.
    """
    now = utc_now()
    with transaction():
        survey = freeze(_open_survey(actor, consultation_id, now), now=now)
        _ensure_participant(survey, holder, now)


def _ensure_participant(survey: Survey, holder: Holder, now: datetime) -> SurveyParticipant:
    """Return who answers, made the first time (two first times at once make one), locked."""
    participant = queries.find_participant(survey.id, holder, is_locked=True)
    if participant is None:
        participant = SurveyParticipant(
            survey_id=survey.id,
            person_id=holder.person_id,
            key_digest=holder.key_digest,
            edition=survey.edition,
            began_at=now,
            saved_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(participant)
        except IntegrityError:
            participant = queries.find_participant(survey.id, holder, is_locked=True)
    assert participant is not None
    return participant


def _begun(survey: Survey, holder: Holder) -> SurveyParticipant:
    participant = queries.find_participant(survey.id, holder, is_locked=True)
    if participant is None:
        raise SurveyAnswerNotFound
    return participant


def keep_page(
    actor: Actor,
    *,
    consultation_id: int,
    holder: Holder,
    page: int | None,
    asked: Sequence[int],
    raws: Mapping[int, Raw],
    step: int = 1,
) -> Kept:
    """Keep what was answered on a page, and say where to go. Nothing is sent yet.

    Args:
        page: its number, from 1; None for all questions on one page.
        asked: the questions that the page showed, by key: what it did not show is not taken for unanswered.
        step: 1 to go on, -1 to go back, 0 to stop for now.

    Raises:
        AnswersRefused: something cannot be taken; told on each question, and nothing of the page is kept.
        SurveyAnswerNotFound: nothing was begun under this key.
        PhaseClosed, NotAllowed, SurveyNotFound: as ``begin_answer``.
    """
    now = utc_now()
    with transaction():
        survey = _open_survey(actor, consultation_id, now)
        participant = _begun(survey, holder)
        questionnaire = survey.questionnaire
        shown = [question for question in questionnaire.questions if question.key in asked]
        before = queries.values_of(participant)
        reading = rules.read_answers(questionnaire, shown, raws, before, is_final=step > 0)
        if reading.wrong:
            raise _refused(reading.wrong)
        participant.draft, participant.saved_at = document_of(reading.values), now
        participant.edition = survey.edition
        kept = _where_next(questionnaire, reading.values, page, asked, step)
        participant.page = kept.page or participant.page
    return kept


def send_draft(actor: Actor, *, consultation_id: int, holder: Holder) -> Question | None:
    """Send what was kept, unless something required is missing.

    Returns:
        The first question that must be answered and was not; None when it is sent.

    Raises:
        SurveyAnswerNotFound, PhaseClosed, NotAllowed, SurveyNotFound: as ``keep_page``.
    """
    now = utc_now()
    with transaction():
        survey = _open_survey(actor, consultation_id, now)
        participant = _begun(survey, holder)
        values = rules.kept(survey.questionnaire, queries.values_of(participant))
        lacking = rules.missing(survey.questionnaire, values)
        if lacking:
            return lacking[0]
        _send(survey, participant, values, now)
    return None


def _refused(wrong: Mapping[int, Sentence]) -> AnswersRefused:
    return AnswersRefused(**by_field({f"q-{key}": sentence for key, sentence in wrong.items()}))


def document_of(values: Values) -> dict[str, rules.Value]:
    return {str(key): value for key, value in values.items()}


def _where_next(
    questionnaire: Questionnaire, values: Values, page: int | None, asked: Sequence[int], step: int
) -> Kept:
    pages = questionnaire.pages
    number = None if page is None else min(page, len(pages))
    here = questionnaire.questions if number is None else pages[number - 1]
    if step > 0 and any(question.key not in asked for question in rules.shown_questions(here, values)):
        return Kept(number, has_more_here=True)
    if number is None or step == 0:
        return Kept(number)
    found = rules.next_page(questionnaire, values, number, step)
    return Kept(found if step > 0 else found or number)


def send_answer(actor: Actor, *, consultation_id: int, raws: Mapping[int, Raw]) -> SurveyAnswer:
    """Answer a whole survey at once, or replace one's answer.

    Raises:
        AnswersRefused: something cannot be taken or is missing; told on each question, and nothing is changed.
        PhaseClosed, NotAllowed, SurveyNotFound: as ``begin_answer``.
    """
    now = utc_now()
    with transaction():
        survey = freeze(_open_survey(actor, consultation_id, now), now=now)
        questionnaire = survey.questionnaire
        reading = rules.read_answers(questionnaire, questionnaire.questions, raws, {}, is_final=True)
        unknown = {key: Sentence(rules.UNKNOWN) for key in raws if questionnaire.find(key) is None}
        if wrong := {**unknown, **reading.wrong}:
            raise _refused(wrong)
        participant = _ensure_participant(survey, Holder(actor.id), now)
        return _send(survey, participant, reading.values, now)


def _send(survey: Survey, participant: SurveyParticipant, values: Values, now: datetime) -> SurveyAnswer:
    answer = queries.find_answer(participant)
    if answer is None:
        answer = SurveyAnswer(survey_id=survey.id)
        db.session.add(answer)
    answer.document, answer.edition = document_of(values), survey.edition
    answer.has_account = participant.person_id is not None
    answer.neighbourhood_id, answer.age_band = _group_of(participant.person_id)
    db.session.flush()
    write_consents(survey, answer, values, now)
    participant.answer_id, participant.draft = answer.id, None
    participant.sent_at = participant.saved_at = now
    participant.page, participant.edition = 1, survey.edition
    db.session.flush()
    return answer


def _group_of(person_id: int | None) -> tuple[int | None, str | None]:
    """Return the neighbourhood and the band of ages that a person declared."""
    if person_id is None:
        return None, None
    person = accounts.get_person(person_id)
    place = next((residency.territory_id for residency in person.residencies), None)
    return place, rules.age_band(person.born_on, town_today())


def write_consents(survey: Survey, answer: SurveyAnswer, values: Values, now: datetime) -> None:
    """Keep each consent with the words that were read; one given already for the same words keeps its date."""
    before = {consent.question: consent for consent in queries.list_consents(answer.id)}
    given = {
        question.key: question
        for question in survey.questionnaire.questions
        if question.kind is Kind.CONSENT and question.key in values
    }
    for key, consent in before.items():
        asked = given.get(key)
        if asked is None or (asked.label, asked.until) != (consent.text, consent.until):
            db.session.delete(consent)
        else:
            del given[key]
    db.session.flush()
    for key, question in given.items():
        db.session.add(
            SurveyConsent(
                answer_id=answer.id,
                question=key,
                edition=survey.edition,
                text=question.label,
                until=question.until,
                agreed_at=now,
            )
        )


def withdraw_answer(actor: Actor, *, consultation_id: int, holder: Holder) -> None:
    """Take back one's answer, its consents and one's draft, until the end. Nothing of them is left.

    Raises:
        SurveyAnswerNotFound: there is none.
        PhaseClosed: it is counted; nobody takes it out of a result that others read.
    """
    now = utc_now()
    with transaction():
        consultations.ensure_phase_permits(consultation_id, Activity.ANSWER, at=now)
        survey = queries.get_survey(consultation_id)
        participant = _begun(survey, holder)
        answer_id = participant.answer_id
        db.session.delete(participant)
        db.session.flush()
        if answer_id is not None:
            db.session.execute(sa.delete(SurveyConsent).where(SurveyConsent.answer_id == answer_id))
            db.session.execute(sa.delete(SurveyAnswer).where(SurveyAnswer.id == answer_id))

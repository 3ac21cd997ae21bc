"""Writing a survey: freely until somebody answers, then its words alone, each time told."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.surveys import asking, queries
from civic.surveys.access import SurveysAction
from civic.surveys.asking import Questionnaire
from civic.surveys.errors import (
    NotACorrection,
    QuestionnaireRefused,
    SurveyChangedMeanwhile,
    SurveyFrozen,
    SurveyNotFrozen,
    by_field,
)
from civic.surveys.events import SurveyCorrected, SurveyFrozenByFirstAnswer, SurveyWritten
from civic.surveys.models import Survey, SurveyEdition
from civic.surveys.rules import Openness


def ensure_may_write(actor: Actor, consultation_id: int) -> None:
    """Raises ConsultationNotFound, NotAllowed."""
    require(actor, SurveysAction.WRITE_SURVEY, get_visible_consultation(actor, consultation_id))


def ensure_askable(questionnaire: Questionnaire) -> None:
    """Raises QuestionnaireRefused, with what is wrong on the box of each question."""
    found = asking.problems(questionnaire.questions)
    if found:
        raise QuestionnaireRefused(**by_field({f"questions-{row}-{box}": text for row, box, text in found}))


def save_survey(
    actor: Actor, *, consultation_id: int, questionnaire: Questionnaire, openness: Openness, version: int = 0
) -> int:
    """Write the questionnaire of a consultation, until somebody begins to answer.

    Args:
        version: that of the text which was changed; 0 for a first one.

    Returns:
        The survey's id.

    Raises:
        NotAllowed: the actor writes no consultation here.
        QuestionnaireRefused: it cannot be asked; says why, by question.
        SurveyFrozen: somebody began to answer.
        SurveyChangedMeanwhile: somebody else saved since.
    """
    now = utc_now()
    questionnaire = Questionnaire(
        questionnaire.title, questionnaire.intro, tuple(map(asking.tidied, questionnaire.questions))
    )
    with transaction():
        ensure_may_write(actor, consultation_id)
        ensure_askable(questionnaire)
        survey = _first_or_locked(consultation_id, version, openness, now)
        survey.document, survey.openness = asking.write_down(questionnaire), openness
        survey.version, survey.updated_at = version + 1, now
        db.session.flush()
        publish(
            SurveyWritten(
                occurred_at=now, survey_id=survey.id, consultation_id=consultation_id, actor_id=actor.id
            )
        )
    return survey.id


def copy_survey(*, source_id: int, copy_id: int, now: datetime) -> None:
    """Within the transaction that copies a consultation: take up its questions as they are asked now, with nobody's answers."""
    found = queries.find_survey(source_id)
    if found is not None:
        db.session.add(
            Survey(
                consultation_id=copy_id,
                openness=found.openness,
                document=found.document,
                created_at=now,
                updated_at=now,
            )
        )
        db.session.flush()


def _first_or_locked(consultation_id: int, version: int, openness: Openness, now: datetime) -> Survey:
    found = queries.find_survey(consultation_id)
    if found is not None:
        survey = queries.lock_survey(found.id)
        if survey.is_frozen:
            raise SurveyFrozen
        if survey.version != version:
            raise SurveyChangedMeanwhile
        return survey
    if version:
        raise SurveyChangedMeanwhile
    first = Survey(
        consultation_id=consultation_id, openness=openness, document={}, created_at=now, updated_at=now
    )
    try:
        with db.session.begin_nested():
            db.session.add(first)
    except IntegrityError as error:
        raise SurveyChangedMeanwhile from error
    return first


def correct_survey(
    actor: Actor, *, consultation_id: int, questionnaire: Questionnaire, note: str, version: int
) -> int:
    """Correct the words of a questionnaire that people answer. Everybody is shown what was corrected, when, and both fingerprints.

    Returns:
        The number of the new edition.

    Raises:
        NotAllowed: the actor writes no consultation here.
        SurveyNotFrozen: nobody answered; nothing needs to be told.
        NotACorrection: more than words would change.
        SurveyChangedMeanwhile: somebody else saved since.
    """
    now = utc_now()
    with transaction():
        ensure_may_write(actor, consultation_id)
        survey = queries.lock_survey(queries.get_survey(consultation_id).id)
        if not survey.is_frozen:
            raise SurveyNotFrozen
        if survey.version != version:
            raise SurveyChangedMeanwhile
        corrected = asking.corrected(survey.questionnaire, questionnaire)
        if corrected is None:
            raise NotACorrection
        ensure_askable(corrected)
        survey.document = asking.write_down(corrected)
        survey.version, survey.updated_at = version + 1, now
        edition = _write_edition(survey, note, now)
        publish(
            SurveyCorrected(
                occurred_at=now,
                survey_id=survey.id,
                consultation_id=consultation_id,
                actor_id=actor.id,
                edition=edition.number,
                fingerprint=edition.fingerprint,
            )
        )
    return edition.number


def freeze(survey: Survey, *, now: datetime) -> Survey:
    """Freeze a survey that somebody begins to answer, inside that transaction. Of two first ones, one freezes it."""
    if survey.is_frozen:
        return survey
    survey = queries.lock_survey(survey.id)
    if not survey.is_frozen:
        edition = _write_edition(survey, "", now)
        publish(
            SurveyFrozenByFirstAnswer(
                occurred_at=now,
                survey_id=survey.id,
                consultation_id=survey.consultation_id,
                fingerprint=edition.fingerprint,
            )
        )
    return survey


def _write_edition(survey: Survey, note: str, now: datetime) -> SurveyEdition:
    survey.edition += 1
    edition = SurveyEdition(
        survey_id=survey.id,
        number=survey.edition,
        document=survey.document,
        fingerprint=asking.fingerprint(survey.document),
        note=note,
        published_at=now,
    )
    db.session.add(edition)
    db.session.flush()
    return edition

"""JSON: the questionnaire, its results, and one's own answer."""

from typing import Any

from civic.consultations.service import get_visible_consultation
from civic.surveys import queries
from civic.surveys.asking import fingerprint
from civic.surveys.door import find_asked
from civic.surveys.errors import SurveyAnswerNotFound
from civic.surveys.queries import Holder
from civic.surveys.schemas import (
    CorrectSurveySchema,
    OwnSurveyAnswerSchema,
    SavedSurveySchema,
    SaveSurveySchema,
    SendSurveyAnswerSchema,
    SurveyResultsSchema,
    SurveySchema,
    as_questionnaire,
)
from civic.surveys.service import answering, reading, writing
from civic.surveys.service.reading import Results
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("surveys_api", __name__)

PATH = "/consultations/<int:consultation_id>/survey"


@blueprint.operation("GET", PATH, summary="The questionnaire of a consultation", answer=SurveySchema)
def get_survey(consultation_id: int) -> dict[str, Any]:
    asked = find_asked(consultation_id)
    survey, questionnaire = asked.survey, asked.survey.questionnaire
    return {
        "consultation_id": consultation_id,
        "title": questionnaire.title,
        "intro": questionnaire.intro,
        "openness": survey.openness.value,
        "version": survey.version,
        "edition": survey.edition,
        "fingerprint": fingerprint(survey.document),
        "is_open": asked.is_open,
        "hidden_until": asked.hidden_until,
        "answers": queries.count_answers(survey.id),
        "questions": [
            {**vars(question), "kind": question.kind.value, "options": list(question.options)}
            for question in questionnaire.questions
        ],
    }


def _saved(consultation_id: int) -> dict[str, int]:
    survey = queries.get_survey(consultation_id)
    return {"version": survey.version, "edition": survey.edition}


@blueprint.operation(
    "PUT",
    PATH,
    summary="Write the questionnaire of a consultation, until somebody answers",
    body=SaveSurveySchema,
    answer=SavedSurveySchema,
)
def save_survey(consultation_id: int, body: dict[str, Any]) -> dict[str, int]:
    writing.save_survey(
        current_actor(),
        consultation_id=consultation_id,
        questionnaire=as_questionnaire(body),
        openness=body["openness"],
        version=body["version"],
    )
    return _saved(consultation_id)


@blueprint.operation(
    "POST",
    f"{PATH}/corrections",
    summary="Correct the words of a questionnaire that people answer, and say so",
    body=CorrectSurveySchema,
    answer=SavedSurveySchema,
)
def correct_survey(consultation_id: int, body: dict[str, Any]) -> dict[str, int]:
    writing.correct_survey(
        current_actor(),
        consultation_id=consultation_id,
        questionnaire=as_questionnaire(body),
        note=body["note"],
        version=body["version"],
    )
    return _saved(consultation_id)


@blueprint.operation(
    "GET",
    f"{PATH}/answer",
    summary="One's own answer, or draft of it",
    answer=OwnSurveyAnswerSchema,
    is_kept=False,
)
def get_own_answer(consultation_id: int) -> dict[str, Any]:
    get_visible_consultation(current_actor(), consultation_id)
    return _own_answer(consultation_id)


def _own_answer(consultation_id: int) -> dict[str, Any]:
    survey = queries.get_survey(consultation_id)
    participant = queries.find_participant(survey.id, Holder(current_actor().id))
    if participant is None:
        raise SurveyAnswerNotFound
    values = queries.values_of(participant)
    return {
        "sent_at": participant.sent_at,
        "is_draft": participant.draft is not None,
        "answers": [{"question": key, **value} for key, value in sorted(values.items())],
    }


@blueprint.operation(
    "PUT",
    f"{PATH}/answer",
    summary="Answer a survey, or replace one's answer",
    body=SendSurveyAnswerSchema,
    answer=OwnSurveyAnswerSchema,
    is_kept=False,
)
def send_answer(consultation_id: int, body: dict[str, Any]) -> dict[str, Any]:
    answering.send_answer(current_actor(), consultation_id=consultation_id, raws=dict(body["answers"]))
    return _own_answer(consultation_id)


@blueprint.operation("DELETE", f"{PATH}/answer", summary="Take back one's answer, until the end")
def withdraw_answer(consultation_id: int) -> None:
    answering.withdraw_answer(
        current_actor(), consultation_id=consultation_id, holder=Holder(current_actor().id)
    )


@blueprint.operation(
    "GET", f"{PATH}/results", summary="What was answered, in totals", answer=SurveyResultsSchema
)
def get_results(consultation_id: int) -> Results:
    return reading.read_results(get_visible_consultation(current_actor(), consultation_id))

"""What a survey comes to: hidden as its phases say, told in totals to everybody, and what people wrote to the town hall alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from civic.consultations.channels import Channel
from civic.consultations.models import Consultation
from civic.consultations.rules import hidden_until
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.pagination import PAGE_SIZE, Page
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import publish, transaction
from civic.surveys import counting, queries
from civic.surveys.access import SurveysAction
from civic.surveys.asking import TYPED, Question
from civic.surveys.counting import FEWEST_TOLD, Cross, Total
from civic.surveys.errors import ResultsHidden, SurveyNotFound
from civic.surveys.events import SurveyTextsRead
from civic.surveys.models import Survey, SurveyAnswer
from civic.surveys.rules import Values, counted_at, is_over
from civic.territories import queries as territories


@dataclass(frozen=True)
class Results:
    """What everybody may read of a survey.

    Attributes:
        answers: how many people answered; of them, how many on the site without an account, and how many that the town hall typed.
        is_over: nobody answers any more on the site.
        counted_at: when the last sheet may have been typed. Until then nothing is crossed: two readings would tell one person's answer.
        totals: of each question; none with fewer than five answers.
    """

    survey: Survey
    answers: int
    without_account: int
    typed: int
    is_over: bool
    counted_at: datetime | None
    totals: tuple[Total, ...]
    by_place: dict[int, Cross]
    by_age: dict[int, Cross]

    @property
    def is_enough(self) -> bool:
        return self.answers >= FEWEST_TOLD


def ensure_results_shown(consultation: Consultation, *, at: datetime) -> None:
    """Raises ResultsHidden, for everybody, the town hall included."""
    until = hidden_until(consultation.phases, at=at)
    if until is not None:
        raise ResultsHidden(closes_at=until)


def read_results(consultation: Consultation, *, at: datetime | None = None) -> Results:
    """Raises SurveyNotFound, ResultsHidden."""
    now = at or utc_now()
    survey = queries.get_survey(consultation.id)
    ensure_results_shown(consultation, at=now)
    answers = queries.list_answers(survey.id)
    questions = survey.questionnaire.questions
    values = [answer.values for answer in answers]
    is_enough = len(answers) >= FEWEST_TOLD
    counted = counted_at(consultation.phases, takes_paper=survey.takes_paper)
    may_cross = is_enough and (counted is None or now >= counted)
    return Results(
        survey,
        len(answers),
        sum(not answer.has_account and answer.channel is Channel.WEB for answer in answers),
        sum(answer.channel is not Channel.WEB for answer in answers),
        is_over(consultation.phases, at=now),
        counted,
        tuple(counting.total_of(question, values) for question in questions) if is_enough else (),
        _crossed(questions, _by_place(answers)) if may_cross else {},
        _crossed(questions, [(answer.age_band, answer.values) for answer in answers]) if may_cross else {},
    )


def _by_place(answers: Sequence[SurveyAnswer]) -> list[tuple[str | None, Values]]:
    names = territories.names_of({answer.neighbourhood_id for answer in answers if answer.neighbourhood_id})
    return [(names.get(answer.neighbourhood_id or 0), answer.values) for answer in answers]


def _crossed(questions: Sequence[Question], answers: list[tuple[str | None, Values]]) -> dict[int, Cross]:
    crossed = {
        question.key: counting.cross(question, answers)
        for question in questions
        if counting.is_crossed(question)
    }
    return {key: table for key, table in crossed.items() if table is not None}


def written_questions(survey: Survey) -> list[Question]:
    """Return the questions to which people write themselves."""
    return [each for each in survey.questionnaire.questions if each.kind in TYPED or each.has_other]


def read_texts(
    actor: Actor, consultation: Consultation, *, key: int, number: int, size: int = PAGE_SIZE
) -> tuple[Question, Page[SurveyAnswer]]:
    """Return a page of what people wrote to a question. The sight is in the journal: people may have written of themselves.

    Raises:
        NotAllowed: the actor is not of this town hall.
        ResultsHidden, SurveyNotFound.
    """
    survey = _ensure_reads(actor, consultation)
    question = next((each for each in written_questions(survey) if each.key == key), None)
    if question is None:
        raise SurveyNotFound
    page = queries.list_texts(survey.id, question, number=number, size=size)
    _tell_sight(actor, survey)
    return question, page


def read_every_answer(actor: Actor, consultation: Consultation) -> tuple[Survey, list[SurveyAnswer]]:
    """Return every answer, for the file, in an order that says nothing of when it came. Raises as ``read_texts``."""
    survey = _ensure_reads(actor, consultation)
    answers = sorted(queries.list_answers(survey.id), key=lambda answer: _drawn_order(survey, answer))
    _tell_sight(actor, survey)
    return survey, answers


def _drawn_order(survey: Survey, answer: SurveyAnswer) -> str:
    return keyed_digest("survey.order", f"{survey.id}:{answer.id}")


def _ensure_reads(actor: Actor, consultation: Consultation) -> Survey:
    require(actor, SurveysAction.READ_WRITTEN_ANSWERS, consultation)
    survey = queries.get_survey(consultation.id)
    ensure_results_shown(consultation, at=utc_now())
    return survey


def _tell_sight(actor: Actor, survey: Survey) -> None:
    now = utc_now()
    with transaction():
        publish(
            SurveyTextsRead(
                occurred_at=now,
                survey_id=survey.id,
                consultation_id=survey.consultation_id,
                actor_id=actor.id,
            )
        )

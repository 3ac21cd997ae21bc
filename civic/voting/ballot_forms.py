"""The boxes of a ballot paper, made of the questions of a poll; they are read into one answer a question."""

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, post_load, validates_schema

from civic.voting.answers import BLANK, NAMES_ONE, ensure_answer
from civic.voting.asking import QuestionPlan
from civic.voting.errors import BallotRefused, ChoiceNamedTwice, CostTooHigh, CostTooLow, PlaceSkipped
from civic.voting.methods.ballots import Ballot, BallotKind, choosing, giving, ranking
from civic.voting.rules import AssistedChannel
from civic.voting.telling.numbers import money
from civic.web.schemas import BaseSchema, OneOf, Whole, fields, validate

BLANK_VALUE = "blank"
MOST_POINTS = 1_000_000


def box_of(position: int, option: str = "") -> str:
    """Return the name of the box of a question, or of an option of it."""
    return f"q{position}-{option}" if option else f"q{position}"


def blank_box(position: int) -> str:
    return box_of(position, BLANK_VALUE)


def ballot_schema(questions: Sequence[QuestionPlan], *, is_assisted: bool = False) -> type[BaseSchema]:
    """Return what reads a ballot paper.

    One choice is a box that holds an option or ``blank``; several are a box that is repeated; grades, ranks and points are a box for each
    option. A blank ballot is said, never guessed.
    """
    boxes: dict[str, Any] = {}
    for position, question in enumerate(questions, start=1):
        boxes |= _boxes(position, question)
    if is_assisted:
        boxes["channel"] = OneOf(AssistedChannel, required=True)

    def ensure_answers(
        self: BaseSchema, data: dict[str, Any], original_data: dict[str, Any], **kwargs: Any
    ) -> None:
        misread = {name for name in original_data if name not in data}
        problems = _read_answers(questions, data, misread)[1]
        if problems:
            raise ValidationError(problems)

    def read_answers(self: BaseSchema, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        kept = {"channel": data["channel"]} if is_assisted else {}
        return {**kept, "answers": tuple(_read_answers(questions, data)[0])}

    told_together = validates_schema(pass_original=True, skip_on_field_errors=False)
    return type(
        "BallotFormSchema",
        (BaseSchema,),
        {**boxes, "ensure_answers": told_together(ensure_answers), "read_answers": post_load(read_answers)},
    )


def _boxes(position: int, question: QuestionPlan) -> dict[str, Any]:
    keys = [option.id for option in question.options]
    if is_one_choice(question):
        known = validate.OneOf([*keys, BLANK_VALUE], error=_l("Choisissez une des réponses."))
        return {box_of(position): fields.String(validate=known)}
    blank = {blank_box(position): fields.Boolean()}
    if question.kind is BallotKind.CHOICES:
        known = validate.OneOf(keys, error=_l("Choisissez une des réponses."))
        return {box_of(position): fields.List(fields.String(validate=known)), **blank}
    most = len(keys) if question.kind is BallotKind.RANKING else MOST_POINTS
    return {**{box_of(position, key): Whole(0, most) for key in keys}, **blank}


def is_one_choice(question: QuestionPlan) -> bool:
    return question.method in NAMES_ONE


def _read_answers(
    questions: Sequence[QuestionPlan], data: dict[str, Any], misread: Collection[str] = ()
) -> tuple[list[Ballot], dict[str, Any]]:
    """Return the answers, and what is to correct by the box of its question: of all of them, not of the first alone.

    Args:
        misread: boxes that do not hold what a box holds, which is told beside them.
    """
    answers: list[Ballot] = []
    problems: dict[str, Any] = {}
    for position, question in enumerate(questions, start=1):
        if any(name.partition("-")[0] == box_of(position) for name in misread):
            continue
        try:
            answer = _read_answer(position, question, data)
            ensure_answer(answer, question)
            answers.append(answer)
        except ValidationError as wrong:
            problems[box_of(position)] = wrong.messages
        except BallotRefused as refused:
            problems[box_of(position)] = [_in_words(refused)]
    return answers, problems


def _in_words(refused: BallotRefused) -> str:
    is_of_money = isinstance(refused, (CostTooHigh, CostTooLow))
    values = {name: money(cents) for name, cents in refused.values.items()} if is_of_money else refused.values
    return gettext(refused.message) % values


def _read_answer(position: int, question: QuestionPlan, data: dict[str, Any]) -> Ballot:
    if is_one_choice(question):
        chosen = data.get(box_of(position))
        if chosen is None:
            raise ValidationError(gettext("Choisissez une réponse, ou le vote blanc, avant de déposer."))
        return BLANK if chosen == BLANK_VALUE else choosing([chosen])
    ballot = _read_boxes(position, question, data)
    is_blank = bool(data.get(blank_box(position)))
    if is_blank and ballot.named:
        raise ValidationError(
            gettext("Vous avez répondu et coché le vote blanc. Gardez l’un des deux, puis déposez.")
        )
    if not is_blank and not ballot.named:
        raise ValidationError(gettext("Répondez, ou cochez le vote blanc, avant de déposer."))
    return ballot


def _read_boxes(position: int, question: QuestionPlan, data: dict[str, Any]) -> Ballot:
    if question.kind is BallotKind.CHOICES:
        chosen = data.get(box_of(position), [])
        if len(set(chosen)) < len(chosen):
            raise ValidationError(gettext(ChoiceNamedTwice.message))
        return choosing(chosen)
    given = {option.id: data.get(box_of(position, option.id)) or 0 for option in question.options}
    if question.kind is BallotKind.POINTS:
        return giving(given.items())
    ranks = sorted({rank for rank in given.values() if rank})
    for expected, rank in enumerate(ranks, start=1):
        if rank != expected:
            raise ValidationError(gettext(PlaceSkipped.message) % {"rank": rank, "missing": expected})
    return ranking([key for key, given_rank in given.items() if given_rank == rank] for rank in ranks)

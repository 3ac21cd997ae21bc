"""Questions and answers over JSON: what is asked, on which terms, and what a ballot says of each."""

from dataclasses import fields as fields_of
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import post_load, pre_dump, validates_schema

from civic.voting.answers import BLANK
from civic.voting.asking import MOST_PROJECTS, ChoicePlan, QuestionPlan
from civic.voting.methods.ballots import Ballot, BallotKind, Terms, choosing, giving, ranking
from civic.voting.methods.registry import METHODS
from civic.voting.models import Question
from civic.voting.rules import MOST_QUESTIONS, AssistedChannel
from civic.web.schemas import BaseSchema, Id, Line, OneOf, ValidationError, Whole, fields, validate

LONGEST_QUESTION, LONGEST_LABEL, LONGEST_TEXT, LONGEST_ENVELOPE = 200, 140, 300, 80
MOST_CENTS = 10**13
MOST_NUMBER = 1_000_000
MEDIANS = ("better", "worse")


class ChoiceSchema(BaseSchema):
    label = Line(most=LONGEST_LABEL, required=True)
    text = Line(least=0, most=LONGEST_TEXT, load_default="")
    cost_cents = Whole(0, MOST_CENTS, load_default=0)
    envelope = Line(least=0, most=LONGEST_ENVELOPE, load_default="")

    @post_load
    def make_plan(self, data: dict[str, Any], **kwargs: Any) -> ChoicePlan:
        return ChoicePlan(**data)


class EnvelopeSchema(BaseSchema):
    name = Line(most=LONGEST_ENVELOPE, required=True)
    cents = Whole(1, MOST_CENTS, required=True)


class TermsSchema(BaseSchema):
    """What is left out sets no limit. The seed of ties is the poll's, and is drawn by it."""

    seats = Whole(1, MOST_PROJECTS)
    fewest = Whole(1, MOST_PROJECTS, allow_none=True)
    most = Whole(1, MOST_PROJECTS, allow_none=True)
    least_points = Whole(0, MOST_NUMBER, allow_none=True)
    most_points = Whole(1, MOST_NUMBER, allow_none=True)
    least_sum = Whole(0, MOST_NUMBER, allow_none=True)
    most_sum = Whole(1, MOST_NUMBER, allow_none=True)
    least_cost_cents = Whole(0, MOST_CENTS, allow_none=True)
    most_cost_cents = Whole(1, MOST_CENTS, allow_none=True)
    grades = Whole(0, 7)
    median = fields.String(validate=validate.OneOf(MEDIANS))
    rank_points = fields.List(Whole(0, MOST_NUMBER), validate=validate.Length(max=MOST_PROJECTS))
    budget_cents = Whole(0, MOST_CENTS)
    envelopes = fields.List(fields.Nested(EnvelopeSchema), validate=validate.Length(max=MOST_PROJECTS))
    threshold = Whole(0, MOST_NUMBER)
    most_projects = Whole(1, MOST_PROJECTS, allow_none=True)
    dearest_cents = Whole(1, MOST_CENTS, allow_none=True)
    exclusions = fields.List(
        fields.List(fields.String(), validate=validate.Length(equal=2)),
        validate=validate.Length(max=MOST_PROJECTS),
    )

    @post_load
    def make_terms(self, data: dict[str, Any], **kwargs: Any) -> Terms:
        if "envelopes" in data:
            data["envelopes"] = tuple((one["name"], one["cents"]) for one in data["envelopes"])
        if "exclusions" in data:
            data["exclusions"] = tuple((one, other) for one, other in data["exclusions"])
        if "rank_points" in data:
            data["rank_points"] = tuple(data["rank_points"])
        return Terms(**data)


def terms_as_json(terms: Terms) -> dict[str, Any]:
    """Return terms as ``TermsSchema`` reads them: those that are set."""
    unset = vars(Terms())
    names = [one.name for one in fields_of(Terms) if one.name != "seed"]
    told = {name: value for name in names if (value := getattr(terms, name)) != unset[name]}
    if "envelopes" in told:
        told["envelopes"] = [{"name": name, "cents": cents} for name, cents in terms.envelopes]
    return told


class QuestionSchema(BaseSchema):
    text = Line(least=5, most=LONGEST_QUESTION, required=True)
    method = fields.String(validate=validate.OneOf(list(METHODS)), load_default="single")
    ballots = OneOf(BallotKind, load_default=None)
    terms = fields.Nested(TermsSchema, load_default=Terms)
    options = fields.List(
        fields.Nested(ChoiceSchema), required=True, validate=validate.Length(max=MOST_PROJECTS)
    )
    random_order = fields.Boolean(load_default=False)

    @post_load
    def make_plan(self, data: dict[str, Any], **kwargs: Any) -> QuestionPlan:
        return QuestionPlan(
            text=data["text"],
            choices=tuple(data["options"]),
            method=data["method"],
            terms=data["terms"],
            ballot_kind=data["ballots"],
            is_shuffled=data["random_order"],
        )


class OfferedOptionSchema(BaseSchema):
    """``id`` is what ballots and counts call it; ``choice_id`` the number of its row."""

    id = fields.String(attribute="key", required=True)
    choice_id = fields.Integer(attribute="id", required=True)
    label = fields.String(required=True)
    text = fields.String(required=True)
    cost_cents = fields.Integer(required=True)
    envelope = fields.String(required=True)


class AskedQuestionSchema(BaseSchema):
    position = fields.Integer(required=True)
    text = fields.String(required=True)
    method = fields.String(required=True)
    ballots = fields.String(required=True)
    terms = fields.Nested(TermsSchema, required=True)
    random_order = fields.Boolean(required=True)
    options = fields.List(fields.Nested(OfferedOptionSchema), required=True)

    @pre_dump
    def tell(self, asked: tuple[Question, QuestionPlan], **kwargs: Any) -> dict[str, Any]:
        question, plan = asked
        return {
            "position": question.position,
            "text": question.text,
            "method": question.method,
            "ballots": str(question.ballot_kind),
            "terms": terms_as_json(plan.terms),
            "random_order": question.is_shuffled,
            "options": question.choices,
        }


FEW = validate.Length(max=MOST_PROJECTS)


class QuestionAnswerSchema(BaseSchema):
    """One of: ``options`` chosen, in no order; ``places``, the first first, each with its equals; ``points`` or grades by option; or
    ``blank: true``. A blank ballot is said, never guessed."""

    options = fields.List(fields.String(), validate=FEW)
    places = fields.List(fields.List(fields.String(), validate=FEW), validate=FEW)
    points = fields.Dict(keys=fields.String(), values=Whole(0, MOST_NUMBER))
    blank = fields.Boolean(truthy={True}, falsy={False})

    @validates_schema
    def ensure_one_way(self, data: dict[str, Any], **kwargs: Any) -> None:
        if sum(bool(data.get(name)) for name in ("options", "places", "points", "blank")) != 1:
            raise ValidationError(
                str(
                    _l(
                        "Donnez « options », « places », « points » ou « blank »: true, et un seul des quatre."
                    )
                )
            )

    @post_load
    def make_ballot(self, data: dict[str, Any], **kwargs: Any) -> Ballot:
        if data.get("options"):
            return choosing(data["options"])
        if data.get("places"):
            return ranking(data["places"])
        return giving(data["points"].items()) if data.get("points") else BLANK


class CastAnswersSchema(BaseSchema):
    """One answer a question, in their order."""

    answers = fields.List(
        fields.Nested(QuestionAnswerSchema),
        required=True,
        validate=validate.Length(min=1, max=MOST_QUESTIONS),
    )


class RegisterAnswersSchema(CastAnswersSchema):
    person_id = Id(required=True)
    channel = OneOf(AssistedChannel, load_default=AssistedChannel.DESK)

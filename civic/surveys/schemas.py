import re
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, post_load, pre_load, validates_schema

from civic.surveys import asking
from civic.surveys.asking import (
    LONGEST,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Condition,
    Kind,
    Question,
    Questionnaire,
)
from civic.surveys.rules import Openness, Raw
from civic.web.schemas import (
    BaseSchema,
    Id,
    Instant,
    Line,
    Lines,
    OneOf,
    PageQuery,
    ValidationError,
    Whole,
    fields,
    validate,
)

LATEST_VERSION = 1_000_000_000
LONGEST_TYPED = 20_000
"""Of one box: what is longer than a question takes is refused by the rules, with a sentence beside it."""
LARGEST_KEY = 999


class SurveyConditionSchema(BaseSchema):
    question = Whole(1, LARGEST_KEY, required=True)
    option = Whole(0, 100, required=True)

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> Condition:
        return Condition(**data)


class SurveyQuestionSchema(BaseSchema):
    """A question as it is written. What its kind has no use for is left out when it is saved."""

    key = Whole(1, LARGEST_KEY, required=True)
    kind = OneOf(Kind, required=True)
    label = Line(most=LONGEST["label"], required=True)
    help = Lines(least=0, most=LONGEST["help"], load_default="")
    is_required = fields.Boolean(load_default=False)
    begins_page = fields.Boolean(load_default=False)
    options = fields.List(
        Line(most=LONGEST["option"]), load_default=list, validate=validate.Length(max=MOST_OPTIONS)
    )
    has_other = fields.Boolean(load_default=False)
    most = Whole(2, MOST_OPTIONS + 1, load_default=None, allow_none=True)
    least = Whole(-asking.LARGEST_NUMBER, asking.LARGEST_NUMBER, load_default=None, allow_none=True)
    greatest = Whole(-asking.LARGEST_NUMBER, asking.LARGEST_NUMBER, load_default=None, allow_none=True)
    low_label = Line(least=0, most=LONGEST["word"], load_default="")
    high_label = Line(least=0, most=LONGEST["word"], load_default="")
    unit = Line(least=0, most=LONGEST["word"], load_default="")
    until = Line(least=0, most=LONGEST["until"], load_default="")
    condition = fields.Nested(SurveyConditionSchema, load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> Question:
        return Question(**{**data, "options": tuple(data["options"])})


class SaveSurveySchema(BaseSchema):
    """A whole questionnaire. ``version`` is that of the text which was read; 0 where there was none."""

    title = Line(most=LONGEST["title"], required=True)
    intro = Lines(least=0, most=LONGEST["intro"], load_default="")
    openness = OneOf(Openness, load_default=Openness.RESIDENTS)
    questions = fields.List(
        fields.Nested(SurveyQuestionSchema),
        required=True,
        validate=validate.Length(min=1, max=MOST_QUESTIONS),
    )
    version = Whole(0, LATEST_VERSION, load_default=0)

    @validates_schema(skip_on_field_errors=True)
    def ensure_keys(self, data: dict[str, Any], **kwargs: Any) -> None:
        keys = [question.key for question in data["questions"]]
        if len(set(keys)) != len(keys):
            raise ValidationError(_l("Deux questions ont le même numéro."), "questions")


class CorrectSurveySchema(SaveSurveySchema):
    """The same with other words, and a sentence that tells everybody what was corrected."""

    note = Line(least=5, most=300, required=True)


def as_questionnaire(data: dict[str, Any]) -> Questionnaire:
    return Questionnaire(data["title"], data["intro"], tuple(data["questions"]))


_BOX = re.compile(r"questions-(\d{1,3})-([a-z_]+)")
SCALES = {"0": ("0", "10"), "1": ("1", "5")}


def question_rows(values: dict[str, Any]) -> list[dict[str, str]]:
    """Return the rows of questions of a posted form, in their order, as typed."""
    rows: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        if found := _BOX.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = value
    return [rows[number] for number in sorted(rows)]


def option_lines(row: dict[str, str]) -> list[str]:
    return [line.strip() for line in row.get("options", "").splitlines() if line.strip()]


def _as_question(row: dict[str, str], rows: list[dict[str, str]]) -> dict[str, Any]:
    """A row of the form as the API says it. An unknown box stays, so that it is refused as any unknown field."""
    question: dict[str, Any] = {name: value for name, value in row.items() if value != ""}
    if "options" in question:
        question["options"] = option_lines(row)
    if row.get("kind") == Kind.SCALE:
        question["least"], question["greatest"] = SCALES.get(row.get("least", "1"), ("1", "5"))
    if condition := question.pop("condition", None):
        question["condition"] = _as_condition(condition, rows)
    return question


def _as_condition(typed: str, rows: list[dict[str, str]]) -> dict[str, int]:
    """« 3|Oui » is question 3 answered « Oui »: by its words, so that an option put before it changes nothing. 99 is none of them."""
    key, _, words = typed.partition("|")
    asked = next((row for row in rows if row.get("key") == key), {})
    labels = list(asking.YES_NO_LABELS) if asked.get("kind") == Kind.YES_NO else option_lines(asked)
    place = labels.index(words) + 1 if words in labels else 99
    return {"question": int(key) if key.isdigit() and len(key) < 4 else 0, "option": place}


class _OnOnePage(Schema):
    @pre_load
    def read_rows(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        rows = question_rows(data)
        others = {name: value for name, value in data.items() if not _BOX.fullmatch(name)}
        return {**others, "questions": [_as_question(row, rows) for row in rows]}


class SaveSurveyFormSchema(_OnOnePage, SaveSurveySchema):
    pass


class CorrectSurveyFormSchema(_OnOnePage, CorrectSurveySchema):
    pass


class Go(StrEnum):
    """What a button of a page of answers does."""

    ON = "on"
    BACK = "back"
    LATER = "later"


class BeginSchema(BaseSchema):
    on_one_page = fields.Boolean(load_default=False)


def answer_schema(questionnaire: Questionnaire) -> type[Schema]:
    """Return the schema of a page of answers: boxes by question, ``q-3``, ``q-3-other``, ``q-3-rank-2``."""
    text = fields.String(validate=validate.Length(max=LONGEST_TYPED))
    boxes: dict[str, Any] = {
        "asked": fields.List(Id(), load_default=list, validate=validate.Length(max=MOST_QUESTIONS)),
        "page": Whole(0, MOST_QUESTIONS, load_default=0),
        "go": OneOf(Go, load_default=Go.ON),
    }
    for question in questionnaire.questions:
        name = f"q-{question.key}"
        boxes[name] = fields.List(text, validate=validate.Length(max=MOST_OPTIONS + 1))
        if question.has_other:
            boxes[f"{name}-other"] = text
        if question.kind is Kind.RANKING:
            boxes |= {f"{name}-rank-{place}": text for place, _ in question.choices}
    return BaseSchema.from_dict(boxes, name="AnswerPageSchema")


def raws_of(data: dict[str, Any], questionnaire: Questionnaire) -> dict[int, Raw]:
    """Return what a page of answers holds, by question."""
    return {question.key: _raw_of(data, question) for question in questionnaire.questions}


def _raw_of(data: dict[str, Any], question: Question) -> Raw:
    name = f"q-{question.key}"
    given = data.get(name, [])
    is_text = question.kind in (*asking.TYPED, Kind.NUMBER)
    return Raw(
        chosen=() if is_text else tuple(given),
        other=data.get(f"{name}-other", ""),
        ranks={
            str(place): data.get(f"{name}-rank-{place}", "")
            for place, _ in (question.choices if question.kind is Kind.RANKING else ())
        },
        text="\n".join(given) if is_text else "",
    )


class SurveyGivenSchema(BaseSchema):
    """What is answered to one question: the member that its kind takes."""

    question = Whole(1, LARGEST_KEY, required=True)
    chosen = fields.List(Whole(0, MOST_OPTIONS, strict=True), validate=validate.Length(max=MOST_OPTIONS + 1))
    other = Line(least=0, most=asking.OTHER_ANSWER)
    ranked = fields.List(
        Whole(1, MOST_OPTIONS, strict=True), validate=validate.Length(max=asking.MOST_RANKED)
    )
    number = fields.Float()
    text = Lines(least=0, most=asking.LONG_ANSWER)
    agreed = fields.Boolean()

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> tuple[int, Raw]:
        chosen = ["true"] if data.get("agreed") else [str(place) for place in data.get("chosen", ())]
        number = data.get("number")
        ranks: dict[str, str] = {}
        for rank, place in enumerate(data.get("ranked", ()), start=1):
            ranks[str(place)] = str(rank)
        typed = data.get("text", "") if number is None else f"{number:.4f}".rstrip("0").rstrip(".")
        return data["question"], Raw(tuple(chosen), data.get("other", ""), ranks, typed)


class SendSurveyAnswerSchema(BaseSchema):
    answers = fields.List(
        fields.Nested(SurveyGivenSchema), required=True, validate=validate.Length(max=MOST_QUESTIONS)
    )


class SurveyGivenAnswerSchema(BaseSchema):
    question = fields.Integer(required=True)
    chosen = fields.List(fields.Integer())
    other = fields.String()
    ranked = fields.List(fields.Integer())
    number = fields.Float()
    text = fields.String()
    agreed = fields.Boolean()


class OwnSurveyAnswerSchema(BaseSchema):
    sent_at = Instant(required=True, allow_none=True)
    is_draft = fields.Boolean(required=True)
    answers = fields.List(fields.Nested(SurveyGivenAnswerSchema), required=True)


class AskedSurveyConditionSchema(BaseSchema):
    question = fields.Integer(required=True)
    option = fields.Integer(required=True)


class AskedSurveyQuestionSchema(BaseSchema):
    key = fields.Integer(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)
    help = fields.String(required=True)
    is_required = fields.Boolean(required=True)
    begins_page = fields.Boolean(required=True)
    options = fields.List(fields.String(), required=True)
    has_other = fields.Boolean(required=True)
    most = fields.Integer(required=True, allow_none=True)
    least = fields.Integer(required=True, allow_none=True)
    greatest = fields.Integer(required=True, allow_none=True)
    low_label = fields.String(required=True)
    high_label = fields.String(required=True)
    unit = fields.String(required=True)
    until = fields.String(required=True)
    condition = fields.Nested(AskedSurveyConditionSchema, required=True, allow_none=True)


class SurveySchema(BaseSchema):
    """``answers`` is how many people answered; what they answered is in the results."""

    consultation_id = fields.Integer(required=True)
    title = fields.String(required=True)
    intro = fields.String(required=True)
    openness = fields.String(required=True)
    version = fields.Integer(required=True)
    edition = fields.Integer(required=True)
    fingerprint = fields.String(required=True)
    is_open = fields.Boolean(required=True)
    hidden_until = Instant(required=True, allow_none=True)
    answers = fields.Integer(required=True)
    questions = fields.List(fields.Nested(AskedSurveyQuestionSchema), required=True)


class SavedSurveySchema(BaseSchema):
    version = fields.Integer(required=True)
    edition = fields.Integer(required=True)


class SurveyCountSchema(BaseSchema):
    place = fields.Integer(required=True)
    label = fields.String(required=True)
    count = fields.Integer(required=True)
    percent = fields.Integer(required=True)


class SurveyTotalSchema(BaseSchema):
    question = fields.Integer(attribute="question.key", required=True)
    kind = fields.String(attribute="question.kind.value", required=True)
    label = fields.String(attribute="question.label", required=True)
    answered = fields.Integer(required=True)
    counts = fields.List(fields.Nested(SurveyCountSchema), required=True)
    points = fields.List(fields.Nested(SurveyCountSchema), required=True)
    mean = fields.Float(required=True, allow_none=True)
    median = fields.Float(required=True, allow_none=True)


class SurveyResultsSchema(BaseSchema):
    """No total under five answers."""

    answers = fields.Integer(required=True)
    without_account = fields.Integer(required=True)
    is_over = fields.Boolean(required=True)
    totals = fields.List(fields.Nested(SurveyTotalSchema), required=True)


class TextsQuery(PageQuery):
    pass

"""The form in which a poll is prepared: its boxes, read into a plan, and a plan told in boxes.

The boxes of the first question are ``q1-text``, ``q1-method``, ``q1-seats`` (a term by its name); those of its options ``q1-0-label``,
``q1-0-text``, ``q1-0-cost``, ``q1-0-envelope``. What the way of answering does not use is ignored, so that somebody may change her mind.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, post_load, pre_load, validates_schema

from civic.kernel.errors import N_
from civic.plain_language.schemas import PlainText
from civic.voting.asking import (
    JUDGMENT,
    MOST_PROJECTS,
    SINGLE,
    ChoicePlan,
    QuestionPlan,
    is_budget,
    option_key,
)
from civic.voting.methods.ballots import Terms
from civic.voting.methods.registry import METHODS
from civic.voting.question_schemas import (
    LONGEST_ENVELOPE,
    LONGEST_LABEL,
    LONGEST_QUESTION,
    LONGEST_TEXT,
    MOST_CENTS,
    MOST_NUMBER,
)
from civic.voting.rules import PollPlan
from civic.voting.schemas import LONGEST_DESCRIPTION, OLDEST_MINIMUM_AGE
from civic.web.forms import read_part
from civic.web.languages import form_instant
from civic.web.schemas import BaseSchema, Id, Instant, Line, Lines, Seen, Whole, fields, validate

YES_NO = "yes-no"
"""A way of answering: one choice between « Oui » and « Non »."""
WAYS = (YES_NO, *METHODS)
CONSULTATION = "consultation"
"""The kind of subject of a poll that a consultation asked for."""
USUAL_GRADES = 5
LONGEST_LIST = 2_000
BOX = re.compile(r"q(\d{1,2})-(?:(\d{1,3})-)?(\w+)")
CENTS = 100


SUM = re.compile(r"(?P<euros>\d{1,3}(?:[.,]?\d{3})*)(?:[.,](?P<cents>\d{1,2}))?")


class Euros(fields.Field[int]):
    """A sum as people write it, « 120 000 », « 1 250,50 » or “1,250.50”: read in cents. Three digits after a mark are thousands."""

    default_error_messages = {"invalid": _l("Écrivez une somme en euros, par exemple 120 000.")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        written = SUM.fullmatch(re.sub(r"[\s\u00a0\u202f€]", "", str(value)))
        if not written:
            raise self.make_error("invalid")
        cents = int(re.sub(r"[.,]", "", written["euros"])) * CENTS + int(
            (written["cents"] or "").ljust(2, "0")
        )
        if cents > MOST_CENTS:
            raise self.make_error("invalid")
        return cents


class _ChoiceBoxes(BaseSchema):
    label = Line(
        most=LONGEST_LABEL, required=True, error_messages={"required": _l("Donnez un nom à cette réponse.")}
    )
    text = Line(least=0, most=LONGEST_TEXT, load_default="")
    cost = Euros(load_default=0)
    envelope = Line(least=0, most=LONGEST_ENVELOPE, load_default="")


class _QuestionBoxes(BaseSchema):
    text = Line(least=0, most=LONGEST_QUESTION, load_default="")
    method = fields.String(
        validate=validate.OneOf(WAYS, error=_l("Choisissez une des façons de répondre.")),
        load_default=JUDGMENT,
    )
    seats = Whole(1, MOST_PROJECTS, load_default=1)
    fewest = Whole(1, MOST_PROJECTS, load_default=None)
    most = Whole(1, MOST_PROJECTS, load_default=None)
    grades = Whole(5, 7, load_default=USUAL_GRADES)
    most_sum = Whole(1, MOST_NUMBER, load_default=None)
    most_points = Whole(1, MOST_NUMBER, load_default=None)
    budget_cents = Euros(load_default=0)
    envelopes = Lines(least=0, most=LONGEST_LIST, load_default="")
    threshold = Whole(0, MOST_NUMBER, load_default=0)
    most_projects = Whole(1, MOST_PROJECTS, load_default=None)
    dearest_cents = Euros(load_default=None)
    exclusions = Line(least=0, most=LONGEST_LIST, load_default="")
    most_cost_cents = Euros(load_default=None)
    is_shuffled = fields.Boolean(load_default=False)


class ReadPoll(NamedTuple):
    """What the form says, and what was stored when it was filled."""

    plan: PollPlan
    seen: str | None


class PollFormSchema(BaseSchema):
    """The whole form; a box that is not ticked is not sent."""

    question = Line(least=5, most=LONGEST_QUESTION, required=True)
    description = Lines(least=0, most=LONGEST_DESCRIPTION, load_default="")
    plain_text = PlainText(load_default="")
    territory_id = Id(required=True)
    opens_at = Instant(required=True)
    closes_at = Instant(required=True)
    minimum_age = Whole(1, OLDEST_MINIMUM_AGE, load_default=None)
    needs_verified_residency = fields.Boolean(load_default=False)
    quorum_percent = Whole(0, 100, load_default=0)
    shows_turnout = fields.Boolean(load_default=False)
    consultation_id = Id(load_default=None)
    seen = Seen()

    @pre_load
    def leave_questions(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if not BOX.fullmatch(name)}

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def read_questions(self, data: dict[str, Any], original: Mapping[str, Any], **kwargs: Any) -> None:
        title = str(data.get("question", ""))
        questions: list[QuestionPlan] = []
        problems: dict[str, list[str]] = {}
        for number, boxes in enumerate(question_rows(original), start=1):
            question, wrong = _read_question(boxes, title)
            problems |= {f"q{number}-{name}": messages for name, messages in wrong.items()}
            if question is not None:
                questions.append(question)
        if problems:
            raise ValidationError(problems)
        data["questions"] = tuple(questions)

    @post_load
    def make_plan(self, data: dict[str, Any], **kwargs: Any) -> ReadPoll:
        about, seen = data.pop("consultation_id"), data.pop("seen")
        return ReadPoll(
            PollPlan(**data, subject_kind=CONSULTATION if about else None, subject_id=about), seen
        )


def question_rows(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what was typed of each question, in order, by the names of its boxes; ``rows`` are its options, empty ones left out."""
    found: dict[int, dict[str, Any]] = {}
    rows: dict[int, dict[int, dict[str, str]]] = {}
    for name, value in values.items():
        if (box := BOX.fullmatch(name)) is None:
            continue
        number = int(box[1])
        question = found.setdefault(number, {})
        if box[2] is None:
            question[box[3]] = value
        elif value:
            rows.setdefault(number, {}).setdefault(int(box[2]), {})[box[3]] = value
    return [
        {**found[number], "rows": [row for _, row in sorted(rows.get(number, {}).items())]}
        for number in sorted(found)
    ] or [{"rows": []}]


def _read_question(boxes: dict[str, Any], title: str) -> tuple[QuestionPlan | None, dict[str, list[str]]]:
    way = str(boxes.get("method", ""))
    used = {"text", "method", "is_shuffled", *TERMS_OF.get(way, ())}
    typed = {name: value for name, value in boxes.items() if name in used}
    read, wrong = read_part(_QuestionBoxes(), typed)
    choices: list[dict[str, Any]] = []
    for row, written in enumerate([] if way == YES_NO else boxes["rows"]):
        choice, mistakes = read_part(_ChoiceBoxes(), written)
        wrong |= {f"{row}-{name}": messages for name, messages in mistakes.items()}
        choices.append(choice)
    if wrong:
        return None, wrong
    try:
        return _plan_question(read, choices, title), {}
    except ValidationError as error:
        return None, {str(name): list(messages) for name, messages in error.normalized_messages().items()}


def _plan_question(read: dict[str, Any], choices: list[dict[str, Any]], title: str) -> QuestionPlan:
    way, text = read["method"], read["text"] or title
    if way == YES_NO:
        return QuestionPlan(text, _yes_and_no())
    terms = {name: read[name] for name in TERMS_OF[way] if read[name] is not None}
    if "envelopes" in terms:
        terms["envelopes"] = _read_envelopes(read["envelopes"])
    if "exclusions" in terms:
        terms["exclusions"] = _read_exclusions(read["exclusions"])
    has_money = is_budget(way)
    offered = tuple(
        ChoicePlan(
            one["label"],
            one["text"],
            one["cost"] if has_money else 0,
            one["envelope"] if has_money else "",
        )
        for one in choices
    )
    return QuestionPlan(text, offered, way, Terms(**terms), is_shuffled=read["is_shuffled"])


def _yes_and_no() -> tuple[ChoicePlan, ...]:
    return (ChoicePlan(YES), ChoicePlan(NO))


YES, NO = N_("Oui"), N_("Non")
"""Written in the town's language, as what agents write is."""
BUDGET_TERMS = (
    "budget_cents",
    "envelopes",
    "threshold",
    "most_projects",
    "dearest_cents",
    "exclusions",
)
NAMING_TERMS = (*BUDGET_TERMS, "fewest", "most", "most_cost_cents")
TERMS_OF: dict[str, tuple[str, ...]] = {
    "single": (),
    "approval": ("seats",),
    "k-of-n": ("seats", "fewest", "most"),
    "majority-judgment": ("seats", "grades"),
    "points": ("seats", "fewest", "most"),
    "schulze": ("seats",),
    "irv": (),
    "stv": ("seats",),
    "budget-greedy": NAMING_TERMS,
    "budget-greedy-stop": NAMING_TERMS,
    "budget-threshold": NAMING_TERMS,
    "budget-points": (*BUDGET_TERMS, "fewest", "most"),
    "budget-cumulative": (*BUDGET_TERMS, "most_sum", "most_points"),
    "budget-equal-shares": NAMING_TERMS,
}
"""The boxes that each way of answering uses."""


def _read_envelopes(written: str) -> tuple[tuple[str, int], ...]:
    """« Nord : 60 000 », a line each."""
    envelopes = []
    for line in written.splitlines():
        if not line.strip():
            continue
        name, _, amount = line.rpartition(":")
        try:
            cents = Euros().deserialize(amount)
        except ValidationError:
            cents = 0
        if not name.strip() or not cents:
            wrong = gettext("Écrivez une enveloppe par ligne, par exemple « Quartier Nord : 60 000 ».")
            raise ValidationError({"envelopes": [wrong]})
        envelopes.append((name.strip(), cents))
    return tuple(envelopes)


def _read_exclusions(written: str) -> tuple[tuple[str, str], ...]:
    """« 2-5, 3-7 »: the numbers of projects, as the form shows them."""
    pairs = [pair.strip() for pair in re.split(r"[,;]", written) if pair.strip()]
    found = [re.fullmatch(r"(\d{1,3})\s*[-–/]\s*(\d{1,3})", pair) for pair in pairs]
    if not all(found):
        wrong = gettext("Écrivez les numéros de deux projets et un tiret, par exemple « 2-5, 3-7 ».")
        raise ValidationError({"exclusions": [wrong]})
    return tuple((option_key(int(pair[1])), option_key(int(pair[2]))) for pair in found if pair)


# A plan told in boxes


def form_values(plan: PollPlan) -> dict[str, Any]:
    """Return what the boxes of the form hold for a stored draft."""
    values: dict[str, Any] = {
        "question": plan.question,
        "description": plan.description,
        "plain_text": plan.plain_text,
        "territory_id": plan.territory_id,
        "opens_at": form_instant(plan.opens_at),
        "closes_at": form_instant(plan.closes_at),
        "minimum_age": plan.minimum_age,
        "quorum_percent": plan.quorum_percent,
    }
    for name in ("needs_verified_residency", "shows_turnout"):
        if getattr(plan, name):
            values[name] = "true"
    for number, question in enumerate(plan.questions, start=1):
        boxes = _boxes_of(question, plan.question)
        values |= {f"q{number}-{name}": value for name, value in boxes.items()}
    return values


def _boxes_of(question: QuestionPlan, title: str) -> dict[str, Any]:
    terms, unset = question.terms, Terms()
    is_yes_no = question.method == SINGLE and question.choices == _yes_and_no()
    boxes: dict[str, Any] = {
        "text": "" if question.text == title else question.text,
        "method": YES_NO if is_yes_no else question.method,
        **({"is_shuffled": "true"} if question.is_shuffled else {}),
    }
    for name in TERMS_OF[question.method]:
        if (value := getattr(terms, name)) != getattr(unset, name):
            boxes[name] = _written(name, value)
    for row, choice in enumerate(question.choices):
        boxes |= {
            f"{row}-label": choice.label,
            f"{row}-text": choice.text,
            f"{row}-cost": in_euros(choice.cost_cents) if choice.cost_cents else "",
            f"{row}-envelope": choice.envelope,
        }
    return boxes


def _written(name: str, value: Any) -> str:
    if name == "envelopes":
        return "\n".join(f"{label} : {in_euros(cents)}" for label, cents in value)
    if name == "exclusions":
        return ", ".join(f"{one[1:]}-{other[1:]}" for one, other in value)
    return in_euros(value) if name.endswith("_cents") else str(value)


def in_euros(cents: int) -> str:
    """Return a sum as it is typed: « 120000 », « 12,50 »."""
    euros, rest = divmod(cents, CENTS)
    return f"{euros},{rest:02}" if rest else str(euros)


def without_question(values: Mapping[str, Any], removed: int) -> dict[str, Any]:
    """Return the boxes of the form without those of a question; the next ones move up."""
    kept: dict[str, Any] = {}
    for name, value in values.items():
        box = BOX.fullmatch(name)
        number = int(box[1]) if box else 0
        if box is None or number < removed:
            kept[name] = value
        elif number > removed:
            kept[f"q{number - 1}{name[len(box[1]) + 1 :]}"] = value
    return kept


def labels_of_boxes(questions: Sequence[Mapping[str, Any]], at_least: int = 0) -> dict[str, str]:
    """Return what the boxes of the questions are called in the summary of errors, and where a version of somebody else is told.

    Args:
        at_least: how many questions are named, where more are told than are shown.
    """
    named: dict[str, str] = {}
    for number in range(1, max(len(questions), at_least) + 1):
        prefix = gettext("Question %(number)s", number=number)
        named |= {f"q{number}-{box}": f"{prefix}, {gettext(label)}" for box, label in BOX_NAMES.items()}
        for row in range(len(questions[number - 1]["rows"]) if number <= len(questions) else 0):
            for box in ("label", "text", "cost", "envelope"):
                named[f"q{number}-{row}-{box}"] = gettext(
                    "%(question)s, réponse %(number)s", question=prefix, number=row + 1
                )
    return named


BOX_NAMES = {
    "text": N_("texte"),
    "method": N_("façon de répondre"),
    "choices": N_("réponses"),
    "seats": N_("réponses retenues"),
    "fewest": N_("au moins"),
    "most": N_("au plus"),
    "grades": N_("mentions"),
    "most_sum": N_("points en tout"),
    "most_points": N_("points par réponse"),
    "budget_cents": N_("budget"),
    "envelopes": N_("enveloppes"),
    "threshold": N_("seuil"),
    "most_projects": N_("nombre de projets"),
    "dearest_cents": N_("projet le plus cher"),
    "exclusions": N_("projets incompatibles"),
    "most_cost_cents": N_("budget de chacun"),
    "is_shuffled": N_("réponses dans un ordre différent à chaque personne"),
}

"""The form by which an agent writes what she found in the urn of paper: a box for each number, read into one count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from marshmallow import post_load

from civic.voting.asking import QuestionPlan
from civic.voting.booth.grades import grade_words
from civic.voting.booth.paper import PaperCount, PaperQuestion, shape_of
from civic.voting.booth.questions import JUDGMENT
from civic.web.schemas import BaseSchema, Lines, Whole

MOST_PAPERS = 1_000_000
LONGEST_EXPLANATION = 2_000


@dataclass(frozen=True)
class PaperBox:
    """A number to write."""

    name: str
    label: str


@dataclass(frozen=True)
class PaperGroup:
    """The numbers that stand together: those of a question, or of one of its options. ``legend`` is "" where the question says it."""

    legend: str
    boxes: list[PaperBox]


@dataclass(frozen=True)
class PaperForm:
    """One question. ``name`` is what an error of it is called by."""

    name: str
    text: str
    groups: list[PaperGroup]


def paper_schema(plans: Sequence[QuestionPlan]) -> type[BaseSchema]:
    """Return what reads the form; an empty box is 0, but for the number of papers."""
    boxes: dict[str, Any] = {
        "papers": Whole(
            0, MOST_PAPERS, required=True, error_messages={"required": _l("Comptez les bulletins.")}
        ),
        "explanation": Lines(least=0, most=LONGEST_EXPLANATION, load_default=""),
    }
    for position, plan in enumerate(plans, start=1):
        boxes |= {name: Whole(0, MOST_PAPERS, load_default=0) for name in _names(position, plan)}

    def read_count(self: BaseSchema, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        questions = [_read(position, plan, data) for position, plan in enumerate(plans, start=1)]
        return {"count": PaperCount(data["papers"], tuple(questions), data["explanation"].strip())}

    return type("PaperCountSchema", (BaseSchema,), {**boxes, "read_count": post_load(read_count)})


def paper_forms(plans: Sequence[QuestionPlan]) -> list[PaperForm]:
    """Return the boxes of each question, in the order in which papers are sorted."""
    return [_form(position, plan) for position, plan in enumerate(plans, start=1)]


def written(plans: Sequence[QuestionPlan], count: PaperCount | None) -> dict[str, str]:
    """Return what was written in each box, to show the form filled in."""
    if count is None:
        return {}
    values = {"papers": str(count.papers), "explanation": count.explanation}
    for position, (plan, found) in enumerate(zip(plans, count.questions, strict=True), start=1):
        numbers = [found.blank, found.void, *(number for row in found.rows for number in row)]
        values |= {name: str(number) for name, number in zip(_names(position, plan), numbers, strict=True)}
    return values


def labels_of(forms: Sequence[PaperForm]) -> dict[str, str]:
    """Return what a summary of errors calls each box."""
    boxes = [box for form in forms for group in form.groups for box in group.boxes]
    return {
        "papers": gettext("Bulletins dans l’urne"),
        "explanation": gettext("Ce qui explique l’écart"),
        **{form.name: form.text for form in forms},
        **{box.name: box.label for box in boxes},
    }


def _form(position: int, plan: QuestionPlan) -> PaperForm:
    names = iter(_names(position, plan))
    apart = [
        PaperBox(next(names), gettext("Bulletins blancs")),
        PaperBox(next(names), gettext("Bulletins nuls")),
    ]
    if plan.method == JUDGMENT:
        words = [gettext(word) for word in grade_words(plan.terms.grades)]
        groups = [
            PaperGroup(choice.label, [PaperBox(next(names), word) for word in words])
            for choice in plan.choices
        ]
        return PaperForm(f"q{position}", plan.text, [PaperGroup("", apart), *groups])
    options = [PaperBox(next(names), choice.label) for choice in plan.choices]
    return PaperForm(f"q{position}", plan.text, [PaperGroup("", [*options, *apart])])


def _names(position: int, plan: QuestionPlan) -> list[str]:
    rows, columns = shape_of(plan)
    cells = [f"q{position}-{row}-{column}" for row in range(rows) for column in range(columns)]
    return [f"q{position}-blank", f"q{position}-void", *cells]


def _read(position: int, plan: QuestionPlan, data: dict[str, Any]) -> PaperQuestion:
    rows, columns = shape_of(plan)
    found = tuple(
        tuple(data[f"q{position}-{row}-{column}"] for column in range(columns)) for row in range(rows)
    )
    return PaperQuestion(data[f"q{position}-blank"], data[f"q{position}-void"], found)

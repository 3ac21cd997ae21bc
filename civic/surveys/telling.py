"""Answers in words, and in the boxes of a form."""

from typing import Any

from flask_babel import gettext

from civic.surveys.asking import OTHER, Kind, Question, Questionnaire
from civic.surveys.rules import Value, Values
from civic.web.languages import decimal_number


def label_of(question: Question, place: int) -> str:
    """Return the words of an option; those of « yes » and « no », and « other », in the reader's language."""
    if place == OTHER:
        return gettext("Autre")
    words = dict(question.choices).get(place, str(place))
    return gettext(words) if question.kind is Kind.YES_NO else words


def answers_in_words(question: Question, value: Value | None) -> list[str]:
    """Return what was answered, a line for each thing chosen; nothing for no answer."""
    if value is None:
        return []
    if "chosen" in value:
        other = value.get("other", "")
        said = [label_of(question, place) for place in value["chosen"]]
        return [
            f"{one} : {other}" if place == OTHER else one
            for place, one in zip(value["chosen"], said, strict=True)
        ]
    if "ranked" in value:
        return [f"{rank}. {label_of(question, place)}" for rank, place in enumerate(value["ranked"], 1)]
    if "number" in value:
        number = decimal_number(value["number"])
        return [f"{number} {question.unit}".strip()]
    if "agreed" in value:
        return [gettext("J’accepte")]
    return [value.get("text", "")]


def boxes_of(values: Values) -> dict[str, Any]:
    """Return what the boxes of a form hold for answers that were kept."""
    boxes: dict[str, Any] = {}
    for key, value in values.items():
        name = f"q-{key}"
        if "chosen" in value:
            boxes[name] = [str(place) for place in value["chosen"]]
            boxes[f"{name}-other"] = value.get("other", "")
        elif "ranked" in value:
            boxes |= {f"{name}-rank-{place}": str(rank) for rank, place in enumerate(value["ranked"], 1)}
        elif "number" in value:
            boxes[name] = [str(value["number"]).replace(".", ",")]
        else:
            boxes[name] = ["true"] if value.get("agreed") else [value.get("text", "")]
    return boxes


def labels_of(questionnaire: Questionnaire) -> dict[str, str]:
    return {
        f"q-{question.key}": gettext("Question %(number)s", number=number)
        for number, question in enumerate(questionnaire.questions, 1)
    }

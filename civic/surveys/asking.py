"""What a questionnaire asks, as plain values: its questions, their conditions and pages, and what makes it one that cannot be asked.

A question is known by its ``key``, an option by its place from 1: both stay when a spelling is corrected.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from civic.kernel.errors import N_, Sentence


class Kind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    SEVERAL = "several"
    RANKING = "ranking"
    SCALE = "scale"
    YES_NO = "yes_no"
    NUMBER = "number"
    SHORT = "short"
    LONG = "long"
    CONSENT = "consent"


OFFERED = frozenset({Kind.ONE, Kind.SEVERAL, Kind.RANKING})
"""Kinds whose answers somebody writes."""
CHOSEN = frozenset({Kind.ONE, Kind.SEVERAL, Kind.YES_NO})
"""Kinds on whose answer another question may depend."""
TYPED = frozenset({Kind.SHORT, Kind.LONG})
YES, NO = 1, 2
YES_NO_LABELS = (N_("Oui"), N_("Non"))
OTHER = 0
"""The place of « other », which is written by who answers."""

MOST_QUESTIONS = 60
MOST_OPTIONS = 30
MOST_RANKED = 12
LONGEST = {"title": 150, "intro": 3_000, "label": 300, "help": 500, "option": 150, "word": 60, "until": 200}
SHORT_ANSWER, LONG_ANSWER, OTHER_ANSWER = 200, 3_000, 200
LARGEST_NUMBER = 1_000_000_000


@dataclass(frozen=True)
class Condition:
    """Show a question only if an earlier one was answered by an option."""

    question: int
    option: int


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        most: of several choices, how many may be made; None for as many as there are.
        least, greatest: the ends of a scale, or the bounds of a number.
        low_label, high_label: the words at both ends of a scale.
        until: of a consent, until when what it permits is kept.
    """

    key: int
    kind: Kind
    label: str
    help: str = ""
    is_required: bool = False
    begins_page: bool = False
    options: tuple[str, ...] = ()
    has_other: bool = False
    most: int | None = None
    least: int | None = None
    greatest: int | None = None
    low_label: str = ""
    high_label: str = ""
    unit: str = ""
    until: str = ""
    condition: Condition | None = None

    @property
    def choices(self) -> tuple[tuple[int, str], ...]:
        """What may be chosen: the place of each option, and its words; without « other »."""
        labels = YES_NO_LABELS if self.kind is Kind.YES_NO else self.options
        return tuple(enumerate(labels, start=1))

    @property
    def steps(self) -> range:
        """The numbers of a scale."""
        return range(self.least or 0, (self.greatest or 0) + 1)


@dataclass(frozen=True)
class Questionnaire:
    title: str
    intro: str
    questions: tuple[Question, ...]

    def find(self, key: int) -> Question | None:
        return next((each for each in self.questions if each.key == key), None)

    @property
    def pages(self) -> tuple[tuple[Question, ...], ...]:
        """The questions of each page, in order."""
        pages: list[list[Question]] = []
        for question in self.questions:
            if question.begins_page or not pages:
                pages.append([])
            pages[-1].append(question)
        return tuple(tuple(page) for page in pages)


def write_down(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return a questionnaire as what is stored and what is published: without what says nothing."""
    return {
        "title": questionnaire.title,
        "intro": questionnaire.intro,
        "questions": [_written(question) for question in questionnaire.questions],
    }


def _written(question: Question) -> dict[str, Any]:
    named = {name: value for name, value in asdict(question).items() if value == 0 or value}
    named = {name: value for name, value in named.items() if value is not False}
    return {**named, "options": list(question.options)} if question.options else named


def take_up(document: dict[str, Any]) -> Questionnaire:
    """Return the questionnaire that was stored."""
    return Questionnaire(
        document["title"], document["intro"], tuple(make_question(one) for one in document["questions"])
    )


def make_question(values: dict[str, Any]) -> Question:
    """Return a question that was stored; a scale from 0 was once stored without its least number."""
    condition = values.get("condition")
    if values["kind"] == Kind.SCALE:
        values = {"least": 0, **values}
    return Question(
        **{
            **values,
            "kind": Kind(values["kind"]),
            "options": tuple(values.get("options", ())),
            "condition": Condition(**condition) if condition else None,
        }
    )


def fingerprint(document: dict[str, Any]) -> str:
    """Return the SHA-256 of a questionnaire written as JSON with sorted keys and no spaces: anybody can compute it again."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def tidied(question: Question) -> Question:
    """Return a question without what its kind has no use for, and with what it cannot be without."""
    kept = {"label", "help", "is_required", "begins_page", "condition", *_OWN[question.kind]}
    blank = Question(question.key, question.kind, question.label)
    clean = replace(blank, **{name: getattr(question, name) for name in kept})
    if clean.kind is not Kind.SCALE:
        return clean
    return replace(clean, least=clean.least or 0, greatest=clean.greatest or SCALE_ENDS.get(clean.least or 0))


_OWN: dict[Kind, tuple[str, ...]] = {
    Kind.ONE: ("options", "has_other"),
    Kind.SEVERAL: ("options", "has_other", "most"),
    Kind.RANKING: ("options",),
    Kind.SCALE: ("least", "greatest", "low_label", "high_label"),
    Kind.NUMBER: ("least", "greatest", "unit"),
    Kind.CONSENT: ("until",),
    Kind.YES_NO: (),
    Kind.SHORT: (),
    Kind.LONG: (),
}
SCALE_ENDS = {0: 10, 1: 5}

Problem = tuple[int, str, Sentence]
"""The row of a question, from 0; what of it is wrong; why."""


def problems(questions: Sequence[Question]) -> list[Problem]:
    """Return what keeps a questionnaire from being asked, beside what is wrong."""
    found: list[Problem] = []
    for row, question in enumerate(questions):
        found += ((row, box, text) for box, text in (*_own_problems(question), *_condition(questions, row)))
    return found


def _own_problems(question: Question) -> Iterator[tuple[str, Sentence]]:
    if question.kind in OFFERED:
        yield from _problems_of_options(question)
    if question.kind is Kind.SCALE and (question.least, question.greatest) not in SCALE_ENDS.items():
        yield "greatest", Sentence(N_("Une échelle va de 1 à 5, ou de 0 à 10."))
    if question.kind is Kind.NUMBER and _are_crossed(question.least, question.greatest):
        yield "greatest", Sentence(N_("Le plus grand nombre accepté est plus petit que le plus petit."))
    if question.kind is Kind.CONSENT and not question.until:
        yield (
            "until",
            Sentence(N_("Dites jusqu’à quand : on n’accepte pas sans savoir pour combien de temps.")),
        )


def _are_crossed(least: int | None, greatest: int | None) -> bool:
    return least is not None and greatest is not None and greatest < least


def _problems_of_options(question: Question) -> Iterator[tuple[str, Sentence]]:
    folded = [option.casefold() for option in question.options]
    doubled = next(
        (one for one, low in zip(question.options, folded, strict=True) if folded.count(low) > 1), ""
    )
    if len(folded) < 2:
        yield "options", Sentence(N_("Il faut au moins deux réponses, une par ligne."))
    elif doubled:
        yield "options", Sentence(N_("« %(option)s » est écrit deux fois."), {"option": doubled})
    if question.kind is Kind.RANKING and len(folded) > MOST_RANKED:
        yield (
            "options",
            Sentence(
                N_("Personne ne classe plus de %(most)s réponses : gardez les principales."),
                {"most": MOST_RANKED},
            ),
        )
    if question.most is not None and not 1 < question.most <= len(folded) + question.has_other:
        yield "most", Sentence(N_("Le plus grand nombre de choix est entre 2 et le nombre de réponses."))


def _condition(questions: Sequence[Question], row: int) -> Iterator[tuple[str, Sentence]]:
    condition = questions[row].condition
    if condition is None:
        return
    asked = next((each for each in questions[:row] if each.key == condition.question), None)
    if asked is None:
        yield (
            "condition",
            Sentence(
                N_("La condition porte sur une question posée après, ou retirée : choisissez-en une autre.")
            ),
        )
    elif asked.kind not in CHOSEN or condition.option not in dict(asked.choices):
        yield (
            "condition",
            Sentence(N_("La réponse dont dépend cette question n’existe plus : choisissez-la de nouveau.")),
        )


def corrected(before: Questionnaire, after: Questionnaire) -> Questionnaire | None:
    """Return the questionnaire with the words of ``after`` and all the rest of ``before``; None when it is no correction of words."""
    words = {question.key: question for question in after.questions}
    if set(words) != {question.key for question in before.questions}:
        return None
    if any(len(words[each.key].options) != len(each.options) for each in before.questions):
        return None
    names = ("label", "help", "options", "low_label", "high_label", "unit", "until")
    questions = tuple(
        replace(each, **{name: getattr(words[each.key], name) for name in names}) for each in before.questions
    )
    return Questionnaire(after.title, after.intro, questions)

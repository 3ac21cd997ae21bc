"""What an answer must be, and which questions it makes appear. A value is a plain dict, so that it is stored as it is read.

``{"chosen": [1, 0], "other": "…"}`` for choices (0 is « other »), ``{"ranked": [2, 1]}``, ``{"number": 4}``, ``{"text": "…"}``,
``{"agreed": true}``.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from civic.consultations.channels import TYPING_DAYS
from civic.consultations.rules import Activity, Dated
from civic.kernel.errors import N_, Sentence
from civic.surveys.asking import (
    LARGEST_NUMBER,
    LONG_ANSWER,
    OTHER,
    OTHER_ANSWER,
    SHORT_ANSWER,
    Kind,
    Question,
    Questionnaire,
)

Value = dict[str, Any]
Values = dict[int, Value]


class Openness(StrEnum):
    """Who may answer."""

    RESIDENTS = "residents"
    ANYONE = "anyone"


@dataclass(frozen=True)
class Raw:
    """What was sent for one question, as typed."""

    chosen: tuple[str, ...] = ()
    other: str = ""
    ranks: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.chosen or self.other or self.text or any(self.ranks.values()))


class Wrong(Exception):
    """An answer cannot be taken, for a reason that who answers can read."""

    def __init__(self, message: str, **values: Any):
        super().__init__(message)
        self.sentence = Sentence(message, values)


def read_value(question: Question, raw: Raw) -> Value | None:
    """Return what was answered, or None for nothing. Raises Wrong."""
    return _READERS[question.kind](question, raw)


def _read_choice(question: Question, raw: Raw) -> Value | None:
    offered = {place for place, _ in question.choices} | ({OTHER} if question.has_other else set())
    chosen = sorted({_place(text, offered) for text in raw.chosen}, key=lambda place: (place == OTHER, place))
    other = raw.other.strip() if question.has_other else ""
    if other and OTHER not in chosen:
        chosen = [OTHER] if question.kind is Kind.ONE and not chosen else [*chosen, OTHER]
    if not chosen:
        return None
    if OTHER in chosen and not other:
        raise Wrong(N_("Vous avez coché « Autre » : écrivez quoi, ou décochez."))
    _ensure_short(other, OTHER_ANSWER)
    most = 1 if question.kind is not Kind.SEVERAL else question.most or len(offered)
    if len(chosen) > most:
        if most == 1:
            raise Wrong(N_("Une seule réponse est possible : choisissez laquelle garder."))
        raise Wrong(
            N_("%(most)s réponses au plus : vous en avez choisi %(chosen)s."), most=most, chosen=len(chosen)
        )
    return {"chosen": chosen, **({"other": other} if other else {})}


def _place(text: str, offered: set[int]) -> int:
    if not re.fullmatch(r"\d{1,3}", text) or int(text) not in offered:
        raise Wrong(N_("Cette réponse n’est pas proposée : choisissez-en une de la liste."))
    return int(text)


def _read_ranking(question: Question, raw: Raw) -> Value | None:
    offered = {place for place, _ in question.choices}
    ranks: dict[int, int] = {}
    for option, typed in raw.ranks.items():
        place = _place(option, offered)
        if typed.strip():
            ranks[place] = _rank(typed, len(offered))
    taken = list(ranks.values())
    doubled = next((rank for rank in taken if taken.count(rank) > 1), None)
    if doubled is not None:
        raise Wrong(
            N_("Le numéro %(rank)s est donné deux fois : chaque numéro ne sert qu’une fois."), rank=doubled
        )
    missing = next((rank for rank in range(1, len(taken) + 1) if rank not in taken), None)
    if missing is not None:
        raise Wrong(N_("Il manque le numéro %(rank)s : numérotez 1, 2, 3… sans en sauter."), rank=missing)
    return {"ranked": sorted(ranks, key=lambda place: ranks[place])} if ranks else None


def _rank(typed: str, most: int) -> int:
    if not re.fullmatch(r"\d{1,3}", typed.strip()) or not 1 <= int(typed) <= most:
        raise Wrong(N_("Écrivez un numéro entre 1 et %(most)s."), most=most)
    return int(typed)


def _read_number(question: Question, raw: Raw) -> Value | None:
    typed = re.sub(r"\s", "", raw.text or next(iter(raw.chosen), "")).replace(",", ".")
    if not typed:
        return None
    is_whole = question.kind is Kind.SCALE
    if not re.fullmatch(r"-?\d{1,10}" if is_whole else r"-?\d{1,10}(\.\d{1,4})?", typed):
        raise Wrong(N_("Écrivez un nombre, en chiffres, par exemple 12 ou 2,5."))
    number = float(typed) if "." in typed else int(typed)
    least = question.least if question.least is not None else -LARGEST_NUMBER
    greatest = question.greatest if question.greatest is not None else LARGEST_NUMBER
    if number < least:
        raise Wrong(N_("Le plus petit nombre accepté est %(least)s."), least=least)
    if number > greatest:
        raise Wrong(N_("Le plus grand nombre accepté est %(greatest)s."), greatest=greatest)
    return {"number": number}


def _read_text(question: Question, raw: Raw) -> Value | None:
    text = raw.text.strip()
    _ensure_short(text, SHORT_ANSWER if question.kind is Kind.SHORT else LONG_ANSWER)
    return {"text": text} if text else None


def _ensure_short(text: str, most: int) -> None:
    if len(text) > most:
        raise Wrong(
            N_("C’est trop long : %(length)s caractères, pour %(most)s au plus."),
            length=len(text),
            most=most,
        )


def _read_consent(question: Question, raw: Raw) -> Value | None:
    return {"agreed": True} if "true" in raw.chosen else None


_READERS: dict[Kind, Callable[[Question, Raw], Value | None]] = {
    Kind.ONE: _read_choice,
    Kind.SEVERAL: _read_choice,
    Kind.YES_NO: _read_choice,
    Kind.RANKING: _read_ranking,
    Kind.SCALE: _read_number,
    Kind.NUMBER: _read_number,
    Kind.SHORT: _read_text,
    Kind.LONG: _read_text,
    Kind.CONSENT: _read_consent,
}


def is_shown(question: Question, values: Mapping[int, Value]) -> bool:
    """Tell whether a question is asked of who answered so. ``values`` are those of questions that are themselves asked."""
    condition = question.condition
    return condition is None or condition.option in values.get(condition.question, {}).get("chosen", ())


def kept(questionnaire: Questionnaire, values: Mapping[int, Value]) -> Values:
    """Return the values without those of questions that they hide, and of those that these hid: what is hidden is not kept."""
    left: Values = {}
    for question in questionnaire.questions:
        if question.key in values and is_shown(question, left):
            left[question.key] = values[question.key]
    return left


def shown_questions(questions: Iterable[Question], values: Mapping[int, Value]) -> list[Question]:
    return [question for question in questions if is_shown(question, values)]


@dataclass(frozen=True)
class Reading:
    """What was read of some questions: their values, and what is wrong by key."""

    values: Values
    wrong: dict[int, Sentence]


REQUIRED = N_("Répondez à cette question pour continuer.")
UNKNOWN = N_("Cette question n’est pas dans ce questionnaire.")
CONSENT_REQUIRED = N_(
    "Sans cet accord, la mairie ne peut pas prendre votre réponse : cochez la case, ou n’envoyez rien."
)


def read_answers(
    questionnaire: Questionnaire,
    asked: Sequence[Question],
    raws: Mapping[int, Raw],
    before: Values,
    *,
    is_final: bool,
) -> Reading:
    """Read the answers to ``asked``, in order, over those given before.

    Args:
        asked: the questions that were on the page.
        is_final: whether what is required must be there; not for who goes back, or stops for now.
    """
    values, wrong = dict(before), {}
    for question in asked:
        values.pop(question.key, None)
        if not is_shown(question, values):
            continue  # hidden by what was answered on this very page: neither kept nor refused
        try:
            value = read_value(question, raws.get(question.key, Raw()))
        except Wrong as refusal:
            wrong[question.key] = refusal.sentence
            continue
        if value is not None:
            values[question.key] = value
        elif is_final and question.is_required:
            wrong[question.key] = lacking(question)
    return Reading(kept(questionnaire, values), wrong)


def lacking(question: Question) -> Sentence:
    return Sentence(CONSENT_REQUIRED if question.kind is Kind.CONSENT else REQUIRED)


def missing(questionnaire: Questionnaire, values: Values) -> list[Question]:
    """Return the required questions that are asked of this person and that she did not answer."""
    asked = shown_questions(questionnaire.questions, values)
    return [question for question in asked if question.is_required and question.key not in values]


def page_of(questionnaire: Questionnaire, key: int) -> int:
    """Return the page of a question, from 1."""
    pages = questionnaire.pages
    return next(number for number, page in enumerate(pages, 1) if any(each.key == key for each in page))


def next_page(questionnaire: Questionnaire, values: Values, number: int, step: int = 1) -> int | None:
    """Return the nearest page after (or before, with a step of -1) that has a question to show; None at the end."""
    pages = questionnaire.pages
    number += step
    while 1 <= number <= len(pages):
        if shown_questions(pages[number - 1], values):
            return number
        number += step
    return None


def is_over(phases: Iterable[Dated], *, at: datetime) -> bool:
    """Tell whether nobody will answer any more."""
    return not any(Activity.ANSWER in phase.activities and at < phase.closes_at for phase in phases)


def counted_at(phases: Iterable[Dated], *, takes_paper: bool) -> datetime | None:
    """Return when no answer is added any more, on paper neither: what is crossed is told from then on. None where nothing is asked."""
    ends = [phase.closes_at for phase in phases if Activity.ANSWER in phase.activities]
    return max(ends) + timedelta(days=TYPING_DAYS if takes_paper else 0) if ends else None


AGE_BANDS = ((0, 17), (18, 29), (30, 44), (45, 59), (60, 74), (75, 150))


def age_band(born_on: date | None, today: date) -> str | None:
    """Return the band of ages of somebody, as ``30-44``."""
    if born_on is None:
        return None
    age = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    return next((f"{least}-{most}" for least, most in AGE_BANDS if least <= age <= most), None)

"""What a question asks, how it is answered, and the terms on which it is counted. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from civic.kernel.text import fold
from civic.voting.errors import BadChoices, BadTerms, UnknownMethod
from civic.voting.methods.ballots import BallotKind, Option, Terms
from civic.voting.methods.budgets import money_of
from civic.voting.methods.exact import canonical_json
from civic.voting.methods.refusals import CountRefused
from civic.voting.methods.registry import METHODS

FEWEST_CHOICES = 2
MOST_CHOICES = 20
MOST_PROJECTS = 200
FEWEST_GRADES, MOST_GRADES = 2, 7

SINGLE = "single"
JUDGMENT = "majority-judgment"
EQUAL_SHARES = "budget-equal-shares"
BUDGETS = tuple(method for method in METHODS if method.startswith("budget-"))

BALLOT_KINDS: Mapping[str, tuple[BallotKind, ...]] = {
    "single": (BallotKind.CHOICES,),
    "approval": (BallotKind.CHOICES,),
    "k-of-n": (BallotKind.CHOICES,),
    "majority-judgment": (BallotKind.POINTS,),
    "points": (BallotKind.RANKING, BallotKind.POINTS),
    "schulze": (BallotKind.RANKING,),
    "irv": (BallotKind.RANKING,),
    "stv": (BallotKind.RANKING,),
    "budget-greedy": (BallotKind.CHOICES,),
    "budget-greedy-stop": (BallotKind.CHOICES,),
    "budget-threshold": (BallotKind.CHOICES, BallotKind.RANKING, BallotKind.POINTS),
    "budget-points": (BallotKind.RANKING,),
    "budget-cumulative": (BallotKind.POINTS,),
    "budget-equal-shares": (BallotKind.CHOICES,),
}
"""What voters may be asked to write, the usual first."""


def option_key(position: int) -> str:
    """Return what an option is called in ballots and counts: its place in the list, which never changes once frozen."""
    return f"c{position}"


@dataclass(frozen=True)
class ChoicePlan:
    """An option that a question offers. The blank ballot is always offered beside, and is not one of them."""

    label: str
    text: str = ""
    cost_cents: int = 0
    envelope: str = ""


@dataclass(frozen=True)
class QuestionPlan:
    """A question as somebody prepares it. ``terms`` hold no seed: it is the poll's. ``ballot_kind`` None is the usual one of the method."""

    text: str
    choices: tuple[ChoicePlan, ...]
    method: str = SINGLE
    terms: Terms = field(default_factory=Terms)
    ballot_kind: BallotKind | None = None
    is_shuffled: bool = False

    @property
    def kind(self) -> BallotKind:
        return self.ballot_kind or BALLOT_KINDS[self.method][0]

    @property
    def options(self) -> tuple[Option, ...]:
        """Return the options as a count takes them."""
        return tuple(
            Option(option_key(position), one.label, one.cost_cents, one.envelope)
            for position, one in enumerate(self.choices, start=1)
        )


class Ending(StrEnum):
    """What a list of results may say of a closed poll, beside the labels that came first."""

    ONE = "one"
    SEVERAL = "several"
    QUESTIONS = "questions"
    COUNTING = "counting"


def ending_of(asked: Sequence[tuple[str, str]], *, is_counted: bool) -> Ending:
    """Return how a poll ends: with one winner (or equals), several, several questions, or a count that is not done.

    Args:
        asked: (method, terms as text) of each question.
    """
    if len(asked) > 1:
        return Ending.QUESTIONS
    method, terms = asked[0] if asked else (SINGLE, "{}")
    if not is_counted and method != SINGLE:
        return Ending.COUNTING
    return Ending.SEVERAL if is_budget(method) or read_terms(terms).seats > 1 else Ending.ONE


def is_budget(method: str) -> bool:
    return method in BUDGETS


def write_terms(terms: Terms) -> str:
    """Return terms as canonical JSON: those that are set, without the seed."""
    unset = vars(Terms())
    kept = {name: value for name, value in vars(terms).items() if name != "seed" and value != unset[name]}
    return canonical_json(kept)


def read_terms(text: str) -> Terms:
    """Return the terms that ``write_terms`` wrote."""
    return Terms(**{name: _as_tuples(value) for name, value in json.loads(text).items()})


def _as_tuples(value: Any) -> Any:
    return tuple(_as_tuples(one) for one in value) if isinstance(value, list) else value


def ensure_question(plan: QuestionPlan) -> None:
    """Refuse a question that could not be understood, answered or counted.

    Raises:
        UnknownMethod: there is no such way to count, or it does not count such ballots.
        BadChoices: too few or too many options, or two that read alike.
        BadTerms: terms that no ballot or no count could meet.
    """
    if plan.method not in METHODS or plan.kind not in BALLOT_KINDS[plan.method]:
        raise UnknownMethod(fields={"method": [UnknownMethod.message]})
    labels = [fold(choice.label) for choice in plan.choices]
    if not FEWEST_CHOICES <= len(labels) <= most_choices(plan.method):
        message = BadChoices.projects if is_budget(plan.method) else BadChoices.message
        raise BadChoices(message, fields={"choices": [message]})
    if len(set(labels)) < len(labels):
        raise BadChoices(fields={"choices": [BadChoices.alike]})
    _ensure_terms(plan)


def most_choices(method: str) -> int:
    return MOST_PROJECTS if is_budget(method) else MOST_CHOICES


def _ensure_terms(plan: QuestionPlan) -> None:
    terms, count = plan.terms, len(plan.choices)
    reversed_limits = [
        (terms.fewest, terms.most, "fewest"),
        (terms.least_points, terms.most_points, "least_points"),
        (terms.least_sum, terms.most_sum, "least_sum"),
        (terms.least_cost_cents, terms.most_cost_cents, "least_cost_cents"),
    ]
    for least, most, name in reversed_limits:
        if least is not None and most is not None and least > most:
            _refuse(name, BadTerms.reversed)
    if not 1 <= terms.seats < count + is_budget(plan.method):
        _refuse("seats", BadTerms.seats)
    for name in ("fewest", "most"):
        if (limit := getattr(terms, name)) is not None and not 1 <= limit <= count:
            _refuse(name, BadTerms.number)
    if plan.method == JUDGMENT and not FEWEST_GRADES <= terms.grades <= MOST_GRADES:
        _refuse("grades", BadTerms.grades)
    if (
        plan.kind is BallotKind.POINTS
        and plan.method != JUDGMENT
        and not (terms.most_points or terms.most_sum)
    ):
        _refuse("most_sum", BadTerms.points)
    if plan.method == "budget-threshold" and terms.threshold < 1:
        _refuse("threshold", BadTerms.threshold)
    if is_budget(plan.method):
        _ensure_budget(plan)


def _ensure_budget(plan: QuestionPlan) -> None:
    terms, options = plan.terms, plan.options
    known = {option.id for option in options}
    if terms.budget_cents <= 0:
        _refuse("budget_cents", BadTerms.budget)
    if any(option.cost_cents <= 0 for option in options):
        _refuse("choices", BadTerms.costs)
    for one, other in terms.exclusions:
        if one == other or not {one, other} <= known:
            _refuse("exclusions", BadTerms.exclusions)
    try:
        money_of(terms, options)
    except CountRefused as refused:
        raise BadTerms(refused.message, fields={"envelopes": [refused.message]}, **refused.values) from None
    if plan.method != EQUAL_SHARES or not terms.envelopes:
        return
    envelopes = {option.id: option.envelope for option in options}
    if terms.most_projects is not None or any(
        envelopes[one] != envelopes[two] for one, two in terms.exclusions
    ):
        _refuse("envelopes", BadTerms.shares_of_envelopes)


def _refuse(name: str, message: str) -> None:
    raise BadTerms(message, fields={name: [message]})


def with_seed(terms: Terms, seed: str | None) -> Terms:
    """Return the terms of a count: those that were frozen, with what ties are drawn from."""
    return replace(terms, seed=seed or "")

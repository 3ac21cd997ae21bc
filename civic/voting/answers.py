"""What a voter answers: its one text, and whether it keeps to the terms of the question. Pure."""

import json
from collections import Counter

from civic.voting.asking import JUDGMENT, SINGLE, QuestionPlan
from civic.voting.errors import (
    BallotOfAnotherKind,
    ChoiceNamedTwice,
    CostTooHigh,
    CostTooLow,
    GradeUnknown,
    PlaceShared,
    PointsOutOfRange,
    TooFewChoices,
    TooFewPoints,
    TooManyChoices,
    TooManyPoints,
    UnknownChoice,
)
from civic.voting.methods.ballots import Ballot, BallotKind, giving, ranking
from civic.voting.methods.exact import canonical_json

BLANK = Ballot()
MAY_SHARE_PLACES = ("schulze",)
"""Methods for which two options may have the same rank."""
NAMES_ONE = (SINGLE,)


def write_ballot(ballot: Ballot) -> str:
    """Return the one text of a ballot: equal ballots have equal texts, and a blank one is ""."""
    if not ballot.named:
        return ""
    if ballot.points:
        return canonical_json({"points": dict(ballot.points)})
    return canonical_json({"places": ballot.places})


def read_ballot(text: str) -> Ballot:
    """Return the ballot that ``write_ballot`` wrote."""
    if not text:
        return BLANK
    written = json.loads(text)
    if "points" in written:
        return giving(written["points"].items())
    return ranking(written["places"])


def ensure_answer(ballot: Ballot, question: QuestionPlan) -> None:
    """Refuse, before the box, a ballot that would be counted as invalid. A blank one is always good.

    Raises:
        BallotOfAnotherKind, UnknownChoice, ChoiceNamedTwice, PlaceShared, TooFewChoices, TooManyChoices, GradeUnknown, PointsOutOfRange,
        TooFewPoints, TooManyPoints, CostTooLow, CostTooHigh.
    """
    if not ballot.named:
        return
    _ensure_kind(ballot, question)
    costs = {option.id: option.cost_cents for option in question.options}
    _ensure_names(ballot, question, costs)
    _ensure_points(ballot, question)
    cost, terms = sum(costs[name] for name in ballot.named), question.terms
    if terms.least_cost_cents is not None and cost < terms.least_cost_cents:
        raise CostTooLow(cost=cost, least=terms.least_cost_cents)
    if terms.most_cost_cents is not None and cost > terms.most_cost_cents:
        raise CostTooHigh(cost=cost, most=terms.most_cost_cents)


def _ensure_kind(ballot: Ballot, question: QuestionPlan) -> None:
    kind = question.kind
    is_of_points = bool(ballot.points)
    if is_of_points != (kind is BallotKind.POINTS):
        raise BallotOfAnotherKind
    if kind is BallotKind.CHOICES and len(ballot.places) > 1:
        raise BallotOfAnotherKind
    shares = any(len(place) > 1 for place in ballot.places)
    if kind is BallotKind.RANKING and shares and question.method not in MAY_SHARE_PLACES:
        raise PlaceShared


def _ensure_names(ballot: Ballot, question: QuestionPlan, costs: dict[str, int]) -> None:
    named, terms = ballot.named, question.terms
    if not set(named) <= set(costs):
        raise UnknownChoice
    if max(Counter(named).values()) > 1:
        raise ChoiceNamedTwice
    fewest, most = terms.fewest, most_named(question)
    if fewest is not None and len(named) < fewest:
        raise TooFewChoices(number=len(named), fewest=fewest)
    if len(named) > most:
        raise TooManyChoices(number=len(named), most=most)


def most_named(question: QuestionPlan) -> int:
    """Return how many options a ballot may name."""
    if question.method in NAMES_ONE:
        return 1
    if question.terms.most is not None:
        return question.terms.most
    return question.terms.seats if question.method == "k-of-n" else len(question.choices)


def _ensure_points(ballot: Ballot, question: QuestionPlan) -> None:
    terms = question.terms
    given = [points for _, points in ballot.points]
    if not given:
        return
    if question.method == JUDGMENT:
        if not all(1 <= grade <= terms.grades for grade in given):
            raise GradeUnknown
        return
    least, most = max(1, terms.least_points or 1), terms.most_points
    if any(points < least or (most is not None and points > most) for points in given):
        raise PointsOutOfRange(least=least, most=most if most is not None else terms.most_sum)
    if terms.least_sum is not None and sum(given) < terms.least_sum:
        raise TooFewPoints(number=sum(given), fewest=terms.least_sum)
    if terms.most_sum is not None and sum(given) > terms.most_sum:
        raise TooManyPoints(number=sum(given), most=terms.most_sum)

"""Closed polls that ask by every method."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask

from civic.kernel.access import Actor
from civic.voting import queries
from civic.voting.asking import BALLOT_KINDS, ChoicePlan, QuestionPlan
from civic.voting.methods.ballots import Ballot, BallotKind, Terms, choosing, giving, ranking
from civic.voting.methods.registry import METHODS
from civic.voting.service import ballots
from tests.conftest import add_person, add_town
from tests.voting.builders import add_poll

HALVES = (tuple(METHODS)[:7], tuple(METHODS)[7:])
"""More methods than a poll may ask questions: two polls."""
LABELS = ("Une halle", "Un jardin", "Des <jeux>", "Rien & attendre")
COSTS = (60_000, 50_000, 30_000, 90_000)


@dataclass(frozen=True)
class Closed:
    """A closed poll: its id, the moment of its closing, and what each of its questions counts by."""

    poll_id: int
    closes_at: datetime
    methods: tuple[str, ...]


def question_by(method: str) -> QuestionPlan:
    is_budget = method.startswith("budget-")
    kind = BALLOT_KINDS[method][0]
    terms = Terms(
        seats=2 if method in ("approval", "k-of-n", "stv") else 1,
        grades=5 if method == "majority-judgment" else 0,
        most_points=5 if kind is BallotKind.POINTS and method != "majority-judgment" else None,
        budget_cents=100_000 if is_budget else 0,
        threshold=2 if method == "budget-threshold" else 0,
    )
    choices = tuple(
        ChoicePlan(label, cost_cents=cost if is_budget else 0)
        for label, cost in zip(LABELS, COSTS, strict=True)
    )
    return QuestionPlan(f"Que faire, par « {method} » ?", choices, method=method, terms=terms)


def answer_to(question: QuestionPlan, voter: int) -> Ballot:
    """What a voter answers; every fifth is blank."""
    if voter % 5 == 4:
        return Ballot()
    order = [f"c{1 + (voter + step) % 4}" for step in range(4)]
    if question.kind is BallotKind.RANKING:
        return ranking([option] for option in order[: 2 + voter % 2])
    if question.kind is BallotKind.POINTS:
        return giving((option, 5 - place) for place, option in enumerate(order))
    return choosing(order[:1] if question.method == "single" else order[:2])


def vote_by_every_method(app: Flask, voters: int = 6, **changes: object) -> list[Closed]:
    """Make two polls that close in a week and, between them, ask by every method; everybody votes."""
    closed = []
    with app.app_context():
        _, (place, *_) = add_town()
        people = [add_person(f"Votante {number}", lives_in=place) for number in range(voters)]
        for methods in HALVES:
            asked = tuple(question_by(method) for method in methods)
            poll_id, _ = add_poll(place, question="Que faire de la halle ?", questions=asked, **changes)
            cast(poll_id, people, asked)
            closed.append(Closed(poll_id, queries.get_poll(poll_id).closes_at, methods))
    return closed


def cast(poll_id: int, people: Sequence[int], asked: Sequence[QuestionPlan]) -> None:
    for voter, person in enumerate(people):
        answers = tuple(answer_to(question, voter) for question in asked)
        ballots.cast_ballot(Actor(person), poll_id=poll_id, answers=answers)

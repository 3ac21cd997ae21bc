"""From what a poll asks to what a sealed ballot answers, and back from the sums to ballots that give them. Pure.

What is added up are boxes ticked or not. A question with one answer or several is one sealed question, with its blank vote. A question by
grades is one sealed question for each option, whose answers are the grades: the sums are then the whole profile of each option.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from civic.voting.asking import QuestionPlan
from civic.voting.booth.errors import MethodNotSealed
from civic.voting.methods.ballots import Ballot, BallotKind, Election, Terms, choosing, giving, pile_up
from civic.voting.sealed.election import SealedQuestion

JUDGMENT = "majority-judgment"
CHOOSING = ("single", "approval", "k-of-n")
SEALABLE = (*CHOOSING, JUDGMENT)


@dataclass(frozen=True)
class QuestionSums:
    """The sums of one question of the poll: those of each of its sealed questions, in their order."""

    rows: tuple[tuple[int, ...], ...]


def ensure_sealable(plans: Sequence[QuestionPlan]) -> None:
    """Refuse a poll whose ballots cannot be added up without being opened. Raises MethodNotSealed."""
    for number, plan in enumerate(plans, start=1):
        if plan.method not in SEALABLE:
            raise MethodNotSealed(number=number)


def sealed_questions(plan: QuestionPlan, grades: Sequence[str]) -> tuple[SealedQuestion, ...]:
    """Return the sealed questions of a question.

    Args:
        grades: the words of the grades, the best first, where it is answered by grades.
    """
    labels = tuple(choice.label for choice in plan.choices)
    if plan.method == JUDGMENT:
        return tuple(SealedQuestion(f"{plan.text} – {label}", tuple(grades), 1, 1) for label in labels)
    least, most = limits_of(plan)
    return (SealedQuestion(plan.text, labels, least, most, allows_blank=True),)


def limits_of(plan: QuestionPlan) -> tuple[int, int]:
    """Return how many options a ballot that is not blank names."""
    if plan.method == "single":
        return 1, 1
    usual = plan.terms.seats if plan.method == "k-of-n" else len(plan.choices)
    return plan.terms.fewest or 1, min(plan.terms.most or usual, len(plan.choices))


def parts_of(plans: Sequence[QuestionPlan], sums: Sequence[tuple[int, ...]]) -> Iterator[QuestionSums]:
    """Return the sums of each question, from those of all the sealed questions."""
    start = 0
    for plan in plans:
        size = len(plan.choices) if plan.method == JUDGMENT else 1
        yield QuestionSums(tuple(sums[start : start + size]))
        start += size


def election_of_sums(plan: QuestionPlan, sums: QuestionSums, ballots: int, terms: Terms) -> Election:
    """Return an election that gives these very sums: what is counted of a sealed poll.

    Nobody knows the ballots. Those of this election are made up so as to add up to the sums, which are all that these methods look at:
    its count is the count.
    """
    if plan.method == JUDGMENT:
        return Election(BallotKind.POINTS, plan.options, pile_up(_graded(plan, sums)), terms)
    blank, *counts = sums.rows[0]
    made_up = chain([(Ballot(), blank)], _dealt(plan, counts, ballots - blank))
    return Election(BallotKind.CHOICES, plan.options, pile_up(made_up), terms)


def _graded(plan: QuestionPlan, sums: QuestionSums) -> Iterator[tuple[Ballot, int]]:
    """The best grades of every option together, then the next: the profile of each is what was added up."""
    best = len(sums.rows[0])
    columns = [
        list(chain.from_iterable([best - place] * count for place, count in enumerate(row)))
        for row in sums.rows
    ]
    for grades in zip(*columns, strict=True):
        yield giving(zip((option.id for option in plan.options), grades, strict=True)), 1


def _dealt(plan: QuestionPlan, counts: Sequence[int], voters: int) -> Iterator[tuple[Ballot, int]]:
    """Deal the names out, option after option, around the table of the voters who named some.

    No option was named by more voters than there are, so that nobody is dealt one twice; and the hands differ by one name at most, so
    that each keeps to limits to which the real ballots kept.
    """
    hands: list[list[str]] = [[] for _ in range(voters)]
    seat = 0
    for option, count in zip(plan.options, counts, strict=True):
        for _ in range(count):
            hands[seat % voters].append(option.id)
            seat += 1
    for hand in hands:
        yield choosing(hand), 1

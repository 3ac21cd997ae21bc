"""From what a poll asks to what a sealed ballot answers, and back from the sums to ballots that give them. Pure.

What is added up are boxes ticked or not. A question with one answer or several is one sealed question, with its blank vote. A question by
grades is one sealed question for each option, whose answers are the grades, and its own blank vote: the sums are then the whole profile of
each option. Our booth leaves them all blank or none; of who does otherwise with another program, see ``_without_blanks``.
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
USUAL_GRADES = 5

Row = tuple[int, ...]


@dataclass(frozen=True)
class QuestionSums:
    """What some ballots say of one question, added up.

    Attributes:
        ballots, blank: how many there are, and how many of them are blank.
        rows: one row, how many name each option; by grades a row for each option, how many give it each grade, the best first.
    """

    ballots: int
    blank: int
    rows: tuple[Row, ...]

    def plus(self, other: "QuestionSums") -> "QuestionSums":
        """Return the two added up: those of the sealed box and those on paper."""
        rows = tuple(
            tuple(map(sum, zip(one, added, strict=True)))
            for one, added in zip(self.rows, other.rows, strict=True)
        )
        return QuestionSums(self.ballots + other.ballots, self.blank + other.blank, rows)


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
        return tuple(
            SealedQuestion(f"{plan.text} – {label}", tuple(grades), 1, 1, allows_blank=True)
            for label in labels
        )
    least, most = limits_of(plan)
    return (SealedQuestion(plan.text, labels, least, most, allows_blank=True),)


def limits_of(plan: QuestionPlan) -> tuple[int, int]:
    """Return how many options a ballot that is not blank names."""
    if plan.method == "single":
        return 1, 1
    usual = plan.terms.seats if plan.method == "k-of-n" else len(plan.choices)
    return plan.terms.fewest or 1, min(plan.terms.most or usual, len(plan.choices))


def number_of_grades(plan: QuestionPlan) -> int:
    return plan.terms.grades or USUAL_GRADES


def parts_of(plans: Sequence[QuestionPlan], sums: Sequence[Row], ballots: int) -> Iterator[QuestionSums]:
    """Return the sums of each question, from those of all the sealed questions, the blank votes first in each."""
    start = 0
    for plan in plans:
        size = len(plan.choices) if plan.method == JUDGMENT else 1
        rows = sums[start : start + size]
        if plan.method == JUDGMENT:
            yield _without_blanks(rows, number_of_grades(plan), ballots)
        else:
            ((blank, *counts),) = rows
            yield QuestionSums(ballots, blank, (tuple(counts),))
        start += size


def _without_blanks(rows: Sequence[Row], grades: int, ballots: int) -> QuestionSums:
    """Take the blank votes out of the profiles.

    A ballot leaves every option blank, and is blank. Another program may leave some of them: as in any majority judgement, an option
    without a grade has the worst. The sums cannot tell which ballots those are: as many count as blank as every option was left by.
    A poll that was frozen before grades had a blank vote has none in its rows.
    """
    left = [row[0] if len(row) > grades else 0 for row in rows]
    blank = min(left)
    profiles = [(*row[-grades:-1], row[-1] + own - blank) for row, own in zip(rows, left, strict=True)]
    return QuestionSums(ballots, blank, tuple(profiles))


def election_of_sums(plan: QuestionPlan, sums: QuestionSums, terms: Terms) -> Election:
    """Return an election that gives these very sums: what is counted of a sealed poll.

    Nobody knows the ballots. Those of this election are made up so as to add up to the sums, which are all that these methods look at:
    its count is the count.
    """
    blanks = [(Ballot(), sums.blank)]
    if plan.method == JUDGMENT:
        return Election(BallotKind.POINTS, plan.options, pile_up(chain(blanks, _graded(plan, sums))), terms)
    made_up = chain(blanks, _dealt(plan, sums.rows[0], sums.ballots - sums.blank))
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

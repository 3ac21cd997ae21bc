"""What the papers of a sealed poll say, counted by hand: whether it holds together, how two counts differ, and its text. Pure.

A paper holds every question of the poll. Of each question it is blank, void, or says something.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from civic.kernel.errors import Sentence
from civic.voting.asking import QuestionPlan
from civic.voting.booth.errors import PaperDoesNotAddUp
from civic.voting.booth.questions import JUDGMENT, limits_of, number_of_grades

Row = tuple[int, ...]


@dataclass(frozen=True)
class PaperQuestion:
    """What the papers say of one question.

    Attributes:
        rows: one row, how many papers name each option; by grades a row for each option, how many give it each grade, the best first.
    """

    blank: int
    void: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class PaperCount:
    """What was found in the urn.

    Attributes:
        papers: how many there are.
        explanation: why there are not as many as persons noted on the roll, "" when there are.
    """

    papers: int
    questions: tuple[PaperQuestion, ...]
    explanation: str = ""

    @property
    def numbers(self) -> tuple[Any, ...]:
        return self.papers, self.questions


def shape_of(plan: QuestionPlan) -> tuple[int, int]:
    """Return how many rows a question has, and how many numbers in each."""
    options = len(plan.choices)
    return (options, number_of_grades(plan)) if plan.method == JUDGMENT else (1, options)


def ensure_adds_up(plans: Sequence[QuestionPlan], count: PaperCount) -> None:
    """Refuse what no such number of papers can say. Raises PaperDoesNotAddUp, beside the first question that does not (``q1``)."""
    for number, (plan, found) in enumerate(zip(plans, count.questions, strict=True), start=1):
        if problem := _problem_of(plan, found, count.papers):
            raise PaperDoesNotAddUp(
                problem.message, fields={f"q{number}": [problem.message]}, **problem.values
            )


def _problem_of(plan: QuestionPlan, found: PaperQuestion, papers: int) -> Sentence | None:
    voters = papers - found.blank - found.void
    if voters < 0:
        return Sentence(PaperDoesNotAddUp.too_many, {"papers": papers})
    if plan.method == JUDGMENT:
        wrong = [
            choice.label for choice, row in zip(plan.choices, found.rows, strict=True) if sum(row) != voters
        ]
        return Sentence(PaperDoesNotAddUp.grades, {"option": wrong[0], "voters": voters}) if wrong else None
    least, most = limits_of(plan)
    (row,) = found.rows
    if max(row) > voters or not least * voters <= sum(row) <= most * voters:
        values = {"found": sum(row), "least": least * voters, "most": most * voters, "voters": voters}
        return Sentence(PaperDoesNotAddUp.one if most == 1 else PaperDoesNotAddUp.several, values)
    return None


def differences(plans: Sequence[QuestionPlan], one: PaperCount, other: PaperCount) -> Iterator[int]:
    """Return the numbers of the questions of which two counts do not say the same; 0 is the number of papers."""
    if one.papers != other.papers:
        yield 0
    for number in range(1, len(plans) + 1):
        if one.questions[number - 1] != other.questions[number - 1]:
            yield number


def write_paper(count: PaperCount, *, marked: int) -> str:
    """Return a count as the one text that is kept, published and hashed. ``marked``: how many persons the roll says voted on paper."""
    questions = [{"blank": one.blank, "void": one.void, "rows": one.rows} for one in count.questions]
    told = {
        "papers": count.papers,
        "marked": marked,
        "questions": questions,
        "explanation": count.explanation,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_paper(text: str) -> PaperCount:
    """Return the count that ``write_paper`` wrote."""
    told = json.loads(text)
    questions = tuple(
        PaperQuestion(one["blank"], one["void"], tuple(tuple(row) for row in one["rows"]))
        for one in told["questions"]
    )
    return PaperCount(told["papers"], questions, told["explanation"])


def read_marked(text: str) -> int:
    """Return how many persons the roll said voted on paper, when that count was written."""
    return int(json.loads(text)["marked"])

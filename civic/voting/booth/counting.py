"""What is counted of a question of a sealed poll: its sums, once the trustees have opened them. Asked by the count of any question."""

import json
from dataclasses import dataclass

from civic.voting import queries as polls
from civic.voting.asking import with_seed
from civic.voting.booth import queries
from civic.voting.booth.errors import AwaitsTrustees
from civic.voting.booth.models import SealedPoll
from civic.voting.booth.paper import PaperQuestion, read_marked, read_paper
from civic.voting.booth.questions import QuestionSums, election_of_sums, parts_of
from civic.voting.methods.ballots import Election
from civic.voting.models import Question


@dataclass(frozen=True)
class Roads:
    """What came of a question by each road: the sealed ballots, which anybody verifies; the papers, which are counted by hand.

    Attributes:
        paper: None where nobody voted on paper.
        void: how many papers are void.
        papers, marked, explanation: how many papers there were, how many persons the roll noted, and why the two differ.
    """

    sealed: QuestionSums
    paper: QuestionSums | None = None
    void: int = 0
    papers: int = 0
    marked: int = 0
    explanation: str = ""

    @property
    def total(self) -> QuestionSums:
        return self.sealed.plus(self.paper) if self.paper else self.sealed


def election_of(question: Question) -> Election | None:
    """Return what is counted of a question; None when its poll is not sealed.

    Raises:
        AwaitsTrustees: the box is not open yet.
    """
    roads = roads_of(question)
    if roads is None:
        return None
    plan = polls.question_plan(question)
    return election_of_sums(plan, roads.total, with_seed(plan.terms, question.poll.tie_seed))


def roads_of(question: Question) -> Roads | None:
    """Return what came of a question by each road; None when its poll is not sealed. Raises AwaitsTrustees."""
    sealed = queries.find_sealed(question.poll_id)
    if sealed is None:
        return None
    if sealed.sums is None:
        raise AwaitsTrustees
    plans = polls.plan_of(question.poll).questions
    rows = [tuple(row) for row in json.loads(sealed.sums)["result"]]
    sums = list(parts_of(plans, rows, sealed.ballot_count or 0))
    return _with_paper(sealed, sums[question.position - 1], question.position)


def _with_paper(sealed: SealedPoll, sums: QuestionSums, position: int) -> Roads:
    if sealed.paper is None:
        return Roads(sums)
    count = read_paper(sealed.paper)
    found: PaperQuestion = count.questions[position - 1]
    return Roads(
        sealed=sums,
        paper=QuestionSums(count.papers - found.void, found.blank, found.rows),
        void=found.void,
        papers=count.papers,
        marked=read_marked(sealed.paper),
        explanation=count.explanation,
    )

"""The ballots of a closed poll, counted again under each rule that can count them: to see what a rule does before choosing it."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from civic.kernel import work
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.work import LongWork
from civic.voting import queries, rules
from civic.voting.access import VotingAction
from civic.voting.asking import BALLOT_KINDS, BUDGETS, is_budget
from civic.voting.methods.ballots import BallotKind, Election, Tally, open_box
from civic.voting.methods.refusals import CountRefused
from civic.voting.methods.registry import METHODS, count_election
from civic.voting.models import Question
from civic.voting.service import counting, long_counts
from civic.voting.service.counting import question_at, read_tally, takes_long, write_tally

REPLAY = "voting.replay"
NEEDS_THRESHOLD = "budget-threshold"


@dataclass(frozen=True)
class Replayed:
    """What a rule makes of the ballots.

    Attributes:
        winners: labels, in the order in which they were elected or funded.
        spent_cents: what they cost together.
        served: voters who named at least one of them; ``expressed``: voters whose ballot was counted.
        is_waiting: it would take long, and nobody has asked for it yet. work_id: it is being counted.
    """

    method: str
    is_own: bool
    winners: tuple[str, ...] = ()
    spent_cents: int = 0
    served: int = 0
    expressed: int = 0
    is_waiting: bool = False
    work_id: int | None = None

    @property
    def share_served(self) -> Fraction:
        return Fraction(self.served, self.expressed) if self.expressed else Fraction(0)


@dataclass(frozen=True)
class Replay:
    poll_id: int
    position: int
    text: str
    money_cents: int
    rules: tuple[Replayed, ...]


def replay_question(actor: Actor, *, poll_id: int, position: int) -> Replay:
    """Count the ballots of a question under each rule, but for what takes long, which is asked for.

    Raises:
        PollNotFound: there is no such poll or question.
        NotAllowed: the actor prepares no poll there.
        ResultNotPublished: the poll is not closed.
    """
    question = _closed_question(actor, poll_id, position)
    election = counting.election_of(question)
    replayed = tuple(_replay(actor, question, election, method) for method in rules_for(question))
    return Replay(poll_id, position, question.text, election.terms.budget_cents, replayed)


def start_replay(actor: Actor, *, poll_id: int, position: int) -> int:
    """Count by equal shares, beside the requests. Returns the work's id. Raises as ``replay_question``."""
    question = _closed_question(actor, poll_id, position)
    place: dict[str, Any] = {"question_id": question.id, "grown": {}}
    total = long_counts.TOTAL
    return work.start_work(REPLAY, owner_id=actor.id, total=total, place=place, key=_key(actor, question))


def rules_for(question: Question) -> list[str]:
    """Return the methods that can count such ballots, of the same family: those of budgets, or the others."""
    has_threshold = '"threshold"' in question.terms
    return _rules(question.ballot_kind, is_of_money=is_budget(question.method), has_threshold=has_threshold)


def rules_that_count(election: Election) -> list[str]:
    """Return the methods that can count the ballots of a file: those of budgets where it has money to spend, else the others."""
    terms = election.terms
    return _rules(election.kind, is_of_money=terms.budget_cents > 0, has_threshold=terms.threshold > 0)


def _rules(kind: BallotKind, *, is_of_money: bool, has_threshold: bool) -> list[str]:
    return [
        method
        for method in (BUDGETS if is_of_money else METHODS)
        if kind in BALLOT_KINDS[method]
        and is_budget(method) == is_of_money
        and (method != NEEDS_THRESHOLD or has_threshold)
    ]


def _closed_question(actor: Actor, poll_id: int, position: int) -> Question:
    question = question_at(actor, poll_id, position)
    require(actor, VotingAction.PREPARE_POLL, question.poll)
    rules.ensure_result_shown(question.poll, at=utc_now())
    return question


def _replay(actor: Actor, question: Question, election: Election, method: str) -> Replayed:
    is_own = method == question.method
    kept = queries.find_tally(question.id) if is_own else None
    if kept is not None:
        return sum_up(election, read_tally(kept.content), is_own=True)
    if not takes_long(method, election):
        try:
            return sum_up(election, count_election(election, method), is_own=is_own)
        except CountRefused:  # terms that do not go together under this rule
            return Replayed(method, is_own)
    done = _find_done(actor, question)
    if done is not None:
        return sum_up(election, read_tally(done), is_own=is_own)
    running = work.find_work(_key(actor, question))
    return Replayed(method, is_own, is_waiting=running is None, work_id=running.id if running else None)


def sum_up(election: Election, tally: Tally, *, is_own: bool) -> Replayed:
    """Return what a count makes of the ballots."""
    options = {option.id: option for option in election.options}
    won = set(tally.winners)
    box = open_box(election)
    return Replayed(
        method=tally.method,
        is_own=is_own,
        winners=tuple(options[one].label or one for one in tally.winners),
        spent_cents=sum(options[one].cost_cents for one in tally.winners),
        served=sum(count for ballot, count in box.piles if won & set(ballot.named)),
        expressed=box.expressed,
    )


def _key(actor: Actor, question: Question) -> str:
    return f"{REPLAY}:{question.id}:{actor.id}"


def _find_done(actor: Actor, question: Question) -> str | None:
    finished: Iterable[LongWork] = work.list_own_works(actor, kind=REPLAY, size=20)
    for one in finished:
        if one.result and one.place["question_id"] == question.id:
            return str(one.result["tally"])
    return None


@work.works(REPLAY)
def replay_some_rounds(running: LongWork) -> bool:
    """Run some rounds of equal shares; when there are no more, keep the count in the work. Returns whether it is finished."""
    question = queries.get_question(running.place["question_id"])
    tally = long_counts.grow_some(running, f"question:{question.id}", lambda: counting.election_of(question))
    if tally is None:
        return False
    running.result = {"tally": write_tally(tally), "winners": len(tally.winners)}
    return True

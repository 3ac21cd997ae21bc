"""Count the questions of a closed poll. Before the closing nothing here answers, and nothing that could tell a total is kept."""

import json
from dataclasses import replace
from typing import Any

from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.voting import queries, rules
from civic.voting.answers import read_ballot
from civic.voting.asking import EQUAL_SHARES, read_terms, with_seed
from civic.voting.booth import counting as booth
from civic.voting.errors import CountUnderWay, PollNotFound
from civic.voting.events import QuestionCounted
from civic.voting.methods.ballots import Election, Option, Tally, pile_up
from civic.voting.methods.exact import canonical_json
from civic.voting.methods.registry import count_election
from civic.voting.models import Question, StoredTally
from civic.voting.service.reading import get_visible_poll

MOST_AT_ONCE = 40_000
"""Different ballots times projects: beyond, equal shares are counted beside the requests (a second or two here)."""
ONE_LEADS = ("single", "approval", "majority-judgment", "schulze")


def election_of(question: Question) -> Election:
    """Return all that the count of a question depends on, the seed of ties included. For closed polls: who calls has asked ``rules``."""
    if (sealed := booth.election_of(question)) is not None:
        return sealed
    piles = queries.list_piles(question)
    return Election(
        kind=question.ballot_kind,
        options=options_of(question),
        piles=pile_up((read_ballot(content), count) for content, count in piles),
        terms=with_seed(read_terms(question.terms), question.poll.tie_seed),
    )


def options_of(question: Question) -> tuple[Option, ...]:
    """Return the options of a question as a count takes them."""
    return tuple(
        Option(choice.key, choice.label, choice.cost_cents, choice.envelope) for choice in question.choices
    )


def question_at(actor: Actor, poll_id: int, position: int) -> Question:
    """Return a question of a poll that the actor may read. Raises PollNotFound."""
    poll = get_visible_poll(actor, poll_id)
    found = [question for question in poll.questions if question.position == position]
    if not found:
        raise PollNotFound
    return found[0]


def tally_of(actor: Actor, poll_id: int, position: int = 1) -> Tally:
    """Return the count of a question.

    Raises:
        PollNotFound: there is no such poll or question, or the actor may not see it.
        ResultNotPublished: the poll is not closed; nobody is exempt.
        CountUnderWay: it is closed, and a long count is not finished.
    """
    question = question_at(actor, poll_id, position)
    rules.ensure_result_shown(question.poll, at=utc_now())
    return count_question(question)


def count_question(question: Question) -> Tally:
    """Return the count of a question of a closed poll: the one that is kept, or a new one when it takes but a moment.

    Raises:
        CountUnderWay: it would take long, and is being done beside the requests.
    """
    kept = queries.find_tally(question.id)
    if kept is not None:
        return read_tally(kept.content)
    election = election_of(question)
    if takes_long(question.method, election):
        raise CountUnderWay
    return read_tally(write_tally(count_election(election, question.method)))


def takes_long(method: str, election: Election) -> bool:
    """Tell whether a count is to be done beside the requests."""
    return method == EQUAL_SHARES and len(election.piles) * len(election.options) > MOST_AT_ONCE


def keep_tally(question: Question, tally: Tally) -> None:
    """Keep the count of a question of a closed poll. Raises ResultNotPublished."""
    now = utc_now()
    with transaction():
        rules.ensure_result_shown(question.poll, at=now)
        kept = queries.find_tally(question.id) or StoredTally(question_id=question.id)
        kept.content, kept.leaders, kept.counted_at = write_tally(tally), _leaders(question, tally), now
        db.session.add(kept)
        db.session.flush()
        publish(QuestionCounted(occurred_at=now, poll_id=question.poll_id))


def _leaders(question: Question, tally: Tally) -> str:
    """Equals between whom lots decide are named together: the page of the result tells how."""
    first = list(tally.winners)
    if question.method in ONE_LEADS and len(first) == 1:
        ties = [tie["options"] for tie in tally.ties if tie.get("decisive") and first[0] in tie["options"]]
        first = sorted({option for tie in ties for option in tie}, key=_position) or first
    labels = {choice.key: choice.label for choice in question.choices}
    return canonical_json([labels[option] for option in first])


def _position(option: str) -> int:
    return int(option[1:])


def write_tally(tally: Tally) -> str:
    """Return a count as the one text that everybody gets."""
    return canonical_json(tally.published())


def read_tally(text: str) -> Tally:
    """Return the count that ``write_tally`` wrote: its steps hold what JSON holds."""
    kept: dict[str, Any] = json.loads(text)
    tally = Tally(**kept)
    return replace(tally, winners=tuple(tally.winners), steps=tuple(tally.steps), ties=tuple(tally.ties))

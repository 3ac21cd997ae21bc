"""What is in the boxes. Shown only when ``rules.may_show_result`` says so."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from civic.kernel.database import db
from civic.voting.answers import read_ballot
from civic.voting.methods.ballots import Piles
from civic.voting.models import Ballot, Choice, Poll, Question, StoredTally
from civic.voting.rules import PollState, Tally, first_of


def list_piles(question: Question) -> list[tuple[str, int]]:
    """Return the ballots of a question in piles of equal ones: (text, how many), in an order that says nothing."""
    piles = (
        sa.select(Ballot.content, sa.func.count().label("ballots"))
        .where(Ballot.poll_id == question.poll_id, Ballot.question_id == question.id)
        .group_by(Ballot.content)
        .order_by(Ballot.content)
    )
    return [(row.content, row.ballots) for row in db.session.execute(piles)]


def count_ballots(poll: Poll, piles: Piles | None = None) -> Tally:
    """Count how many ballots name each option of the first question.

    Args:
        piles: the ballots, of a poll that does not keep them as rows.
    """
    question = poll.questions[0]
    counts = {choice.key: 0 for choice in question.choices}
    blanks = 0
    if piles is None:
        piles = tuple((read_ballot(content), ballots) for content, ballots in list_piles(question))
    for ballot, ballots in piles:
        named = ballot.named
        blanks += 0 if named else ballots
        for option in named:
            counts[option] += ballots
    return Tally(
        counts={choice.id: counts[choice.key] for choice in question.choices},
        blanks=blanks,
        roll_size=poll.roll_size or 0,
        quorum_percent=poll.quorum_percent,
    )


def list_leaders(poll_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the labels to name in a list of results, by poll: those of its first question."""
    stored = (
        sa.select(Question.poll_id, StoredTally.leaders)
        .join(StoredTally, StoredTally.question_id == Question.id)
        .where(Question.poll_id.in_(poll_ids), Question.position == 1)
    )
    found = {row.poll_id: tuple(json.loads(row.leaders)) for row in db.session.execute(stored)}
    return {**_leaders_not_stored(set(poll_ids) - set(found)), **found}


def _leaders_not_stored(poll_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Count, in one query, the polls of one choice a ballot whose count is not kept: those that closed before counts were, or just now."""
    if not poll_ids:
        return {}
    name = sa.literal('{"places":[["c') + sa.cast(Choice.position, sa.Text) + sa.literal('"]]}')
    query = (
        sa.select(Ballot.poll_id, Choice.label, sa.func.count())
        .join(Question, Question.id == Ballot.question_id)
        .join(Choice, sa.and_(Choice.question_id == Question.id, name == Ballot.content))
        .where(Ballot.poll_id.in_(poll_ids), Question.method == "single", Question.position == 1)
        .group_by(Ballot.poll_id, Choice.id, Choice.label, Choice.position)
        .order_by(Ballot.poll_id, Choice.position)
    )
    return first_of([(row[0], row[1], row[2]) for row in db.session.execute(query)])


def empty_box(poll_id: int) -> list[tuple[int, str]]:
    """Take every ballot out of the box, for ``mix_box`` to put them back. Returns (question, text), by what they say."""
    query = sa.select(Ballot.question_id, Ballot.content).filter_by(poll_id=poll_id)
    taken_out = query.order_by(Ballot.question_id, Ballot.content)
    contents = [(row.question_id, row.content) for row in db.session.execute(taken_out)]
    taken = sa.delete(Ballot).where(Ballot.poll_id == poll_id)
    db.session.execute(taken.execution_options(synchronize_session=False))
    return contents


def find_tally(question_id: int) -> StoredTally | None:
    return db.session.get(StoredTally, question_id)


def list_uncounted(*, at: datetime, most: int) -> list[int]:
    """Return closed polls of which a question is not counted, the oldest first."""
    query = (
        sa.select(Poll.id)
        .join(Question, Question.poll_id == Poll.id)
        .outerjoin(StoredTally, StoredTally.question_id == Question.id)
        .where(Poll.state == PollState.FROZEN, Poll.closes_at <= at, StoredTally.question_id.is_(None))
        .group_by(Poll.id)
        .order_by(Poll.id)
        .limit(most)
    )
    return list(db.session.scalars(query))


def list_counted(question_ids: Iterable[int]) -> set[int]:
    """Return which of these questions are counted."""
    counted = sa.select(StoredTally.question_id).where(StoredTally.question_id.in_(list(question_ids)))
    return set(db.session.scalars(counted))

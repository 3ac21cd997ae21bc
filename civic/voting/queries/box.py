"""What is in the boxes. Shown only when ``rules.may_show_result`` says so."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from civic.kernel.database import db
from civic.voting.answers import read_ballot, write_ballot
from civic.voting.asking import option_key
from civic.voting.closed_ballots import CLOSED, open_ballot
from civic.voting.errors import BoxNotOpened
from civic.voting.methods.ballots import Piles, choosing
from civic.voting.models import Ballot, Choice, Poll, Question, StoredTally
from civic.voting.rules import PollState, Tally, first_of


def list_piles(question: Question) -> list[tuple[str, int]]:
    """Return the ballots of a question in piles of equal ones: (text, how many), in an order that says nothing. Raises BoxNotOpened."""
    return [(content, ballots) for _, content, ballots in _open_piles([question.poll_id], [question.id])]


def _open_piles(poll_ids: Collection[int], question_ids: Collection[int]) -> list[tuple[int, str, int]]:
    """Return (question, plain text, how many), by question and text."""
    query = sa.select(Ballot.question_id, Ballot.content, sa.func.count().label("ballots"))
    asked = query.where(Ballot.poll_id.in_(poll_ids), Ballot.question_id.in_(question_ids))
    rows = db.session.execute(asked.group_by(Ballot.question_id, Ballot.content))
    piles: Counter[tuple[int, str]] = Counter()
    for row in rows:
        piles[row.question_id, open_ballot(row.content, question_id=row.question_id)] += row.ballots
    return [(question_id, content, ballots) for (question_id, content), ballots in sorted(piles.items())]


def count_ballots(poll: Poll, piles: Piles | None = None, *, turnout: int) -> Tally:
    """Count how many ballots name each option of the first question.

    Args:
        turnout: how many persons voted.
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
        turnout=turnout,
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
    """Count the polls of one choice a ballot whose count is not kept: those that closed before counts were, or just now.

    A list names no winner where a box does not open: the page of its result says why.
    """
    if not poll_ids:
        return {}
    query = (
        sa.select(Question.poll_id, Choice.question_id, Choice.position, Choice.label)
        .join(Question, Question.id == Choice.question_id)
        .where(Question.poll_id.in_(poll_ids), Question.method == "single", Question.position == 1)
        .order_by(Question.poll_id, Choice.position)
    )
    choices = db.session.execute(query).all()
    try:
        piles = _open_piles(poll_ids, {choice.question_id for choice in choices})
    except BoxNotOpened:
        return {}
    counts = {(question_id, content): ballots for question_id, content, ballots in piles}
    named = [
        (choice.poll_id, choice.label, counts.get((choice.question_id, _naming(choice.position)), 0))
        for choice in choices
    ]
    return first_of([line for line in named if line[2]])


def _naming(position: int) -> str:
    return write_ballot(choosing([option_key(position)]))


def empty_box(poll_id: int) -> list[tuple[int, str]]:
    """Take every ballot out of the box, for ``mix_box`` to put them back. Returns (question, plain text), by what they say."""
    query = sa.select(Ballot.question_id, Ballot.content).filter_by(poll_id=poll_id)
    contents = [
        (row.question_id, open_ballot(row.content, question_id=row.question_id))
        for row in db.session.execute(query)
    ]
    taken = sa.delete(Ballot).where(Ballot.poll_id == poll_id)
    db.session.execute(taken.execution_options(synchronize_session=False))
    return sorted(contents)


def list_unmixed(*, at: datetime) -> list[int]:
    """Return closed polls that still hold closed ballots."""
    query = (
        sa.select(Ballot.poll_id)
        .join(Poll, Poll.id == Ballot.poll_id)
        .where(Poll.closes_at <= at, Ballot.content.startswith(CLOSED))
        .distinct()
    )
    return list(db.session.scalars(query))


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

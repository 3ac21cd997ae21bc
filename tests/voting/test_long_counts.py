"""A count that takes long is done beside the requests, one round after the other: a kill loses nothing, and the result is the same bytes."""

from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.kernel import outbox, work
from civic.kernel.access import ANONYMOUS
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.voting import queries
from civic.voting.answers import write_ballot
from civic.voting.asking import ChoicePlan, QuestionPlan
from civic.voting.errors import CountUnderWay
from civic.voting.methods.ballots import Terms, choosing
from civic.voting.methods.registry import count_election
from civic.voting.models import Ballot, StoredTally
from civic.voting.service import closing, counting, long_counts
from civic.voting.service.counting import tally_of, write_tally
from tests.conftest import add_person, add_town
from tests.voting.builders import add_poll

VOTERS = 40
PROJECTS = tuple(
    ChoicePlan(f"Projet {number}", "", number * 90_00, "Nord" if number % 3 == 0 else "")
    for number in range(1, 13)
)
BUDGET = QuestionPlan(
    "Quels projets ?",
    PROJECTS,
    "budget-equal-shares",
    Terms(budget_cents=3_000_00, envelopes=(("Nord", 900_00),)),
)


@pytest.fixture
def poll_id(app_context: Flask) -> int:
    """A poll that many answered, which takes too long to be counted at once."""
    _, (place, *_) = add_town()
    add_person(lives_in=place)
    made, _ = add_poll(place, questions=(BUDGET,))
    (question,) = queries.get_poll(made).questions
    dice, keys = Random(7), [choice.key for choice in question.choices]
    with transaction():
        for _ in range(VOTERS):
            content = write_ballot(choosing(dice.sample(keys, dice.randint(1, 4))))
            db.session.add(Ballot(poll_id=made, question_id=question.id, content=content))
    return made


def test_a_long_count_is_taken_up_where_a_kill_left_it(poll_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    (question,) = queries.get_poll(poll_id).questions
    expected = write_tally(count_election(counting.election_of(question), question.method))
    monkeypatch.setattr(counting, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(long_counts, "STEP_SECONDS", 0.0)
    monkeypatch.setattr(work, "SLICE_SECONDS", 0.0)
    seen = []

    with time_machine.travel(queries.get_poll(poll_id).closes_at, tick=False):
        while outbox.deliver_due():
            pass
        with pytest.raises(CountUnderWay):
            tally_of(ANONYMOUS, poll_id)
        closing.count_poll(poll_id)  # asked again: it is the same work
        while (done := long_counts.find_progress(question.id)) is not None:
            seen.append(done)
            assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredTally)) == 0
            monkeypatch.setattr(long_counts, "_last", None)  # what a process that died had in its memory
            assert work.do_some_work()
        assert write_tally(tally_of(ANONYMOUS, poll_id)) == expected

    assert len(seen) > 10
    assert seen == sorted(seen)
    assert 0 < seen[-1] < long_counts.TOTAL
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredTally)) == 1


def test_what_closed_before_counts_were_kept_is_counted_once_by_the_hourly_job(poll_id: int) -> None:
    closes_at = queries.get_poll(poll_id).closes_at
    with time_machine.travel(closes_at - timedelta(seconds=1), tick=False):
        assert closing.count_forgotten_polls(closes_at - timedelta(seconds=1)) == 0
    with time_machine.travel(closes_at, tick=False):
        assert closing.count_forgotten_polls(closes_at) == 1
        assert closing.count_forgotten_polls(closes_at) == 0

    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredTally)) == 1

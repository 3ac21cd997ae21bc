"""While a poll is open its ballots are kept closed: one length, no text; a lost key loses none of them."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.kernel import sealing
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.voting import jobs, queries
from civic.voting.answers import BLANK, read_ballot, write_ballot
from civic.voting.closed_ballots import CLOSED, close_ballot, open_ballot
from civic.voting.errors import BoxNotOpened
from civic.voting.methods.ballots import Ballot, giving, ranking
from civic.voting.models import Ballot as BallotRow
from civic.voting.service import ballots
from tests.conftest import SECRET, actor_of, add_person, add_town, plain
from tests.voting.builders import add_poll, box_of, cast_ballot


@pytest.fixture(autouse=True)
def key() -> Iterator[None]:
    sealing.use_key(SECRET)
    yield
    sealing.use_key(SECRET)


def kept(poll_id: int) -> list[BallotRow]:
    return list(db.session.scalars(sa.select(BallotRow).filter_by(poll_id=poll_id)))


def test_a_blank_ballot_and_the_longest_one_are_kept_under_the_same_length() -> None:
    every = [f"c{number}" for number in range(1, 101)]
    for options in (1, 2, 4, 100):
        named = every[:options]
        told: list[Ballot] = [
            BLANK,
            ranking([[one] for one in named]),
            giving((one, 1_000_000) for one in named),
        ]
        closed = [close_ballot(write_ballot(one), question_id=7, options=options) for one in told]
        assert len({len(text) for text in closed}) == 1
        assert [read_ballot(open_ballot(text, question_id=7)) for text in closed] == told


def test_the_same_answer_is_never_kept_as_the_same_text(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    voters = [add_person(f"Voter {number}", lives_in=place) for number in range(3)]
    poll_id, (yes, _) = add_poll(place)
    for voter, choice in zip(voters, (yes, yes, None), strict=True):
        cast_ballot(actor_of(voter), poll_id=poll_id, choice_id=choice)

    rows = kept(poll_id)

    assert len({row.content for row in rows}) == 3
    assert len({len(row.content) for row in rows}) == 1
    assert all(row.content.startswith(CLOSED) for row in rows)
    assert box_of(poll_id) == [yes, yes, None]


def test_a_ballot_moved_to_another_question_does_not_open() -> None:
    closed = close_ballot("", question_id=1, options=2)

    with pytest.raises(BoxNotOpened):
        open_ballot(closed, question_id=2)


def test_under_another_key_the_box_stays_as_it_is_and_the_page_says_what_to_do(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        ada = add_person(lives_in=place)
        poll_id, (yes, _) = add_poll(place)
        cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes)
        before = [(row.id, row.content) for row in kept(poll_id)]
        closes_at = queries.get_poll(poll_id).closes_at
    reader, address = app.test_client(), f"/scrutins/{poll_id}/resultat"

    with time_machine.travel(closes_at, tick=False):
        sealing.use_key("another secret of at least forty characters")
        refused = reader.get(address)
        assert refused.status_code == 409
        assert "aucun bulletin n’est perdu" in plain(refused.get_data(as_text=True))
        assert reader.get("/scrutins?status=closed").status_code == 200
        with app.app_context():
            with pytest.raises(BoxNotOpened):
                ballots.mix_box(poll_id=poll_id)
            assert jobs.mix_what_was_forgotten(utc_now()) == 0
            assert [(row.id, row.content) for row in kept(poll_id)] == before
        sealing.use_key(SECRET)
        with app.app_context():
            assert jobs.mix_what_was_forgotten(utc_now()) == 1
            assert jobs.mix_what_was_forgotten(utc_now()) == 0
            assert [row.content for row in kept(poll_id)] == ['{"places":[["c1"]]}']
        assert reader.get(address).status_code == 200


def test_ballots_put_in_the_box_before_they_were_closed_are_counted_with_the_others(
    app_context: Flask,
) -> None:
    _, (place, *_) = add_town()
    ada = add_person(lives_in=place)
    poll_id, (yes, _) = add_poll(place)
    cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes)
    (question,) = queries.get_poll(poll_id).questions
    db.session.add(BallotRow(poll_id=poll_id, question_id=question.id, content='{"places":[["c1"]]}'))
    db.session.flush()

    assert queries.list_piles(question) == [('{"places":[["c1"]]}', 2)]

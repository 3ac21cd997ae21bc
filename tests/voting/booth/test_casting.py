"""What enters a sealed box, what does not, and what is left of a refusal: nothing."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.errors import Conflict, NotAllowed
from civic.voting import queries
from civic.voting.booth.errors import CodeOfAnother, NotSealed, OtherCode, PollIsSealed
from civic.voting.booth.queries import list_texts
from civic.voting.booth.service.casting import cast_sealed_ballot
from civic.voting.booth.service.opening import end_box
from civic.voting.errors import PollNotOpen
from civic.voting.methods.ballots import choosing
from civic.voting.sealed.archive import EventKind
from civic.voting.sealed.credentials import draw_code, public_credential
from civic.voting.sealed.verify import verify_archive
from civic.voting.service import ballots
from tests.conftest import actor_of, add_person
from tests.voting.booth.making import BLANK, NO, YES, Made, make_open
from tests.voting.builders import add_poll
from tests.voting.sealed.stages import sign_again

Ballot = Callable[[Made], str]


def duplicate(made: Made) -> str:
    ballot = made.ballot(0)
    made.cast(0, ballot)
    return ballot


def replay(made: Made) -> str:
    ballot = duplicate(made)
    made.vote(0, NO)
    return ballot


def copy(made: Made) -> str:
    made.vote(1, NO)
    content = json.loads(list_texts(made.poll_id, EventKind.BALLOT)[-1])
    content["credential"] = public_credential(made.codes[0], made.uuid)
    return sign_again(made.election, content, made.codes[0])


def stranger(made: Made) -> str:
    made.codes.append(draw_code())
    return made.ballot(0, code=len(made.codes) - 1)


def changed(made: Made) -> str:
    content = json.loads(made.ballot(0))
    envelope = content["answers"][0]["choices"][0]
    envelope["beta"], envelope["alpha"] = envelope["alpha"], envelope["beta"]
    return json.dumps(content, separators=(",", ":"))


def of_another_poll(made: Made) -> str:
    return make_open().ballot(0)


REFUSED: list[tuple[Ballot, str]] = [
    (duplicate, "sealed_duplicate"),
    (replay, "sealed_replay"),
    (copy, "sealed_copy"),
    (stranger, "sealed_not_on_roll"),
    (changed, "sealed_invalid_signature"),
    (of_another_poll, "sealed_wrong_election"),
    (lambda made: "{}", "sealed_malformed"),
    (lambda made: made.ballot(0)[:-1], "sealed_malformed"),
]


def test_a_ballot_that_is_not_right_is_refused_and_nothing_changes(app_context: Flask) -> None:
    made = make_open()
    for ballot, code in REFUSED:
        text = ballot(made)
        before = made.everything()

        with pytest.raises(Conflict) as refused:
            made.cast(0, text)

        assert refused.value.code == code
        assert made.everything() == before


def test_voting_again_replaces_and_never_changes_the_turnout(app_context: Flask) -> None:
    made = make_open()

    first, again = made.vote(0, YES), made.vote(0, BLANK)

    assert (first.is_replacing, again.is_replacing) == (False, True)
    assert (first.turnout, again.turnout) == (1, 1)
    assert verify_archive(made.archive()).is_valid


def test_a_code_serves_one_person_and_a_person_one_code(app_context: Flask) -> None:
    made = make_open()
    made.vote(0)
    before = made.everything()

    with pytest.raises(CodeOfAnother):
        made.cast(1, made.ballot(0))
    with pytest.raises(OtherCode):
        made.cast(0, made.ballot(1))

    assert made.everything() == before


def test_nobody_votes_outside_the_window_nor_out_of_the_roll(app_context: Flask) -> None:
    made = make_open()
    ballot = made.ballot(0)
    before = made.everything()
    made.voters.append(actor_of(add_person("Stranger")))

    with pytest.raises(NotAllowed):
        made.cast(2, ballot)
    with time_machine.travel(utc_now() + timedelta(days=8), tick=False), pytest.raises(PollNotOpen):
        made.cast(0, ballot)

    assert made.everything() == before


def test_a_server_whose_clock_is_a_little_behind_adds_nothing_to_a_box_that_another_ended(
    app_context: Flask,
) -> None:
    made = make_open()
    ballot = made.ballot(0)
    closes_at = queries.get_poll(made.poll_id).closes_at
    with time_machine.travel(closes_at, tick=False):
        end_box(poll_id=made.poll_id)
    before = made.everything()

    with (
        time_machine.travel(closes_at - timedelta(microseconds=1), tick=False),
        pytest.raises(PollNotOpen),
    ):
        made.cast(0, ballot)

    assert made.everything() == before


def test_a_ballot_in_clear_never_enters_a_sealed_box_nor_a_sealed_one_another(app_context: Flask) -> None:
    made = make_open()
    other, _ = add_poll(queries.get_poll(made.poll_id).territory_id)
    before = made.everything()

    with pytest.raises(PollIsSealed):
        ballots.cast_ballot(made.voters[0], poll_id=made.poll_id, answers=(choosing(["c1"]),))
    with pytest.raises(NotSealed):
        cast_sealed_ballot(made.voters[0], poll_id=other, ballot=made.ballot(0))

    assert made.everything() == before


def test_ballots_sent_at_once_make_one_chain_and_one_mark_on_the_roll(service_app: Flask) -> None:
    """One person sends four ballots and another two, at once; somebody else tries the first one's code meanwhile."""
    with service_app.app_context():
        made = make_open(voters=3)
        sent = [(voter, made.ballot(voter, votes)) for voter in (0, 1) for votes in (YES, NO)]
        sent += [(0, made.ballot(0)), (0, made.ballot(0)), (2, made.ballot(0))]

    def cast(voter: int, ballot: str) -> str:
        with service_app.app_context():
            try:
                made.cast(voter, ballot)
            except Conflict as refused:
                return refused.code
            return "cast"

    with ThreadPoolExecutor(len(sent)) as threads:
        told = list(threads.map(lambda one: cast(*one), sent))

    with service_app.app_context():
        voted = queries.count_turnout(made.poll_id)
        report = verify_archive(made.archive())
    assert report.is_valid
    if told[-1] == "cast":  # who holds a code first votes by it; the other is then told to call the town hall
        assert set(told[:-1]) <= {"cast", "code_of_another"}
    else:
        assert told == ["cast"] * (len(sent) - 1) + ["code_of_another"]
    assert voted == 2

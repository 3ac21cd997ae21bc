"""Answering by every method: on the page, by the API, at the desk; and what is refused before the box."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.kernel import outbox
from civic.kernel.access import ANONYMOUS
from civic.kernel.database import db
from civic.voting import queries
from civic.voting.answers import read_ballot, write_ballot
from civic.voting.asking import QuestionPlan, read_terms, write_terms
from civic.voting.closed_ballots import open_ballot
from civic.voting.errors import AnswersMissing, ResultNotPublished
from civic.voting.methods.ballots import Ballot, Terms
from civic.voting.methods.registry import METHODS
from civic.voting.models import Ballot as BallotRow
from civic.voting.models import StoredTally
from civic.voting.service import ballots, reading
from civic.voting.service.counting import tally_of
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.voting.asked import ASKED
from tests.voting.builders import add_poll

EVERY = tuple(ASKED.values())


def contents_of(poll_id: int) -> list[str]:
    """What each question's box holds, in the order of the questions."""
    rows = sa.select(BallotRow).filter_by(poll_id=poll_id).order_by(BallotRow.question_id)
    return [open_ballot(row.content, question_id=row.question_id) for row in db.session.scalars(rows)]


def test_every_method_has_its_question() -> None:
    assert set(ASKED) == set(METHODS)


@pytest.fixture(scope="module")
def questions() -> tuple[QuestionPlan, ...]:
    return tuple(one.question for one in EVERY[:7])


def test_a_person_answers_by_every_method_on_one_page_and_each_answer_is_a_row_of_its_own(app: Flask) -> None:
    for asked in (EVERY[:7], EVERY[7:]):
        with app.app_context():
            _, (place, *_) = add_town()
            ada = add_person("Ada", lives_in=place)
            poll_id, _ = add_poll(place, questions=tuple(one.question for one in asked))
            db.session.remove()
        client, path = sign_in(app, ada), f"/scrutins/{poll_id}/bulletin"
        assert "Question 7 sur 7" in plain(client.get(path).get_data(as_text=True))
        boxes: dict[str, str] = {}
        for position, one in enumerate(asked, start=1):
            boxes |= one.boxes(position)
        assert post_form(client, path, **boxes).status_code == 302
        with app.app_context():
            assert contents_of(poll_id) == [one.content for one in asked]
            db.session.remove()


@pytest.mark.parametrize(
    "method", ["majority-judgment", "stv", "budget-cumulative", "budget-equal-shares", "k-of-n"]
)
def test_a_ballot_that_breaks_a_rule_comes_back_filled_in_and_says_which(app: Flask, method: str) -> None:
    asked = ASKED[method]
    wrong = {
        "majority-judgment": ({"q1-c1": "9"}, "Donnez une des mentions proposées"),
        "stv": ({"q1-c1": "1", "q1-c2": "1"}, "Deux réponses ont le même rang"),
        "budget-cumulative": (
            {"q1-c1": "7", "q1-c2": "8"},
            "Pas plus de 10 points en tout : vous en avez donné 15",
        ),
        "budget-equal-shares": ({"q1": ["c1", "c3"]}, "plus que les"),
        "k-of-n": ({"q1": ["c1", "c2", "c3"]}, "Pas plus de 2 réponses : vous en avez 3"),
    }[method]
    with app.app_context():
        _, (place, *_) = add_town()
        ada = add_person("Ada", lives_in=place)
        poll_id, _ = add_poll(place, questions=(asked.question,))
    client, path = sign_in(app, ada), f"/scrutins/{poll_id}/bulletin"

    answer = post_form(client, path, **wrong[0])
    page = plain(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert wrong[1] in page
    if method == "budget-cumulative":
        assert 'value="7"' in page
        assert "15 sur 10" in page
    if method == "k-of-n":
        assert page.count("checked") == 3
    for boxes in ({}, {**asked.boxes(1), "q1-blank": "true"}, {"q1-c1": "-1"}, {"q1": "c77"}):
        assert post_form(client, path, **boxes).status_code == 422
    with app.app_context():
        assert contents_of(poll_id) == []
        assert queries.count_turnout(poll_id) == 0
    assert post_form(client, path, **{"q1-blank": "true"}).status_code == 302
    with app.app_context():
        assert contents_of(poll_id) == [""]


def test_everything_that_a_voter_has_to_correct_is_told_at_once_and_nothing_is_in_the_box(app: Flask) -> None:
    wrong = {
        "k-of-n": {"q1": ["c1", "c2", "c3"]},
        "single": {},
        "irv": {"q3-c1": "1", "q3-c2": "1"},
        "budget-equal-shares": {"q4": ["c1", "c3"]},
    }
    boxes = {name: value for typed in wrong.values() for name, value in typed.items()}
    with app.app_context():
        _, (place, *_) = add_town()
        ada = add_person("Ada", lives_in=place)
        poll_id, _ = add_poll(place, questions=tuple(ASKED[method].question for method in wrong))

    answer = post_form(sign_in(app, ada), f"/scrutins/{poll_id}/bulletin", **boxes)

    page = plain(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "4 réponses sont à corriger" in page
    assert [f"field-q{position}-error" in page for position in (1, 2, 3, 4)] == [True] * 4
    assert "Pas plus de 2 réponses : vous en avez 3" in page
    assert "Vos projets coûtent 110 000 € ensemble" in page
    with app.app_context():
        assert contents_of(poll_id) == []


def test_a_rank_left_out_is_said(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        ada = add_person("Ada", lives_in=place)
        poll_id, _ = add_poll(place, questions=(ASKED["irv"].question,))

    answer = post_form(sign_in(app, ada), f"/scrutins/{poll_id}/bulletin", **{"q1-c1": "1", "q1-c2": "3"})

    assert answer.status_code == 422
    assert "Le rang 3 est donné, mais pas le rang 2" in plain(answer.get_data(as_text=True))
    with app.app_context():
        assert contents_of(poll_id) == []


def test_a_client_answers_every_method_by_json_and_each_wrong_answer_is_refused_by_its_code(
    app: Flask,
) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        ada = bearer(app, add_person("Ada", lives_in=place))
        polls = [(one, add_poll(place, questions=(one.question,))[0]) for one in EVERY]
        db.session.remove()
    client = app.test_client()

    for one, poll_id in polls:
        path = f"/api/v1/polls/{poll_id}"
        (told,) = client.get(path).json["questions"]
        assert (told["method"], told["ballots"]) == (one.question.method, str(one.question.kind))
        refused = client.post(f"{path}/ballots", json={"answers": [one.wrong]}, headers=ada)
        assert (refused.status_code, refused.json["code"]) == (422, one.code), one.question.method
        cast = client.post(f"{path}/ballots", json={"answers": [one.json]}, headers=ada)
        assert cast.status_code == 201, cast.json
        with app.app_context():
            assert contents_of(poll_id) == [one.content]
            db.session.remove()
    for body in ({}, {"answers": []}, {"answers": [{}]}, {"answers": [{"options": ["c1"], "blank": True}]}):
        assert client.post(f"/api/v1/polls/{polls[0][1]}/ballots", json=body, headers=ada).status_code == 422


def test_an_agent_types_a_paper_ballot_by_grades_and_the_person_votes_no_more(app: Flask) -> None:
    asked = ASKED["majority-judgment"]
    with app.app_context():
        town, (place, *_) = add_town()
        agent = sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))
        ada = add_person("Ada", lives_in=place)
        poll_id, _ = add_poll(place, questions=(asked.question,))
    path = f"/scrutins/{poll_id}/liste-electorale/{ada}/bulletin"

    assert "Très bien" in agent.get(path).get_data(as_text=True)
    assert post_form(agent, path, **asked.boxes(1), channel="paper").status_code == 302
    again = post_form(sign_in(app, ada), f"/scrutins/{poll_id}/bulletin", **asked.boxes(1))

    assert again.status_code == 409
    with app.app_context():
        assert contents_of(poll_id) == [asked.content]


def test_an_answer_to_one_question_alone_puts_nothing_in_any_box(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    ada = add_person("Ada", lives_in=place)
    asked = (ASKED["single"], ASKED["irv"])
    poll_id, _ = add_poll(place, questions=tuple(one.question for one in asked))

    with pytest.raises(AnswersMissing):
        ballots.cast_ballot(actor_of(ada), poll_id=poll_id, answers=(read_ballot(asked[0].content),))

    assert contents_of(poll_id) == []
    assert queries.count_turnout(poll_id) == 0


def test_no_total_is_kept_before_the_closing_and_each_count_after_it(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    voters = [add_person(f"Voter {number}", lives_in=place) for number in range(3)]
    asked = EVERY[:7]
    poll_id, _ = add_poll(place, questions=tuple(one.question for one in asked))
    for voter in voters:
        answers = tuple(read_ballot(one.content) for one in asked)
        ballots.cast_ballot(actor_of(voter), poll_id=poll_id, answers=answers)
    poll = queries.get_poll(poll_id)
    seed = poll.tie_seed or ""
    with pytest.raises(ResultNotPublished):
        tally_of(ANONYMOUS, poll_id, 4)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredTally)) == 0
    assert seed not in reading.export_rules(ANONYMOUS, poll_id=poll_id)

    with time_machine.travel(poll.closes_at, tick=False):
        at_once = [tally_of(ANONYMOUS, poll_id, position) for position in range(1, 8)]
        while outbox.deliver_due():
            pass
        kept = [tally_of(ANONYMOUS, poll_id, position) for position in range(1, 8)]

    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredTally)) == 7
    assert at_once == kept
    assert [tally.turnout for tally in kept] == [3] * 7
    assert kept[0].winners == ("c2",)
    assert kept[0].steps[0]["terms"]["seed"] == seed


@pytest.mark.parametrize("method", ["approval", "stv", "budget-equal-shares"])
def test_the_turnout_is_of_persons_whatever_their_ballots_name(app: Flask, method: str) -> None:
    asked = ASKED[method]
    with app.app_context():
        _, (place, *_) = add_town()
        voters = [add_person(f"Voter {number}", lives_in=place) for number in range(3)]
        poll_id, _ = add_poll(place, questions=(asked.question,), quorum_percent=100)
        for voter in voters[:2]:
            ballots.cast_ballot(actor_of(voter), poll_id=poll_id, answers=(read_ballot(asked.content),))
        closes_at = queries.get_poll(poll_id).closes_at

    with time_machine.travel(closes_at, tick=False):
        home = plain(app.test_client().get("/").get_data(as_text=True))
        told = app.test_client().get(f"/api/v1/polls/{poll_id}/result").get_json()
        page = plain(app.test_client().get(f"/scrutins/{poll_id}/resultat").get_data(as_text=True))

    assert "2 votants sur 3 inscrits" in home
    assert "quorum non atteint" in home
    assert "2 votants sur 3 inscrits" in page
    assert (told["turnout"], told["turnout_percent"], told["is_quorum_reached"]) == (2, 66.7, False)


@pytest.mark.parametrize("asked", EVERY, ids=lambda one: one.question.method)
def test_a_ballot_and_terms_have_one_text(asked: object) -> None:
    question, content = asked.question, asked.content  # type: ignore[attr-defined]

    assert write_ballot(read_ballot(content)) == content
    assert read_terms(write_terms(question.terms)) == question.terms
    assert "seed" not in json.loads(write_terms(replace(question.terms, seed="x")))
    assert (write_ballot(Ballot()), read_ballot("")) == ("", Ballot())
    assert read_terms("{}") == Terms()


def test_each_voter_reads_the_options_in_an_order_of_her_own_that_does_not_change(app: Flask) -> None:
    question = replace(ASKED["approval"].question, is_shuffled=True)
    with app.app_context():
        _town, (place, *_) = add_town()
        people = [add_person(f"Voter {number}", lives_in=place) for number in range(8)]
        poll_id, _ = add_poll(place, questions=(question,))
    path = f"/scrutins/{poll_id}/bulletin"

    def order(person: int) -> tuple[int, ...]:
        page = sign_in(app, person).get(path).get_data(as_text=True)
        return tuple(sorted(range(4), key=lambda place: page.index(question.choices[place].label)))

    orders = [order(person) for person in people]
    assert len(set(orders)) > 1
    assert orders[0] == order(people[0])

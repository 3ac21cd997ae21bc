"""Before a poll opens: a count of false ballots, and the notice that is printed after the freeze."""

import re
from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.voting.answers import ensure_answer
from civic.voting.asking import BALLOT_KINDS, ChoicePlan, QuestionPlan, ensure_question
from civic.voting.errors import PollFrozen, PollNotFound
from civic.voting.methods.ballots import BallotKind, Terms
from civic.voting.models import Ballot, StoredTally
from civic.voting.rehearsal import count_false_ballots, draw_ballot
from civic.voting.service.rehearsing import rehearse_poll
from tests.conftest import actor_of, add_person, add_town, plain, sign_in
from tests.voting.builders import add_draft, add_poll

CHOICES = tuple(ChoicePlan(f"Projet {number}", cost_cents=number * 10_000) for number in range(1, 7))
TERMS = {
    "majority-judgment": Terms(grades=5),
    "points": Terms(most_sum=7, most_points=4),
    "budget-cumulative": Terms(most_sum=5, budget_cents=90_000),
    "budget-threshold": Terms(threshold=2, budget_cents=90_000, most_sum=6),
    "k-of-n": Terms(most=3, fewest=2, seats=2),
}
ASKED = [(method, kind) for method, kinds in BALLOT_KINDS.items() for kind in kinds]


def question_of(method: str, kind: BallotKind) -> QuestionPlan:
    usual = Terms(budget_cents=90_000) if method.startswith("budget-") else Terms()
    question = QuestionPlan(
        f"Que choisir, {method}, {kind} ?", CHOICES, method, TERMS.get(method, usual), kind
    )
    ensure_question(question)
    return question


@pytest.mark.parametrize(("method", "kind"), ASKED)
def test_false_ballots_of_every_method_keep_to_its_rules_and_are_counted(
    method: str, kind: BallotKind
) -> None:
    question = question_of(method, kind)
    dice = Random(4)  # the same ballots each time
    favour = {option.id: 0.7 for option in question.options}
    ballots = [draw_ballot(question, dice, favour) for _ in range(60)]
    for ballot in ballots:
        ensure_answer(ballot, question)
    assert sum(bool(ballot.named) for ballot in ballots) > 40

    (tally,) = count_false_ballots([question], voters=60, seed="a")
    assert (tally.turnout, tally.invalid) == (60, 0)
    assert tally.winners
    assert count_false_ballots([question], voters=60, seed="a") == (tally,)


def test_ballots_that_no_rule_allows_are_blank_rather_than_false() -> None:
    question = QuestionPlan(
        "Que choisir ?", CHOICES, "budget-greedy", Terms(budget_cents=90_000, least_cost_cents=10_000_000)
    )

    (tally,) = count_false_ballots([question], voters=20, seed="a")

    assert (tally.turnout, tally.blank) == (20, 20)


def test_a_rehearsal_puts_nothing_in_the_box_and_freezes_nothing(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_person("Agnès", roles=((Role.AGENT, town),)))
    add_person("Ada", lives_in=place)
    poll_id = add_draft(place)

    rehearsal = rehearse_poll(agent, poll_id=poll_id)

    assert rehearsal.voters == rehearsal.tallies[0].turnout == 20
    for table in (Ballot, StoredTally):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_who_does_not_prepare_polls_rehearses_none_and_nobody_an_open_one(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = actor_of(add_person("Ada", lives_in=place))
    admin = actor_of(add_person("Léa", roles=((Role.ADMIN, town),)))
    agent = actor_of(add_person("Agnès", roles=((Role.AGENT, town),)))
    draft, (opened, _) = add_draft(place), add_poll(place)

    with pytest.raises(PollNotFound):
        rehearse_poll(ada, poll_id=draft)
    with pytest.raises((PollNotFound, NotAllowed)):
        rehearse_poll(admin, poll_id=draft)
    with pytest.raises(PollFrozen):
        rehearse_poll(agent, poll_id=opened)


@pytest.mark.parametrize("asked", [ASKED[:9], ASKED[9:]])
def test_the_page_of_a_rehearsal_says_that_all_of_it_is_false(
    app: Flask, asked: list[tuple[str, BallotKind]]
) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent = sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))
        ada = sign_in(app, add_person("Ada", lives_in=place))
        questions = tuple(question_of(method, kind) for method, kind in asked)
        poll_id = add_draft(place, questions=questions)
    path = f"/scrutins/{poll_id}/repetition"

    answer = agent.get(path)
    shown = plain(answer.get_data(as_text=True))

    assert answer.status_code == 200
    assert "Faux bulletins, faux résultat" in shown
    assert "20 bulletins tirés au hasard" in shown
    assert shown.count("faux bulletins blancs") + shown.count("faux bulletin blanc") >= len(asked)
    assert path in agent.get(f"/scrutins/{poll_id}/ouverture").get_data(as_text=True)
    assert ada.get(path).status_code == 404


@pytest.mark.parametrize("asked", [ASKED[:9], ASKED[9:]])
def test_the_notice_of_a_poll_bears_its_question_rules_dates_and_fingerprint(
    app: Flask, asked: list[tuple[str, BallotKind]]
) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        add_person("Ada", lives_in=place)
        questions = tuple(question_of(method, kind) for method, kind in asked)
        poll_id, _ = add_poll(place, questions=questions)
        from civic.voting import queries

        rules_hash = queries.get_poll(poll_id).rules_hash or ""
        draft = add_draft(place)
    stranger = app.test_client()

    answer = stranger.get(f"/scrutins/{poll_id}/avis")
    shown = plain(answer.get_data(as_text=True))

    assert answer.status_code == 200
    assert " ".join(re.findall("....", rules_hash)) in shown
    assert "Projet 6" in shown
    assert ("Le budget est de 900" in shown) == any(method.startswith("budget-") for method, _ in asked)
    assert "Le quota est de" not in shown
    assert stranger.get(f"/scrutins/{draft}/avis").status_code == 404

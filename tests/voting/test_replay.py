"""An agent sees what each rule makes of the ballots of a closed poll, before choosing the rule of the next one."""

import pytest
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.kernel import work
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.voting import queries
from civic.voting.models import Ballot
from civic.voting.service import closing, counting
from tests.conftest import add_person, add_town, plain, post_form, sign_in
from tests.voting.asked import ASKED
from tests.voting.builders import add_poll

BOX = ['{"places":[["c1"]]}'] * 6 + ['{"places":[["c2","c4"]]}'] * 3 + ['{"places":[["c3"]]}'] * 5 + [""]


@pytest.fixture
def closed(app: Flask) -> tuple[int, int, int]:
    """A budget with its ballots; an agent; a resident."""
    with app.app_context():
        town, (place, *_) = add_town()
        agent = add_person("Agnès", lives_in=place, roles=((Role.AGENT, town),))
        ada = add_person("Ada", lives_in=place)
        poll_id, _ = add_poll(place, questions=(ASKED["budget-greedy"].question,))
        (question,) = queries.get_poll(poll_id).questions
        with transaction():
            db.session.add_all(
                [Ballot(poll_id=poll_id, question_id=question.id, content=content) for content in BOX]
            )
    return poll_id, agent, ada


def test_an_agent_reads_the_rules_side_by_side_and_nothing_before_the_closing(
    app: Flask, closed: tuple[int, int, int]
) -> None:
    poll_id, agent, ada = closed
    path = f"/scrutins/{poll_id}/resultat/1/rejouer"
    with app.app_context():
        closes_at = queries.get_poll(poll_id).closes_at
        db.session.remove()

    assert sign_in(app, agent).get(path).status_code == 403
    with time_machine.travel(closes_at, tick=False):
        assert sign_in(app, ada).get(path).status_code == 403
        client = sign_in(app, agent)
        page = plain(client.get(path).get_data(as_text=True))
        result = client.get(f"/scrutins/{poll_id}/resultat").get_data(as_text=True)
    assert f'href="{path}"' in result
    for told in (
        "Budget : les plus choisis d’abord",
        "Budget : les plus choisis, jusqu’au premier trop cher",
        "Budget : par parts égales",
        "(la règle de ce scrutin)",
        "60 000 €",
    ):
        assert told in page
    assert "par points de classement" not in page


def test_a_long_replay_is_asked_for_followed_and_then_shown(
    app: Flask, closed: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    poll_id, agent, _ = closed
    path = f"/scrutins/{poll_id}/resultat/1/rejouer"
    monkeypatch.setattr(counting, "MOST_AT_ONCE", 0)
    with app.app_context():
        closes_at = queries.get_poll(poll_id).closes_at
        db.session.remove()

    with time_machine.travel(closes_at, tick=False):
        client = sign_in(app, agent)
        assert "Compter par cette règle" in client.get(path).get_data(as_text=True)
        followed = post_form(client, path).headers["Location"]
        assert "Rejouer un budget à parts égales" in client.get(followed).get_data(as_text=True)
        assert "Voir où en est le calcul" in client.get(path).get_data(as_text=True)
        with app.app_context():
            while work.do_some_work():
                pass
            db.session.remove()
        done = plain(client.get(followed).get_data(as_text=True))
        page = client.get(path).get_data(as_text=True)
    assert "projets seraient retenus" in done or "projet serait retenu" in done
    assert "Compter par cette règle" not in page
    assert "Voir où en est le calcul" not in page


def test_the_list_of_ended_votes_says_what_a_budget_funds_once_it_is_counted(
    app: Flask, closed: tuple[int, int, int]
) -> None:
    poll_id, _, _ = closed
    with app.app_context():
        closes_at = queries.get_poll(poll_id).closes_at
        db.session.remove()
    client = app.test_client()

    with time_machine.travel(closes_at, tick=False):
        before = plain(client.get("/scrutins?status=closed").get_data(as_text=True))
        with app.app_context():
            closing.count_poll(poll_id)
            db.session.remove()
        after = plain(client.get("/scrutins?status=closed").get_data(as_text=True))
        (told,) = client.get(f"/api/v1/polls/{poll_id}/result").json["questions"]
    assert "Le dépouillement est en cours" in before
    assert "À égalité" not in after
    assert "Retenu : Un jardin, Une fontaine" in after
    assert (told["method"], told["winners"], told["blank"]) == ("budget-greedy", ["c1", "c4"], 1)

"""An agent prepares a poll by the page, whatever the way of answering, without a script."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.voting import queries
from civic.voting.asking import QuestionPlan
from civic.voting.methods.ballots import Terms
from civic.voting.models import Poll
from civic.voting.poll_form import form_values
from civic.web.languages import form_instant
from tests.conftest import add_person, add_town, plain, post_form, sign_in
from tests.voting.asked import ASKED
from tests.voting.builders import make_plan

BUDGET = {
    "q1-method": "budget-equal-shares",
    "q1-0-label": "Un jardin",
    "q1-0-cost": "60 000",
    "q1-0-envelope": "Nord",
    "q1-1-label": "Des bancs",
    "q1-1-cost": "12 500,50 €",
    "q1-2-label": "Un préau",
    "q1-2-cost": "50000",
    "q1-budget_cents": "100 000",
    "q1-envelopes": "Nord : 60 000",
    "q1-exclusions": "2-3",
    "q1-most": "2",
    "q1-dearest_cents": "60000",
    "q1-seats": "9",
}


@pytest.fixture
def desk(app: Flask) -> tuple[Flask, FlaskClient, int]:
    """The application, the browser of an agent, a neighbourhood."""
    with app.app_context():
        town, (place, *_) = add_town()
        agent = add_person("Agnès", roles=((Role.AGENT, town),))
    return app, sign_in(app, agent), place


def form_of(place: int, **boxes: str) -> dict[str, str]:
    now = utc_now()
    return {
        "question": "Que faire de la place ?",
        "territory_id": str(place),
        "opens_at": form_instant(now - timedelta(hours=1)),
        "closes_at": form_instant(now + timedelta(days=3)),
        "shows_turnout": "true",
        **boxes,
    }


def test_a_budget_is_prepared_with_costs_an_envelope_and_projects_that_exclude_one_another(
    desk: tuple[Flask, FlaskClient, int],
) -> None:
    app, agent, place = desk

    saved = post_form(agent, "/scrutins/nouveau", **form_of(place, **BUDGET))

    assert saved.status_code == 302, plain(saved.get_data(as_text=True))
    with app.app_context():
        (question,) = queries.plan_of(
            queries.get_poll(int(saved.headers["Location"].split("/")[-1]))
        ).questions
    assert question.text == "Que faire de la place ?"
    assert [(one.cost_cents, one.envelope) for one in question.choices] == [
        (6_000_000, "Nord"),
        (1_250_050, ""),
        (5_000_000, ""),
    ]
    assert question.terms == Terms(
        budget_cents=10_000_000,
        envelopes=(("Nord", 6_000_000),),
        exclusions=(("c2", "c3"),),
        most=2,
        dearest_cents=6_000_000,
    )


@pytest.mark.parametrize(
    ("changes", "box", "told"),
    [
        ({"q1-1-cost": "beaucoup"}, "q1-1-cost", "Écrivez une somme en euros"),
        ({"q1-2-cost": ""}, "q1-choices", "Chaque projet doit avoir un coût"),
        ({"q1-budget_cents": ""}, "q1-budget_cents", "Donnez le budget à répartir"),
        ({"q1-envelopes": "Nord"}, "q1-envelopes", "une enveloppe par ligne"),
        ({"q1-envelopes": "Sud : 10"}, "q1-envelopes", "L’enveloppe « Nord » n’existe pas"),
        ({"q1-exclusions": "2-9"}, "q1-exclusions", "Deux projets incompatibles se désignent"),
        ({"q1-exclusions": "deux et trois"}, "q1-exclusions", "les numéros de deux projets"),
        ({"q1-exclusions": "1-2"}, "q1-envelopes", "Par parts égales"),
        ({"q1-fewest": "3"}, "q1-fewest", "Le minimum dépasse le maximum"),
        ({"q1-method": "lottery"}, "q1-method", "Choisissez une des façons de répondre"),
        ({"q1-method": "budget-threshold"}, "q1-threshold", "combien de voix un projet doit réunir"),
        ({"q1-method": "budget-cumulative"}, "q1-most_sum", "combien de points chacun peut donner"),
        ({"q1-method": "stv"}, "q1-seats", "inférieur au nombre de réponses"),
        ({"q1-1-label": "UN JARDIN"}, "q1-choices", "se lisent de la même façon"),
    ],
)
def test_a_rule_that_cannot_be_kept_comes_back_with_all_that_was_typed(
    desk: tuple[Flask, FlaskClient, int], changes: dict[str, str], box: str, told: str
) -> None:
    app, agent, place = desk

    answer = post_form(agent, "/scrutins/nouveau", **form_of(place, **{**BUDGET, **changes}))
    page = plain(answer.get_data(as_text=True))

    assert answer.status_code == 422
    assert told in page
    assert f'href="#field-{box}"' in page
    assert f'id="field-{box}"' in page
    for typed in ("Que faire de la place ?", changes.get("q1-1-label", "Des bancs"), 'value="60 000"'):
        assert typed in page
    if "q1-method" not in changes:
        assert re.search(r'value="budget-equal-shares"\s+checked', page)
        assert f"{changes.get('q1-budget_cents', '100 000')}" in page
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Poll.id))) == 0


def test_questions_and_options_are_added_and_removed_by_buttons_that_save_nothing(
    desk: tuple[Flask, FlaskClient, int],
) -> None:
    app, agent, place = desk
    typed = form_of(
        place, **{"q1-method": "yes-no", "q1-text": "Oui ?", "q2-method": "irv", "q2-text": "Qui ?"}
    )
    typed |= {"q2-0-label": "Ada", "q2-1-label": "Eve"}

    def page_after(**button: str) -> str:
        answer = post_form(agent, "/scrutins/nouveau", **typed, **button)
        assert answer.status_code == 200
        return plain(answer.get_data(as_text=True))

    assert "Question 3" in page_after(add_question="1")
    fewer = page_after(remove_question="1")
    assert "Question 2" not in fewer
    assert 'name="q1-text"' in fewer
    assert 'value="Qui ?"' in fewer
    assert re.search(r'name="q1-method"\s+value="irv"\s+checked', fewer)
    more = page_after(add_choices="2")
    assert more.count('name="q2-4-label"') == 1
    assert 'name="q1-4-label"' not in more
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Poll.id))) == 0

    saved = post_form(agent, "/scrutins/nouveau", **typed)
    with app.app_context():
        plan = queries.plan_of(queries.get_poll(int(saved.headers["Location"].split("/")[-1])))
    assert [(one.text, one.method, len(one.choices)) for one in plan.questions] == [
        ("Oui ?", "single", 2),
        ("Qui ?", "irv", 2),
    ]


def test_every_draft_comes_back_in_the_form_as_it_was_written(desk: tuple[Flask, FlaskClient, int]) -> None:
    app, agent, place = desk
    for asked in (tuple(ASKED.values())[:7], tuple(ASKED.values())[7:]):
        questions: tuple[QuestionPlan, ...] = tuple(one.question for one in asked)
        boxes: dict[str, Any] = {
            name: str(value)
            for name, value in form_values(make_plan(place, questions=questions)).items()
            if value not in (None, "")
        }
        saved = post_form(agent, "/scrutins/nouveau", **boxes)
        assert saved.status_code == 302, plain(saved.get_data(as_text=True))
        with app.app_context():
            kept = queries.plan_of(queries.get_poll(int(saved.headers["Location"].split("/")[-1]))).questions
            db.session.remove()
        assert [(one.method, one.terms, one.choices) for one in kept] == [
            (one.method, one.terms, one.choices) for one in questions
        ]


def test_the_page_says_what_the_law_keeps_for_polling_stations(desk: tuple[Flask, FlaskClient, int]) -> None:
    _, agent, _ = desk

    page = plain(agent.get("/scrutins/nouveau").get_data(as_text=True))

    assert "Un référendum local et une consultation des électeurs" in page
    assert "LO1112-1" in page

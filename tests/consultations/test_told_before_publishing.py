"""Who publishes is told, before she does, of what the consultation asks of residents and that nobody wrote; she may publish all the same."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.consultations.models import Consultation
from civic.consultations.rules import Activity, ConsultationState
from civic.consultations.templates import BUDGET, QUESTIONS
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.voting.poll_form import CONSULTATION
from civic.voting.service.polls import prepare_poll
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.opinions.test_reacting import add_statement
from tests.voting.asked import ASKED
from tests.voting.builders import make_plan


class Draft:
    """A consultation that is not published yet, and somebody of the town hall who may publish it."""

    def __init__(self, *activities: Activity, template: str | None = None, role: Role = Role.COUNCILLOR):
        self.town, _ = add_town()
        self.id = add_consultation(self.town, is_published=False, activities=activities)
        self.clerk = add_person("Delphine Maire", roles=((role, self.town),))
        with transaction():
            db.session.get_one(Consultation, self.id).template = template

    @property
    def page(self) -> str:
        return f"/consultations/{self.id}/publication"


def told(client: FlaskClient, draft: Draft) -> str:
    return plain(client.get(draft.page).get_data(as_text=True))


def test_opinions_without_a_statement_are_told_and_may_be_published_all_the_same(app: Flask) -> None:
    with app.app_context():
        draft = Draft(Activity.REACT, template="opinions")
    clerk = sign_in(app, draft.clerk)

    said = told(clerk, draft)
    assert "Aucune n’est écrite" in said
    assert f"/consultations/{draft.id}/affirmations/preparation" in said
    with app.app_context():
        add_statement(draft.id)
    said = told(clerk, draft)
    assert "Aucune n’est écrite" not in said
    assert "1 affirmation est prête." in said
    post_form(clerk, draft.page, version="1")
    with app.app_context():
        assert db.session.get_one(Consultation, draft.id).state is ConsultationState.PUBLISHED


def test_a_budget_whose_sum_is_said_nowhere_is_told(app: Flask) -> None:
    with app.app_context():
        draft = Draft(Activity.PROPOSE, Activity.VOTE, template=BUDGET)
    clerk = sign_in(app, draft.clerk)

    said = told(clerk, draft)
    assert "les habitants proposeront sans savoir combien la commune dépense" in said
    assert f"consultation={draft.id}" in said


def prepare_vote(draft: Draft, method: str) -> None:
    about = {"subject_kind": CONSULTATION, "subject_id": draft.id, "questions": (ASKED[method].question,)}
    plan = replace(make_plan(draft.town), **about)
    prepare_poll(actor_of(draft.clerk), plan=plan)


def test_a_budget_is_told_its_sum_once_its_vote_has_one(app: Flask) -> None:
    with app.app_context():
        draft = Draft(Activity.PROPOSE, Activity.VOTE, template=BUDGET)
        prepare_vote(draft, "single")
    clerk = sign_in(app, draft.clerk)
    assert "Le vote préparé ne partage aucune somme" in told(clerk, draft)
    with app.app_context():
        prepare_vote(draft, "budget-greedy")

    said = told(clerk, draft)
    assert "2 votes sont préparés. Somme à partager : 100 000 €." in said
    assert "aucune somme" not in said


@pytest.mark.parametrize("template", [None, "other"])
def test_a_phase_that_votes_without_a_vote_is_told_and_one_that_does_not_says_nothing(
    app: Flask, template: str | None
) -> None:
    with app.app_context():
        votes = Draft(Activity.VOTE, template=template)
    assert "aucun vote n’est préparé" in told(sign_in(app, votes.clerk), votes)
    with app.app_context():
        silent = add_consultation(votes.town, is_published=False, activities=(Activity.PROPOSE,))
    said = plain(sign_in(app, votes.clerk).get(f"/consultations/{silent}/publication").text)
    for words in ("aucun vote n’est préparé", "Les affirmations", "Qui répond aux questions"):
        assert words not in said


def test_questions_that_nobody_is_named_to_answer_are_told_to_the_agent_who_publishes(app: Flask) -> None:
    with app.app_context():
        draft = Draft(Activity.PROPOSE, template=QUESTIONS, role=Role.AGENT)
        mayor = add_person("Rose Élue", roles=((Role.COUNCILLOR, draft.town),))
    agent = sign_in(app, draft.clerk)

    said = told(agent, draft)
    assert "Personne n’est nommé" in said
    assert f"/consultations/{draft.id}/promesse" in said
    assert "Chargé de répondre : Rose Élue." in told(sign_in(app, mayor), draft), (
        "she would answer what she publishes"
    )


def test_a_title_that_another_published_consultation_bears_is_told(app: Flask) -> None:
    with app.app_context():
        draft = Draft(Activity.PROPOSE)
        other = add_consultation(draft.town)
    clerk = sign_in(app, draft.clerk)

    assert "porte le même titre" in told(clerk, draft)
    with app.app_context(), transaction():
        db.session.get_one(Consultation, other).title = "La place, l’an dernier"
    assert "porte le même titre" not in told(clerk, draft)

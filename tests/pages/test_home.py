"""The home page by who one is: the one thing to do first, what came of the last vote, and what became of proposals."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.service import people
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.service.duty import set_duty
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import Category, RequestState, Urgency
from civic.proposals.models import Answer
from civic.proposals.rules import AnswerState, Decision
from civic.voting.answers import write_ballot
from civic.voting.methods.ballots import choosing
from civic.voting.models import Ballot, Choice, Poll, Question
from tests.conftest import actor_of, add_person, sign_in
from tests.pages.test_pages import Town, text_of, town

__all__ = ["town"]


def first_step(app: Flask, person: int) -> str:
    """Return, in one line, the thing that a person's home page puts first."""
    page = text_of(sign_in(app, person), "/")
    found = re.search(r'class="next-step.*?</section>', page, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found.group(0)).split()) if found else "nothing"


def vote_and_close(poll_id: int) -> None:
    with transaction():
        choices = [
            Choice(position=place, label=label)
            for place, label in enumerate(["Des tilleuls", "Des bancs"], start=1)
        ]
        question = Question(poll_id=poll_id, position=1, text="Que planter ?", choices=choices)
        db.session.add(question)
        db.session.flush()
        content = write_ballot(choosing([choices[0].key]))
        db.session.add(Ballot(poll_id=poll_id, question_id=question.id, content=content))
        db.session.execute(
            sa.update(Poll).where(Poll.id == poll_id).values(closes_at=utc_now() - timedelta(minutes=1))
        )


def leave_without_volunteer(town: Town) -> None:
    now = utc_now()
    with transaction():
        db.session.add(
            HelpRequest(
                territory_id=town.place, requester_id=town.resident, author_id=town.resident, category=Category.REPAIRS,
                title="Une tringle", text="", starts_at=now, ends_at=now + timedelta(hours=4), urgency=Urgency.TODAY,
                capacity=1, filled=0, state=RequestState.ESCALATED, contact_name="B", contact_phone="1",
                created_at=now, changed_at=now,
            )
        )  # fmt: skip


def test_nothing_is_put_first_when_nothing_waits(app: Flask, town: Town) -> None:
    assert first_step(app, town.resident) == "nothing"
    assert "Rien ne vous attend." in text_of(sign_in(app, town.resident), "/")


def test_who_said_no_place_is_asked_where_she_lives(app: Flask, town: Town) -> None:
    with app.app_context():
        rose = add_person("Rose")

    assert "Dites-nous où vous habitez" in first_step(app, rose)


def test_a_resident_reads_an_open_consultation_then_the_vote_that_waits_for_her(
    app: Flask, town: Town
) -> None:
    with app.app_context():
        town.add_consultation("Les berges")
    assert "Les berges La mairie vous demande votre avis" in first_step(app, town.resident)

    with app.app_context():
        town.add_poll("Des bancs ?")
    assert "Des bancs ? C’est à vous de voter" in first_step(app, town.resident)


def test_an_agent_reads_the_request_that_nobody_took_before_anything_else(app: Flask, town: Town) -> None:
    with app.app_context():
        town.add_consultation("Les berges")
        leave_without_volunteer(town)

    assert "1 demande restée sans bénévole" in first_step(app, town.agent)
    page = text_of(sign_in(app, town.agent), "/")
    assert "À la mairie" in page
    assert "Saisir une demande par téléphone" in page
    assert "À la mairie" not in text_of(sign_in(app, town.resident), "/")


def test_a_councillor_finds_her_consultations_and_is_not_asked_for_her_own_opinion(
    app: Flask, town: Town
) -> None:
    with app.app_context():
        isabelle = add_person("Isabelle", lives_in=town.place, roles=((Role.COUNCILLOR, town.id),))
        own = town.add_consultation("Les berges")
        town.add_consultation("En préparation", is_published=False)
        db.session.execute(
            sa.text("UPDATE consultation SET author_id = :id WHERE id = :own"), {"id": isabelle, "own": own}
        )
        db.session.commit()

    assert "Les berges" not in first_step(app, isabelle)
    assert "Vos consultations" in text_of(sign_in(app, isabelle), "/")


def test_a_volunteer_and_the_voice_of_an_association_find_their_own(app: Flask, town: Town) -> None:
    with app.app_context():
        town.post_offer("Petits travaux")
        people.add_organisation(
            name="La Roue libre", territory_id=town.id, member_ids=[town.resident], is_verified=True
        )
    assert "Me dire disponible" in first_step(app, town.resident)
    signed_in = sign_in(app, town.resident)
    home = signed_in.get("/").get_data(as_text=True)
    assert "La Roue libre" in home
    asked = re.search(r'href="(/entraide/propositions/nouvelle\?organisation_id=(\d+))"', home)
    assert asked
    form = signed_in.get(asked.group(1)).get_data(as_text=True)
    assert re.search(rf'<option value="{asked.group(2)}"\s+selected>La Roue libre', form)

    with app.app_context():
        set_duty(actor_of(town.resident), on=True)
    assert "Vous êtes disponible" in text_of(sign_in(app, town.resident), "/")


@pytest.mark.parametrize("who", ["passer-by", "resident"])
def test_everybody_finds_the_result_of_the_last_vote_and_no_total_before_its_end(
    app: Flask, town: Town, who: str
) -> None:
    client = app.test_client() if who == "passer-by" else sign_in(app, town.resident)
    with app.app_context():
        poll = town.add_poll("Que planter ?", has_voted=True)
    assert "Résultat du dernier vote" not in text_of(client, "/")

    with app.app_context():
        vote_and_close(poll)
    page = text_of(client, "/")
    assert "Arrivée en tête : Des tilleuls" in page
    assert f'href="/scrutins/{poll}/resultat"' in page


@pytest.mark.parametrize("who", ["passer-by", "resident"])
def test_everybody_finds_what_became_of_proposals_once_the_answer_is_published(
    app: Flask, town: Town, who: str
) -> None:
    client = app.test_client() if who == "passer-by" else sign_in(app, town.resident)
    now = utc_now()
    with app.app_context():
        proposal = town.add_proposal(town.add_consultation("Les berges"), "Des bancs à l’ombre")
        with transaction():
            answer = Answer(
                proposal_id=proposal, decision=Decision.ACCEPTED, body_source="Oui.", body_html="<p>Oui.</p>",
                state=AnswerState.DRAFT, created_at=now,
            )  # fmt: skip
            db.session.add(answer)
    assert "Ce que sont devenues vos propositions" not in text_of(client, "/")

    with app.app_context(), transaction():
        db.session.execute(sa.update(Answer).values(state=AnswerState.PUBLISHED, published_at=now))
    page = text_of(client, "/")
    assert "Ce que sont devenues vos propositions" in page
    assert f'href="/propositions/{proposal}"' in page

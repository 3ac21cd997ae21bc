"""An answer drafted is not an answer published."""

import pytest
from flask import Flask

from civic.accounts.models import Role
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.events import after_commit
from civic.proposals import queries
from civic.proposals.errors import NothingToAnswer
from civic.proposals.events import AnswerPublished
from civic.proposals.rules import Decision
from civic.proposals.service.answering import draft_answer, publish_answer, publish_answers
from tests.conftest import actor_of, add_person, add_town, bearer, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.making import add_proposal, held

SECRET = "La grille sera déposée"


def staff(town: int) -> tuple[Actor, Actor]:
    """Return a councillor and an agent."""
    return (
        actor_of(add_person("Isabelle", roles=((Role.COUNCILLOR, town),))),
        actor_of(add_person("Agent", roles=((Role.AGENT, town),))),
    )


def answers_to(proposal_id: int) -> list[tuple[Decision, str]]:
    view = queries.view_proposal(queries.get_proposal(proposal_id), reader_id=None)
    return [(answer.decision, answer.body_html) for answer in view.answers]


def test_an_agent_drafts_a_councillor_publishes_and_news_is_another_answer(app_context: Flask) -> None:
    town, places = add_town()
    mayor, agent = staff(town)
    author = add_person("Ada", lives_in=places[0])
    proposal_id = add_proposal(town, author=author)
    told: list[AnswerPublished] = []
    after_commit(AnswerPublished)(told.append)

    draft_answer(agent, proposal_id=proposal_id, decision=Decision.REFUSED, body="Non")
    draft_answer(agent, proposal_id=proposal_id, decision=Decision.STUDYING, body="**Peut-être**")
    assert answers_to(proposal_id) == []
    publish_answer(mayor, proposal_id=proposal_id)
    draft_answer(mayor, proposal_id=proposal_id, decision=Decision.DONE, body="C’est fait")

    assert answers_to(proposal_id) == [(Decision.STUDYING, "<p><strong>Peut-être</strong></p>\n")]
    publish_answer(mayor, proposal_id=proposal_id)
    assert [decision for decision, _ in answers_to(proposal_id)] == [Decision.DONE, Decision.STUDYING]
    assert [fact.author_id for fact in told] == [author, author]


def test_nobody_else_drafts_or_publishes(app_context: Flask) -> None:
    town, places = add_town()
    mayor, agent = staff(town)
    ada = actor_of(add_person("Ada", lives_in=places[0]))
    proposal_id = add_proposal(town, author=ada.id)
    consultation = queries.get_proposal(proposal_id).consultation_id
    draft_answer(mayor, proposal_id=proposal_id, decision=Decision.ACCEPTED, body="Oui")
    before = held()

    for who, refusal in ((ada, NotAllowed), (ANONYMOUS, NotSignedIn)):
        with pytest.raises(refusal):
            draft_answer(who, proposal_id=proposal_id, decision=Decision.ACCEPTED, body="Oui !")
    for who, refusal in ((ada, NotAllowed), (agent, NotAllowed), (ANONYMOUS, NotSignedIn)):
        with pytest.raises(refusal):
            publish_answer(who, proposal_id=proposal_id)
        with pytest.raises(refusal):
            publish_answers(who, consultation_id=consultation)
    assert held() == before


def test_without_a_draft_nothing_is_published(app_context: Flask) -> None:
    town, _ = add_town()
    mayor, _ = staff(town)
    proposal_id = add_proposal(town)

    with pytest.raises(NothingToAnswer):
        publish_answer(mayor, proposal_id=proposal_id)
    with pytest.raises(NothingToAnswer):
        publish_answers(mayor, consultation_id=queries.get_proposal(proposal_id).consultation_id)
    assert answers_to(proposal_id) == []


def test_the_answers_of_a_consultation_are_published_together_or_not_at_all(app_context: Flask) -> None:
    town, _ = add_town()
    mayor, _ = staff(town)
    consultation = add_consultation(town)
    proposals = [add_proposal(town, consultation=consultation) for _ in range(3)]
    for proposal_id in proposals:
        draft_answer(mayor, proposal_id=proposal_id, decision=Decision.ACCEPTED, body="Oui")
    told: list[int] = []
    after_commit(AnswerPublished)(lambda fact: told.append(fact.proposal_id))

    assert publish_answers(mayor, consultation_id=consultation) == 3
    assert [len(answers_to(proposal_id)) for proposal_id in proposals] == [1, 1, 1]
    with pytest.raises(NothingToAnswer):
        publish_answers(mayor, consultation_id=consultation)
    assert told == proposals


def test_a_drafted_answer_is_on_no_page_and_in_no_call_for_residents(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        mayor, _ = staff(town)
        ada = add_person("Ada", lives_in=places[0])
        proposal_id = add_proposal(town, author=ada)
        consultation = queries.get_proposal(proposal_id).consultation_id
        draft_answer(mayor, proposal_id=proposal_id, decision=Decision.PARTLY_ACCEPTED, body=SECRET)
    addresses = [
        f"/propositions/{proposal_id}",
        f"/consultations/{consultation}",
        f"/api/v1/proposals/{proposal_id}",
        f"/api/v1/consultations/{consultation}/proposals",
    ]
    for client in (app.test_client(), sign_in(app, ada)):
        for address in addresses:
            page = client.get(address).get_data(as_text=True)
            assert SECRET not in page
            assert "partly_accepted" not in page
            assert "Retenue en partie" not in page
            assert "Réponse préparée" not in page
    assert sign_in(app, ada).get(f"/propositions/{proposal_id}/reponse").status_code == 403
    assert sign_in(app, ada).get(f"/consultations/{consultation}/reponses").status_code == 403

    browser = sign_in(app, mayor.id)
    assert SECRET in browser.get(f"/propositions/{proposal_id}/reponse").get_data(as_text=True)
    assert "Réponse préparée" in browser.get(f"/consultations/{consultation}/reponses").get_data(as_text=True)
    post_form(browser, f"/consultations/{consultation}/reponses/publication")
    assert SECRET in app.test_client().get(addresses[0]).get_data(as_text=True)
    assert app.test_client().get(addresses[2]).json["answer"]["decision"] == "partly_accepted"  # type: ignore[index]


def test_over_the_api_a_councillor_drafts_then_publishes(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mayor, _ = staff(town)
        proposal_id = add_proposal(town)
    client, headers = app.test_client(), bearer(app, mayor.id)
    address = f"/api/v1/proposals/{proposal_id}/answer"

    assert client.put(address, headers=headers, json={"decision": "perhaps", "body": ""}).status_code == 422
    assert client.put(address, headers=headers, json={"decision": "done", "body": SECRET}).status_code == 204
    published = client.post(f"{address}/publication", headers=headers)
    assert published.json["answer"]["decision"] == "done"  # type: ignore[index]
    again = client.post(f"{address}/publication", headers=headers)
    assert (again.status_code, again.json["code"]) == (409, "no_answer_drafted")  # type: ignore[index]


def test_a_councillor_publishes_what_she_read_again_and_not_an_older_draft(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mayor, agent = staff(town)
        proposal_id = add_proposal(town)
        draft_answer(agent, proposal_id=proposal_id, decision=Decision.REFUSED, body="Non, jamais")
        before = held()
    address = f"/propositions/{proposal_id}/reponse"
    browser, said = sign_in(app, mayor.id), {"decision": "accepted", "body": "**Oui**, au printemps"}

    assert post_form(sign_in(app, agent.id), f"{address}/relecture", **said).status_code == 403  # type: ignore[attr-defined]
    assert post_form(sign_in(app, agent.id), f"{address}/publication", **said).status_code == 403  # type: ignore[attr-defined]
    assert post_form(browser, f"{address}/publication").status_code == 422  # type: ignore[attr-defined]
    review = post_form(browser, f"{address}/relecture", **said).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "<strong>Oui</strong>, au printemps" in review
    assert "Non, jamais" not in review
    with app.app_context():
        assert held() == before

    once = {"idempotency_key": "k" * 20, "written_by": mayor.id}
    for _ in range(2):
        assert post_form(browser, f"{address}/publication", **said, **once).status_code == 302  # type: ignore[attr-defined]
    with app.app_context():
        assert answers_to(proposal_id) == [(Decision.ACCEPTED, "<p><strong>Oui</strong>, au printemps</p>\n")]
        assert queries.find_draft_answer(proposal_id) is None


def test_an_answer_has_its_essential_in_plain_words_beside_it_and_alone(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mayor, _ = staff(town)
        proposal_id = add_proposal(town)
    address = f"/propositions/{proposal_id}/reponse"
    browser, stranger = sign_in(app, mayor.id), app.test_client()
    essential = "La mairie dit oui. Le banc arrive le lundi 3 mai."
    said = {"decision": "accepted", "body": "Nous avons délibéré.", "plain_text": essential}
    long = post_form(browser, address, **{**said, "plain_text": "a" * 801})
    checked = post_form(browser, address, **{**said, "plain_text": essential}, check_plain_text="1")
    assert (long.status_code, checked.status_code) == (422, 200)  # type: ignore[attr-defined]
    assert 'href="#field-plain_text"' in long.get_data(as_text=True)  # type: ignore[attr-defined]
    assert "Nous avons délibéré." in checked.get_data(as_text=True)  # type: ignore[attr-defined]
    with app.app_context():
        assert queries.find_draft_answer(proposal_id) is None
    assert essential not in stranger.get(f"{address}/essentiel").get_data(as_text=True)

    assert essential in post_form(browser, f"{address}/relecture", **said).get_data(as_text=True)  # type: ignore[attr-defined]
    once = {"idempotency_key": "k" * 20, "written_by": mayor.id}
    post_form(browser, f"{address}/publication", **said, **once)

    for page in (f"/propositions/{proposal_id}", f"{address}/essentiel"):
        assert essential in stranger.get(page).get_data(as_text=True)
    assert stranger.get(f"/api/v1/proposals/{proposal_id}").get_json()["answer"]["plain_text"] == essential

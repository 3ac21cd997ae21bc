"""Proposals on pages and over the API."""

from flask import Flask

from civic.consultations.rules import Activity
from civic.kernel.clock import utc_now
from civic.proposals import queries
from civic.proposals.rules import Side
from civic.proposals.service.hiding import set_proposal_hidden
from civic.proposals.service.taking_part import publish_argument, support_proposal
from tests.conftest import actor_of, add_person, add_town, bearer, post_form, sign_in
from tests.consultations.making import add_consultation, phase
from tests.consultations.test_doors import count_queries, text
from tests.proposals.making import WITHOUT, add_proposal, counts_of, held

IDEA = {"title": "Un banc à l’ombre", "body": "Devant le lavoir, **à l’ombre**.", "category": "nature"}


def test_a_resident_proposes_supports_and_argues_on_pages(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        consultation = add_consultation(town)
        ada = add_person("Ada", lives_in=places[0])
    client = sign_in(app, ada)
    form = text(client.get(f"/consultations/{consultation}/propositions/nouvelle"))
    assert f'value="{places[0]}" selected' in form

    made = post_form(
        client, f"/consultations/{consultation}/propositions/nouvelle", **IDEA, territory_id=town
    )
    address = made.location.removesuffix("?enregistre=1")  # type: ignore[attr-defined]
    assert "<strong>à l’ombre</strong>" in text(client.get(address))
    post_form(client, f"{address}/soutien")
    assert "Retirer mon soutien" in text(client.get(address))
    post_form(client, f"{address}/soutien")  # a second click, before the page came back
    assert "1 soutien" in text(client.get(address))
    post_form(client, f"{address}/soutien/retrait")
    assert "Aucun soutien" in text(client.get(address))
    post_form(client, f"{address}/arguments", side="for", body="On s’y repose.")
    assert "On s’y repose." in text(app.test_client().get(address))
    assert "Un banc à l’ombre" in text(app.test_client().get(f"/consultations/{consultation}"))


def test_forms_with_mistakes_come_back_filled_in(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        proposal_id = add_proposal(town)
        consultation = queries.get_proposal(proposal_id).consultation_id
        ada = add_person("Ada", lives_in=places[0])
        before = held()
    client = sign_in(app, ada)

    answer = post_form(
        client,
        f"/consultations/{consultation}/propositions/nouvelle",
        title="Non",
        body="Le texte que je garde.",
    )
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "Le texte que je garde." in text(answer)
    assert 'id="field-title-error"' in text(answer)
    answer = post_form(client, f"/propositions/{proposal_id}/arguments", body="Mon argument écrit")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "Mon argument écrit" in text(answer)
    with app.app_context():
        assert held() == before


def test_a_phase_that_closed_while_somebody_was_writing_loses_no_text(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        consultation = add_consultation(town, opens_at=phase(-5).opens_at, closes_at=phase(-1).opens_at)
        ada = add_person("Ada", lives_in=places[0])
    client = sign_in(app, ada)

    assert client.get(f"/consultations/{consultation}/propositions/nouvelle").status_code == 409
    answer = post_form(
        client, f"/consultations/{consultation}/propositions/nouvelle", **IDEA, territory_id=town
    )

    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert "C’est terminé : la phase qui le permettait a pris fin le" in text(answer)
    assert "Devant le lavoir" in text(answer)


def test_who_is_signed_out_reads_everything_and_is_asked_to_sign_in_to_act(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        proposal_id = add_proposal(town)
        consultation = queries.get_proposal(proposal_id).consultation_id
    client = app.test_client()

    page = text(client.get(f"/propositions/{proposal_id}"))
    assert "Connectez-vous pour soutenir" in page
    assert "Connectez-vous pour donner un argument" in page
    assert "/soutien" not in page
    answer = client.get(f"/consultations/{consultation}/propositions/nouvelle")
    assert "/compte/connexion?next=/consultations/" in answer.location
    assert "Un banc à l’ombre" in text(client.get(f"/consultations/{consultation}"))


def test_pages_offer_only_what_can_be_done(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        elsewhere = add_town()[0]
        closed = add_proposal(town, consultation=add_consultation(town, activities=WITHOUT[Activity.SUPPORT]))
        shown = add_proposal(town)
        ada, eve = add_person("Ada", lives_in=places[0]), add_person("Eve", lives_in=elsewhere)

    assert "/soutien" not in text(sign_in(app, ada).get(f"/propositions/{closed}"))
    assert "/soutien" in text(sign_in(app, ada).get(f"/propositions/{shown}"))
    stranger = text(sign_in(app, eve).get(f"/propositions/{shown}"))
    assert "/soutien" not in stranger
    assert 'id="donner-un-argument"' not in stranger


def test_a_hidden_proposal_is_a_missing_page_but_for_its_author_who_is_told(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        ada = add_person("Ada", lives_in=places[0])
        proposal_id = add_proposal(town, author=ada)
        set_proposal_hidden(proposal_id=proposal_id, is_hidden=True, now=utc_now())
    for address in (
        f"/propositions/{proposal_id}",
        f"/api/v1/proposals/{proposal_id}",
        f"/api/v1/proposals/{proposal_id}/arguments",
    ):
        assert app.test_client().get(address).status_code == 404

    assert "Votre proposition est masquée" in text(sign_in(app, ada).get(f"/propositions/{proposal_id}"))


def test_an_author_edits_and_withdraws_on_pages(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        ada = add_person("Ada", lives_in=places[0])
        proposal_id = add_proposal(town, author=ada)
    client = sign_in(app, ada)
    assert "Devant le lavoir." in text(client.get(f"/propositions/{proposal_id}/modifier"))

    post_form(
        client,
        f"/propositions/{proposal_id}/modifier",
        **{**IDEA, "title": "Deux bancs"},
        territory_id=town,
        version="1",
    )
    assert "Deux bancs" in text(app.test_client().get(f"/propositions/{proposal_id}"))
    post_form(client, f"/propositions/{proposal_id}/retrait")
    assert app.test_client().get(f"/propositions/{proposal_id}").status_code == 404


def test_over_the_api_support_is_idempotent_and_arguments_are_listed(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        consultation = add_consultation(town)
        ada = add_person("Ada", lives_in=places[0])
    client, headers = app.test_client(), bearer(app, ada)

    made = client.post(
        f"/api/v1/consultations/{consultation}/proposals",
        headers=headers,
        json={**IDEA, "territory_id": places[0]},
    )
    assert made.status_code == 201
    address = f"/api/v1/proposals/{made.json['id']}"  # type: ignore[index]
    for _ in range(2):
        assert client.put(f"{address}/support", headers=headers).json == {
            "support_count": 1,
            "is_supported": True,
        }
    assert client.get(address, headers=headers).json["is_supported"] is True  # type: ignore[index]
    assert client.get(address).json["is_supported"] is False  # type: ignore[index]
    for _ in range(2):
        assert client.delete(f"{address}/support", headers=headers).json == {
            "support_count": 0,
            "is_supported": False,
        }
    for side in Side:
        argument = {"side": side.value, "body": f"Un mot : {side}"}
        assert client.post(f"{address}/arguments", headers=headers, json=argument).status_code == 201
    assert client.get(f"{address}/arguments?side=against").json["total"] == 1  # type: ignore[index]
    assert client.get(f"{address}/arguments?page_size=2").json["pages"] == 2  # type: ignore[index]
    assert client.put(f"{address}/support", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/api/v1/consultations/999/proposals").status_code == 404


def test_long_lists_cost_as_many_queries_as_short_ones(app: Flask) -> None:
    client = app.test_client()
    with app.app_context():
        town, places = add_town()
        consultation = add_consultation(town)
        argued = add_proposal(town, consultation=consultation)
    addresses = (
        f"/consultations/{consultation}",
        f"/propositions/{argued}",
        f"/api/v1/consultations/{consultation}/proposals?page_size=100",
        f"/api/v1/proposals/{argued}/arguments?page_size=100",
    )
    costs = []
    for size in (3, 27):
        with app.app_context():
            for number in range(size):
                author = add_person(f"Autrice {number}", lives_in=places[number % 3])
                each = add_proposal(town, author=author, consultation=consultation, place=places[number % 3])
                support_proposal(actor_of(author), proposal_id=each)
                for side in Side:
                    publish_argument(actor_of(author), proposal_id=argued, side=side, body="Un mot")
        costs.append(
            [count_queries(app, lambda address=address: client.get(address)) for address in addresses]
        )

    assert costs[0] == costs[1]
    assert client.get(addresses[2]).json["total"] == 31  # type: ignore[index]
    assert client.get(addresses[3]).json["total"] == 90  # type: ignore[index]
    with app.app_context():
        assert counts_of(argued) == (0, 90)

"""Petitions by page and by JSON."""

import json
import re
from datetime import timedelta

from flask import Flask

from civic.accounts.models import Role
from civic.kernel.clock import town_today, utc_now
from civic.pages.service import reindex_everything
from civic.petitions.rules import PetitionText
from civic.petitions.service.launching import submit_petition
from civic.petitions.service.signing import count_sheet
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.petitions.making import TEXT, add_open_petition, agent, resident, stored, take_petitions
from tests.petitions.test_signing import sign

WRITTEN = {"title": TEXT.title, "ask": TEXT.ask, "why": TEXT.why}


def text_of(answer: object) -> str:
    return plain(re.sub(r"\s+", " ", answer.get_data(as_text=True)))  # type: ignore[attr-defined]


def test_a_petition_goes_from_a_form_to_the_council_by_pages_alone(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada, ines = resident(place), agent(town)
        take_petitions(town, threshold=1)
    author, desk = sign_in(app, ada.id), sign_in(app, ines.id)

    assert post_form(author, "/petitions/nouvelle", **WRITTEN).status_code == 302
    assert TEXT.title in text_of(desk.get("/bureau/petitions"))
    assert app.test_client().get("/petitions/1").status_code == 404
    assert post_form(desk, "/bureau/petitions/1/ouverture").status_code == 302
    page = text_of(app.test_client().get("/petitions/1"))
    assert "Aucune signature sur 1" in page
    assert "Connectez-vous pour signer" in page

    assert post_form(author, "/petitions/1/signature", is_shown="true").status_code == 302
    assert "Vous avez signé cette pétition." in text_of(author.get("/petitions/1"))
    assert "Ada" in text_of(app.test_client().get("/petitions/1/signataires"))
    assert "doit se prononcer" in text_of(author.get("/petitions/1"))

    day = town_today()
    assert post_form(desk, "/bureau/petitions/1/ordre-du-jour", agenda_on=day.isoformat()).status_code == 302
    decided = {
        "outcome": "adopted",
        "text": "Le conseil vote les travaux.",
        "deliberated_on": day.isoformat(),
    }
    refused = post_form(desk, "/bureau/petitions/1/decision", **{**decided, "outcome": ""})
    assert refused.status_code == 422
    assert "Le conseil vote les travaux." in text_of(refused)
    assert post_form(desk, "/bureau/petitions/1/decision", **decided).status_code == 302
    assert "Ce que le conseil municipal a décidé" in text_of(app.test_client().get("/petitions/1"))


def test_a_form_that_fails_comes_back_filled_in(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada, ines = resident(place, born_on=None), agent(town)
        petition = add_open_petition(town, resident(place, "Bob"))
    author, desk = sign_in(app, ada.id), sign_in(app, ines.id)

    short = post_form(author, "/petitions/nouvelle", **{**WRITTEN, "title": "Non"})
    assert short.status_code == 422
    assert "Elle est fermée depuis un an." in text_of(short)
    undated = post_form(author, f"/petitions/{petition}/signature", is_shown="true")
    assert undated.status_code == 422
    assert "Écrivez votre date de naissance" in text_of(undated)
    sheet = post_form(desk, f"/bureau/petitions/{petition}/feuilles", number="3", lines="Marie Durand 1961")
    assert sheet.status_code == 422
    assert "Ligne 1" in text_of(sheet)
    assert "Marie Durand 1961" in text_of(sheet)
    rules = {"share_percent": "10", "least_age": "16", "days": "90", "decision_days": "90", "is_open": "true"}
    unknown = post_form(desk, "/bureau/petitions/regles", **rules)
    assert unknown.status_code == 422
    assert "combien de personnes y sont inscrites" in text_of(unknown)
    refusal = post_form(
        desk, "/bureau/petitions/regles", **{**rules, "roll_size": "6391", "roll_on": "2026-01-05"}
    )
    assert refusal.status_code == 302
    assert "640 signatures" in text_of(app.test_client().get("/petitions"))


def test_names_are_read_of_who_agrees_alone(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        shown, hidden = resident(place, "Marguerite Vue"), resident(place, "Léontine Cachée")
        petition = add_open_petition(town, resident(place, "Bob"), threshold=9)
        sign(shown, petition, is_shown=True)
        sign(hidden, petition, wants_news=True)
        count_sheet(agent(town), petition_id=petition, number=1, lines="Octavie Papier 2/5/1970")
        ines = add_person("Inès", roles=((Role.AGENT, town),))
    readers = [app.test_client(), sign_in(app, ines)]

    for reader in readers:
        for path in ("", "/signataires", "/feuille"):
            page = text_of(reader.get(f"/petitions/{petition}{path}"))
            assert "Léontine" not in page
            assert "Octavie" not in page
        names = reader.get(f"/api/v1/petitions/{petition}/names").get_json()
        assert names["items"] == ["Marguerite Vue"]
    assert "Octavie" not in text_of(readers[1].get(f"/bureau/petitions/{petition}/feuilles"))
    assert "3 signatures sur 9" in text_of(readers[0].get(f"/petitions/{petition}"))


def test_a_program_launches_signs_counts_and_decides(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada, ines = resident(place), agent(town)
    hers, desk, api = bearer(app, ada.id), bearer(app, ines.id), app.test_client()
    rules = {"is_open": True, "threshold": 2, "least_age": 16, "days": 30, "decision_days": 60}

    assert api.put(f"/api/v1/territories/{town}/petition-rules", json=rules, headers=hers).status_code == 403
    assert api.get(f"/api/v1/territories/{town}/petition-rules").get_json()["is_open"] is False
    assert api.put(f"/api/v1/territories/{town}/petition-rules", json=rules, headers=desk).status_code == 204
    made = api.post(f"/api/v1/territories/{town}/petitions", json=WRITTEN, headers=hers)
    one = f"/api/v1/petitions/{made.get_json()['id']}"
    assert api.get(one).status_code == 404
    assert api.post(f"{one}/admission", headers=desk).status_code == 204
    assert api.put(f"{one}/signature", json={}, headers=hers).get_json() == {
        "signature_count": 1,
        "has_signed": True,
    }
    sheet = api.post(
        f"{one}/sheets", json={"number": 1, "lines": "Ada 14/03/1961\nYann Roux 1/1/1980"}, headers=desk
    )
    assert (sheet.get_json()["counted"], sheet.get_json()["already"]) == (1, 1)
    seen = api.get(one).get_json()
    assert (seen["state"], seen["online_count"], seen["paper_count"]) == ("awaiting", 1, 1)
    decided = {
        "outcome": "rejected",
        "text": "Le conseil ne retient pas la demande.",
        "deliberated_on": town_today().isoformat(),
    }
    assert api.post(f"{one}/decision", json=decided, headers=desk).status_code == 204
    again = api.post(f"{one}/decision", json=decided, headers=desk)
    assert (again.status_code, json.loads(again.data)["code"]) == (409, "wrong_petition_state")


def test_a_petition_is_found_followed_fed_and_flagged(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        petition = add_open_petition(town, resident(place))
        reindex_everything()
        bob = resident(place, "Bob")
        closes = stored(petition).closes_at
        assert closes is not None
        assert closes > utc_now() + timedelta(days=29)
    stranger, reader = app.test_client(), sign_in(app, bob.id)

    assert TEXT.title in text_of(stranger.get("/recherche?q=passerelle"))
    assert TEXT.title in text_of(stranger.get("/flux.atom"))
    followed = post_form(reader, "/notifications/suivis", kind="petition", key=str(petition), rhythm="daily")
    assert followed.status_code == 302
    assert TEXT.title in text_of(reader.get("/notifications/suivis"))
    flagged = post_form(
        reader, f"/signalements/nouveau/petition/{petition}", reason="off_topic", text="Hors sujet"
    )
    assert flagged.status_code == 302


def test_who_examines_a_petition_is_shown_what_asks_it_already(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        author = resident(place)
        open_one = add_open_petition(town, author)
        alike = submit_petition(author, territory_id=town, text=TEXT)
        other = PetitionText(
            "Un toit pour les boulistes", "Couvrir les trois terrains de pétanque.", "Il y pleut souvent."
        )
        apart = submit_petition(author, territory_id=town, text=other)
        desk = sign_in(app, agent(town).id)

    assert f'/petitions/{open_one}"' in text_of(desk.get(f"/bureau/petitions/{alike}"))
    page = text_of(desk.get(f"/bureau/petitions/{apart}"))
    assert "n’emploie les mêmes mots" in page
    assert f'/petitions/{open_one}"' not in page


def test_a_councillor_is_led_from_the_first_page_of_a_consultation_to_the_rules(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        elue = actor_of(add_person("Élue", roles=((Role.COUNCILLOR, town),)))
    page = text_of(sign_in(app, elue.id).get("/consultations/nouvelle"))

    assert "Ce sont les habitants qui la lancent" in page
    assert "/bureau/petitions/regles" in page

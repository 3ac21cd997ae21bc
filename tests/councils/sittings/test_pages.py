"""The pages of a sitting, without a script: prepared, called, followed, led, projected, minuted; and the same over JSON and live."""

import hashlib
from typing import Any

import pytest
from flask import Flask

from civic.councils.sittings import asking, leading, queries
from civic.extensions import socketio
from civic.kernel.clock import town_today
from civic.kernel.database import db
from civic.kernel.outbox import deliver_due
from tests.conftest import bearer, plain, post_form, sign_in
from tests.councils.sittings.making import Sat

BASE = "/conseils-de-quartier"


def read(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return plain(answer.get_data(as_text=True))


@pytest.fixture
def sat(app: Flask) -> Sat:
    with app.app_context():
        return Sat(in_hours=0.4)


@pytest.fixture
def begun(app: Flask) -> Sat:
    with app.app_context():
        sat = Sat(
            in_hours=0
        )  # one that begins later may begin tomorrow, and its minutes are not approved today
        sat.begin()
        leading.open_item(sat.chair, item_id=sat.items[0])
    return sat


def test_a_chair_prepares_and_calls_and_a_resident_says_that_she_comes(app: Flask, sat: Sat) -> None:
    chair, rose, stranger = sign_in(app, sat.ada), sign_in(app, sat.rose.id), app.test_client()
    sitting = f"{BASE}/seances/{sat.sitting}"

    failed = post_form(chair, f"{sitting}/points", title="Ok", presenter="Mme Ouazzani")
    assert failed.status_code == 422
    assert "Mme Ouazzani" in failed.get_data(as_text=True)
    assert post_form(chair, f"{sitting}/points", title="Divers", link="javascript:x").status_code == 422
    assert post_form(chair, f"{sitting}/points", title="Divers", link="/imprimer").status_code == 302
    assert post_form(chair, f"{BASE}/points/{sat.items[2]}/place", direction="up").status_code == 302
    assert "Divers" in read(chair, f"{sitting}/preparer")
    assert post_form(chair, f"{sitting}/places", places="1").status_code == 302

    assert "2 membres la reçoivent" in read(chair, f"{sitting}/convocation")
    assert post_form(chair, f"{sitting}/convocation").status_code == 302
    again = post_form(chair, f"{sitting}/convocation")
    assert again.status_code == 409
    assert "déjà partie" in plain(again.get_data(as_text=True))
    assert "Chloé" in read(chair, f"{sitting}/convocation/imprimer")

    assert post_form(rose, f"{sitting}/venue").status_code == 302
    assert "Je ne viens plus" in read(rose, sitting)
    full = post_form(sign_in(app, sat.yves.id), f"{sitting}/venue")
    assert full.status_code == 409
    assert "Toutes les places sont prises" in plain(full.get_data(as_text=True))
    page = read(stranger, sitting)
    assert "1 personne a dit qu’elle vient." in page
    assert "Convocation envoyée aux membres" in page
    assert "Tour de salle" in stranger.get(f"{sitting}.ics").get_data(as_text=True)
    assert rose.get(f"{sitting}/preparer").status_code == 403


def test_a_sitting_is_led_and_followed_without_a_script(app: Flask, sat: Sat) -> None:
    chair, rose, stranger = sign_in(app, sat.ada), sign_in(app, sat.rose.id), app.test_client()
    live = f"{BASE}/seances/{sat.sitting}/direct"
    roll = {f"seat-{sat.seats[name]}": "present" for name in ("Ada", "Bob", "Chloé")}
    assert "n’est pas commencée" in read(stranger, live)

    opening = f"{BASE}/seances/{sat.sitting}/ouverture"
    nobody = post_form(chair, opening, chair_seat_id=sat.seats["Dan"], quorum_percent="50", **roll)
    assert nobody.status_code == 422
    assert "Dites qui préside" in plain(nobody.get_data(as_text=True))
    post_form(chair, opening, chair_seat_id=sat.seats["Ada"], quorum_percent="50", **roll)
    assert post_form(chair, f"{BASE}/points/{sat.items[0]}/ouverture").status_code == 302
    other = post_form(chair, f"{BASE}/points/{sat.items[1]}/ouverture")
    assert other.status_code == 409
    assert "Un point est déjà ouvert" in plain(other.get_data(as_text=True))

    page = read(stranger, live)
    assert "Quorum atteint : 3 présents sur 4, il en fallait 3." in page
    assert "Point 1, en ce moment" in page
    assert "Conduire la séance" not in page
    asked = post_form(rose, f"{BASE}/points/{sat.items[0]}/questions", text="Qui ouvre le local ?")
    assert asked.status_code == 302
    post_form(chair, f"{BASE}/questions/1/soutien")
    assert 'data-question-supports="1">1</strong>' in read(stranger, live)
    assert post_form(chair, f"{BASE}/questions/1", state="set_aside").status_code == 422
    post_form(chair, f"{BASE}/questions/1", state="answered", words="Mme Ouazzani")
    assert "Mme Ouazzani" in read(stranger, live)

    post_form(chair, f"{BASE}/points/{sat.items[0]}/suivant")
    late = post_form(rose, f"{BASE}/points/{sat.items[0]}/questions", text="Une autre, trop tard ?")
    assert late.status_code == 409
    assert "Une autre, trop tard ?" in late.get_data(as_text=True)
    assert post_form(rose, f"{BASE}/points/{sat.items[1]}/fermeture").status_code == 403


def test_the_wall_shows_the_item_its_questions_and_nothing_to_press(app: Flask, begun: Sat) -> None:
    with app.app_context():
        asking.ask_question(begun.rose, item_id=begun.items[0], text="Qui ouvre le local ?")
    page = read(sign_in(app, begun.ada), f"{BASE}/seances/{begun.sitting}/projection")

    assert "Tour de salle" in page
    assert "Qui ouvre le local ?" in page
    assert '<meta http-equiv="refresh"' in page
    assert "<form" not in page
    assert "<button" not in page.split("data-live-toast")[0]
    assert f'data-live-room="sitting:{begun.sitting}"' in page
    assert "data-person-id" not in page


def test_minutes_go_from_draft_to_publication_by_the_pages(app: Flask, begun: Sat) -> None:
    chair, stranger = sign_in(app, begun.ada), app.test_client()
    sitting = f"{BASE}/seances/{begun.sitting}"
    minutes = f"{sitting}/compte-rendu"
    assert "n’est pas close" in read(chair, minutes)
    post_form(chair, f"{sitting}/cloture")
    post_form(chair, f"{minutes}/brouillon")
    with app.app_context():
        found = queries.find_minutes(begun.sitting)
        assert found is not None
        text = found.source
        db.session.rollback()

    assert post_form(chair, minutes, text=f"{text}\n\nMerci.", version="1").status_code == 302
    stale = post_form(chair, minutes, text=f"{text}\n\nDeux mains.", version="1")
    assert stale.status_code == 409
    assert "Deux mains." in stale.get_data(as_text=True)
    assert post_form(chair, f"{minutes}/publication").status_code == 409
    assert "Merci." not in read(stranger, sitting)
    assert stranger.get(f"{minutes}.txt").status_code == 404
    assert stranger.get(minutes).status_code == 302
    post_form(chair, f"{minutes}/approbation", version=2, approval="chair", on=town_today().isoformat())
    post_form(chair, f"{minutes}/publication")
    post_form(chair, f"{minutes}/rectifications", text="Lire : 9 h 30.")

    page = read(stranger, sitting)
    file = stranger.get(f"{minutes}.txt").get_data()
    assert hashlib.sha256(file).hexdigest() in page
    assert file.decode().endswith("Merci.")
    assert "Rectification du" in page
    assert "Lire : 9 h 30." in page


def test_the_same_over_json(app: Flask, begun: Sat) -> None:
    with app.app_context():
        chair, rose = bearer(app, begun.ada), bearer(app, begun.rose.id)
    client = app.test_client()
    item = f"/api/v1/agenda-items/{begun.items[0]}"

    asked = client.post(f"{item}/questions", json={"text": "Qui ouvre le local ?"}, headers=rose)
    assert asked.status_code == 201
    question = f"/api/v1/sitting-questions/{asked.json['id']}"
    assert client.put(f"{question}/support", headers=chair).json == {"supports": 1}
    outcome = {"state": "answered", "words": "Mme Ouazzani"}
    assert client.put(f"{question}/outcome", json=outcome, headers=rose).status_code == 403
    assert client.put(f"{question}/outcome", json=outcome, headers=chair).status_code == 204
    assert client.post(f"{item}/closing", headers=chair).status_code == 200
    state = f"/api/v1/sittings/{begun.sitting}/state"
    assert client.put(state, json={"state": "closed"}, headers=chair).status_code == 200

    live = app.test_client().get(f"/api/v1/sittings/{begun.sitting}/live").json
    assert (live["state"], live["open_item_id"]) == ("closed", None)
    assert live["items"][0]["questions"][0]["words"] == "Mme Ouazzani"
    assert app.test_client().get(f"/api/v1/sittings/{begun.sitting}/minutes").status_code == 404


def test_who_follows_is_told_that_something_moved_and_not_what_was_said(app: Flask, begun: Sat) -> None:
    stranger = socketio.test_client(app)
    answer = stranger.emit("sitting:follow", {"sitting_id": begun.sitting}, callback=True)
    assert answer["data"] == {
        "sitting_id": begun.sitting,
        "state": "open",
        "open_item_id": begun.items[0],
    }
    with app.app_context():
        deliver_due()
        stranger.get_received()
        question = asking.ask_question(begun.rose, item_id=begun.items[0], text="Qui ouvre ?")
        asking.support_question(begun.member, question_id=question)
        deliver_due()

    told = [(each["name"], each["args"][0]) for each in stranger.get_received()]
    assert told == [
        ("sitting:changed", {"sitting_id": begun.sitting}),
        (
            "sitting:supported",
            {"sitting_id": begun.sitting, "question_id": question, "supports": 1},
        ),
    ]
    assert socketio.test_client(app).emit("sitting:follow", {"sitting_id": 999}, callback=True)["ok"] is False


def test_a_member_is_asked_for_her_answer_and_takes_no_place_of_the_public(app: Flask) -> None:
    with app.app_context():
        sat = Sat()
    page = f"{BASE}/seances/{sat.sitting}"

    member, resident = read(sign_in(app, sat.bob), page), read(sign_in(app, sat.rose.id), page)

    assert "Je serai là" in member
    assert "Je viens" not in member
    assert "Je viens" in resident

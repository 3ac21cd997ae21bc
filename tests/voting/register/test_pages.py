"""The register and the receipt by pages, by JSON and on the command line."""

import io
import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.kernel.clock import utc_now
from civic.kernel.outbox import deliver_due
from civic.notifications.routes import DEMO_MAILBOX_PATH
from civic.voting.register.chain import LineKind, read_register
from tests.conftest import add_person, add_town, bearer, plain, post_form, sign_in
from tests.voting.builders import add_poll
from tests.voting.test_doors import poll_form


@pytest.fixture
def poll(app: Flask) -> dict[str, int]:
    with app.app_context():
        town, (place, *_) = add_town()
        people = {
            "ada": add_person("Ada", lives_in=place),
            "agent": add_person("Agnès", roles=((Role.AGENT, town),)),
        }
        poll_id, (yes, _) = add_poll(place)
    return {**people, "id": poll_id, "yes": yes, "place": place}


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return plain(answer.get_data(as_text=True))


def cast(app: Flask, poll: dict[str, int]) -> tuple[FlaskClient, str]:
    """Vote by the page; returns the browser, and the signed receipt that its next page holds."""
    ada = sign_in(app, poll["ada"])
    post_form(ada, f"/scrutins/{poll['id']}/bulletin", q1="c1")
    shown = ada.get(f"/scrutins/{poll['id']}/recepisse").get_data(as_text=True)
    found = re.search(r'name="receipt" value="([^"]+)"', shown)
    assert found, "no signed receipt on the page"
    return ada, unescape(found[1])


def test_a_stranger_reads_the_register_its_head_and_its_key(app: Flask, poll: dict[str, int]) -> None:
    stranger = app.test_client()

    shown = page(stranger, f"/scrutins/{poll['id']}/registre")
    head = read_register(stranger.get(f"/scrutins/{poll['id']}/registre.jsonl").get_data(as_text=True))[-1]
    assert "Scrutin figé" in shown
    assert " ".join(re.findall("....", head.hash)) in shown
    assert " ".join(re.findall("....", head.hash)) in page(stranger, f"/scrutins/{poll['id']}")
    assert "BEGIN PUBLIC KEY" in page(stranger, "/scrutins/recepisses-cle.pem")


def test_a_register_that_does_not_exist_is_not_found(app: Flask) -> None:
    for path in ("registre", "registre.jsonl", "recepisses.txt"):
        assert app.test_client().get(f"/scrutins/999999/{path}").status_code == 404


def test_the_list_of_receipts_is_not_found_before_the_first_hour(app: Flask, poll: dict[str, int]) -> None:
    assert app.test_client().get(f"/scrutins/{poll['id']}/recepisses.txt").status_code == 404


def test_changes_by_page_and_by_api_are_refused_and_the_register_names_the_door(
    app: Flask, poll: dict[str, int]
) -> None:
    agent = sign_in(app, poll["agent"])
    before = page(app.test_client(), f"/scrutins/{poll['id']}/regles.json")
    answers = [
        post_form(agent, f"/scrutins/{poll['id']}/modifier", **poll_form(poll["place"])),
        post_form(agent, f"/scrutins/{poll['id']}/suppression"),
        post_form(agent, f"/scrutins/{poll['id']}/ouverture", rules_hash="0" * 64),
    ]
    headers = bearer(app, poll["agent"])
    address = f"/api/v1/polls/{poll['id']}"
    client = app.test_client()
    answers.append(client.patch(address, json={"question": "Une autre question ?"}, headers=headers))
    answers.append(client.delete(address, headers=headers))
    answers.append(client.post(f"{address}/opening", json={}, headers=headers))
    answers.append(client.patch(address, json={"quorum_percent": 50}, headers=bearer(app, poll["ada"])))

    assert [answer.status_code for answer in answers] == [409, 409, 409, 409, 409, 409, 403]
    lines = read_register(client.get(f"/scrutins/{poll['id']}/registre.jsonl").get_data(as_text=True))
    assert [(line.content["act"], line.content["by"], line.content["door"]) for line in lines[1:]] == [
        ("change", "agent", "web"),
        ("delete", "agent", "web"),
        ("open", "agent", "web"),
        ("change", "agent", "api"),
        ("delete", "agent", "api"),
        ("open", "agent", "api"),
        ("change", "person", "api"),
    ]
    assert page(client, f"/scrutins/{poll['id']}/regles.json") == before
    assert (
        "Tentative refusée : modifier le scrutin. Par un agent de la mairie, par les pages du site."
        in page(client, f"/scrutins/{poll['id']}/registre?acts=true")
    )


def test_a_reader_compares_the_copy_that_she_kept(app: Flask, poll: dict[str, int]) -> None:
    stranger = app.test_client()
    kept = stranger.get(f"/scrutins/{poll['id']}/registre.jsonl").get_data()
    with time_machine.travel(utc_now() + timedelta(hours=1), tick=False), app.app_context():
        deliver_due(is_slow=False)

    def compare(content: bytes) -> str:
        answer = post_form(
            stranger,
            f"/scrutins/{poll['id']}/registre/comparaison",
            copy=(io.BytesIO(content), "copie.jsonl"),
        )
        return plain(answer.get_data(as_text=True))

    assert "n’a fait que s’allonger. 1 ligne est venue depuis." in compare(kept)
    assert "Votre copie est abîmée" in compare(kept.replace(b"frozen", b"thawed"))
    assert "Choisissez la copie du registre" in compare(b"")
    assert "Choisissez la copie du registre" in compare(b"\xff\xfe")


def test_a_resident_follows_a_register_and_stops(app: Flask, poll: dict[str, int]) -> None:
    ada = sign_in(app, poll["ada"])
    address = f"/scrutins/{poll['id']}/registre"
    assert "Suivre le registre" in page(ada, address)

    post_form(ada, f"{address}/suivi", follows="true")
    assert "Vous suivez ce registre." in page(ada, address)

    post_form(ada, f"{address}/suivi", follows="false")
    assert "Vous suivez ce registre." not in page(ada, address)


def test_a_voter_prints_saves_and_checks_her_receipt(app: Flask, poll: dict[str, int]) -> None:
    ada, signed = cast(app, poll)

    printed = post_form(ada, "/scrutins/recepisse/impression", receipt=signed)
    saved = post_form(ada, "/scrutins/recepisse/fichier", receipt=signed)
    checked = post_form(app.test_client(), "/scrutins/recepisse", receipt=saved.get_data(as_text=True))

    assert printed.status_code == 200
    assert "Photographiez le carré" in plain(printed.get_data(as_text=True))
    assert saved.headers["Content-Disposition"].startswith('attachment; filename="recepisse-')
    assert "Tout concorde" in plain(checked.get_data(as_text=True))


def test_a_receipt_that_was_not_signed_here_is_neither_printed_nor_found(
    app: Flask, poll: dict[str, int]
) -> None:
    ada, signed = cast(app, poll)
    forged = signed[:-1] + ("0" if signed[-1] != "0" else "1")

    assert post_form(ada, "/scrutins/recepisse/impression", receipt=forged).status_code == 422
    assert "ne concorde pas" in plain(
        post_form(ada, "/scrutins/recepisse", receipt=forged).get_data(as_text=True)
    )
    assert post_form(ada, "/scrutins/recepisse", receipt="civic-receipt-1 etc.").status_code == 422


def test_a_receipt_that_was_asked_for_by_mail_arrives_whole(app: Flask, poll: dict[str, int]) -> None:
    ada, signed = cast(app, poll)
    post_form(ada, "/scrutins/recepisse/courriel", receipt=signed)
    with app.app_context():
        deliver_due(is_slow=True)

    assert signed.split("\n")[-1] in page(ada, DEMO_MAILBOX_PATH)


def test_a_follower_reads_the_head_in_her_mail(app: Flask, poll: dict[str, int]) -> None:
    ada = sign_in(app, poll["ada"])
    post_form(ada, f"/scrutins/{poll['id']}/registre/suivi", follows="true")
    with time_machine.travel(utc_now() + timedelta(days=1), tick=False), app.app_context():
        while deliver_due():
            pass
    head = read_register(ada.get(f"/scrutins/{poll['id']}/registre.jsonl").get_data(as_text=True))
    mailed = page(ada, DEMO_MAILBOX_PATH)

    assert any(line.hash in mailed for line in head)


def test_a_program_reads_the_register_and_checks_a_receipt(app: Flask, poll: dict[str, int]) -> None:
    client = app.test_client()
    answer = client.post(
        f"/api/v1/polls/{poll['id']}/ballot",
        json={"choice_id": poll["yes"]},
        headers=bearer(app, poll["ada"]),
    )
    signed = answer.get_json()["signed"]
    register = client.get(f"/api/v1/polls/{poll['id']}/register").get_json()
    token = {
        "X-CSRFToken": re.findall(r'csrf-token" content="([^"]+)', client.get("/").get_data(as_text=True))[0]
    }
    checked = client.post("/api/v1/receipts/check-signed", json={"receipt": signed}, headers=token).get_json()

    assert register["head"]["kind"] == LineKind.FROZEN
    assert register["is_sound"] is True
    assert checked["is_sound"] is True
    assert checked["listed"] == "later"
    assert register["head"]["hash"] in signed


def test_a_kept_register_is_verified_on_the_command_line(
    app: Flask, poll: dict[str, int], tmp_path: Path
) -> None:
    text = app.test_client().get(f"/scrutins/{poll['id']}/registre.jsonl").get_data(as_text=True)
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    whole.write_text(text)
    cut.write_text(text.replace('"height":0', '"height":1'))
    run = app.test_cli_runner().invoke

    sound = run(args=["voting", "verify-register", str(whole), "--earlier", str(whole)])
    broken = run(args=["voting", "verify-register", str(cut)])

    assert sound.exit_code == 0
    assert json.loads(text)["hash"] in sound.output
    assert broken.exit_code == 1
    assert "line 1: altered" in broken.output

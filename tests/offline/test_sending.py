"""A form that comes twice, late or from another hand: done once, and only for who wrote it."""

import json
import re
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.consultations.models import Phase
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from tests.conftest import add_person, add_town, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.making import add_proposal, counts_of, held
from tests.test_architecture import TEMPLATES

IDEA = {"title": "Un banc à l’ombre", "body": "Devant le lavoir, à l’ombre du tilleul.", "category": "nature"}
SCRIPT = {"Accept": "application/json"}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def opened_form(client: FlaskClient, address: str) -> dict[str, str]:
    """Return the hidden fields of the form that a person has in front of her."""
    page = client.get(address).get_data(as_text=True)
    return {name: hidden(page, name) for name in ("csrf_token", "idempotency_key", "written_by")}


def close_phases(app: Flask) -> None:
    with app.app_context(), transaction():
        db.session.execute(sa.update(Phase).values(closes_at=utc_now()))


def consultation_of(app: Flask) -> tuple[int, int, int]:
    with app.app_context():
        town, places = add_town()
        return add_consultation(town), town, add_person("Ada", lives_in=places[0])


def test_an_impatient_double_click_makes_one_proposal_and_shows_it_twice(app: Flask) -> None:
    consultation, town, ada = consultation_of(app)
    client = sign_in(app, ada)
    address = f"/consultations/{consultation}/propositions/nouvelle"
    form: dict[str, Any] = {**opened_form(client, address), **IDEA, "territory_id": town}

    first, second = client.post(address, data=form), client.post(address, data=form)

    assert (first.status_code, first.location) == (second.status_code, second.location)
    with app.app_context():
        assert len(held()) == 1
    page = client.get(second.location).get_data(as_text=True)
    assert "Votre proposition est publiée" in page


def test_each_display_of_a_form_is_a_new_one(app: Flask) -> None:
    consultation, town, ada = consultation_of(app)
    client = sign_in(app, ada)
    address = f"/consultations/{consultation}/propositions/nouvelle"

    for _ in range(2):
        client.post(
            address,
            data={**opened_form(client, address), **IDEA, "territory_id": town, "has_seen_like": "1"},
        )

    with app.app_context():
        assert len(held()) == 2


def test_the_same_form_with_other_words_is_asked_about_before_it_is_sent_too(app: Flask) -> None:
    consultation, town, ada = consultation_of(app)
    client = sign_in(app, ada)
    address = f"/consultations/{consultation}/propositions/nouvelle"
    form: dict[str, Any] = {**opened_form(client, address), **IDEA, "territory_id": town}
    client.post(address, data=form)

    again = client.post(address, data={**form, "title": "Deux bancs à l’ombre"})

    assert again.status_code == 409
    page = again.get_data(as_text=True)
    assert "Ce formulaire est déjà parti une fois" in page
    assert "Deux bancs à l’ombre" in page
    with app.app_context():
        assert len(held()) == 1
    key = hidden(page, "idempotency_key")
    other = {"title": "Deux bancs à l’ombre", "idempotency_key": key, "has_seen_like": "1"}
    assert client.post(address, data={**form, **other}).status_code == 302
    with app.app_context():
        assert len(held()) == 2


def test_what_was_done_is_answered_alike_even_once_the_phase_is_closed(app: Flask) -> None:
    consultation, town, ada = consultation_of(app)
    client = sign_in(app, ada)
    address = f"/consultations/{consultation}/propositions/nouvelle"
    form: dict[str, Any] = {**opened_form(client, address), **IDEA, "territory_id": town}
    first = client.post(address, data=form, headers={**SCRIPT, "X-Sent-Later": "1"})
    close_phases(app)

    second = client.post(address, data=form, headers={**SCRIPT, "X-Sent-Later": "1"})

    assert first.json == second.json
    assert first.json["location"].startswith("/propositions/")
    assert first.json["messages"] == [
        ["success", "Votre proposition est publiée. Partagez son adresse autour de vous."]
    ]
    assert "Votre proposition est publiée" not in client.get("/").get_data(as_text=True)  # the script says it


def test_a_script_is_told_why_in_words_and_nothing_is_done(app: Flask) -> None:
    consultation, town, ada = consultation_of(app)
    client = sign_in(app, ada)
    address = f"/consultations/{consultation}/propositions/nouvelle"
    form: dict[str, Any] = {**opened_form(client, address), **IDEA, "territory_id": town}

    wrong = client.post(address, data={**form, "title": ""}, headers=SCRIPT)
    close_phases(app)
    late = client.post(address, data=form, headers=SCRIPT)

    assert (wrong.status_code, wrong.json["code"], list(wrong.json["fields"])) == (422, "invalid", ["title"])
    assert (late.status_code, late.json["code"]) == (409, "phase_closed")
    assert late.json["title"]
    with app.app_context():
        assert held() == []


def test_a_refused_form_may_be_sent_again_with_its_key(app: Flask) -> None:
    consultation, town, ada = consultation_of(app)
    client = sign_in(app, ada)
    address = f"/consultations/{consultation}/propositions/nouvelle"
    form: dict[str, Any] = {**opened_form(client, address), **IDEA, "territory_id": 999_999}
    assert client.post(address, data=form).status_code == 422

    assert client.post(address, data={**form, "territory_id": town}).status_code == 302


def test_what_one_person_wrote_is_never_sent_as_another(app: Flask) -> None:
    consultation, town, ada = consultation_of(app)
    with app.app_context():
        grace = add_person("Grace", lives_in=town)
    address = f"/consultations/{consultation}/propositions/nouvelle"
    written = {**opened_form(sign_in(app, ada), address), **IDEA, "territory_id": town}
    client = sign_in(app, grace)
    token = opened_form(client, address)["csrf_token"]

    page = client.post(address, data={**written, "csrf_token": token})
    script = client.post(address, data={**written, "csrf_token": token}, headers=SCRIPT)

    assert page.status_code == 409
    assert IDEA["body"] not in page.get_data(as_text=True)
    assert script.json["code"] == "written_by_another"
    with app.app_context():
        assert held() == []


def test_a_form_that_is_not_sent_once_takes_no_key(app: Flask) -> None:
    """A wrong password is counted by a command that then refuses: a key would undo the count."""
    with app.app_context():
        town, _ = add_town()
        ada = add_person("Ada", lives_in=town, password="un mot de passe assez long")

    answer = post_form(
        sign_in(app, ada),
        "/compte/mot-de-passe",
        present_password="faux",
        password="x" * 20,
        idempotency_key="k" * 20,
    )

    assert answer.status_code == 422  # type: ignore[attr-defined]
    with app.app_context():
        assert db.session.scalar(sa.text("select count(*) from kept_answer")) == 0


def test_a_support_sent_twice_counts_once_and_a_late_one_is_told_why(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        ada, proposal = add_person("Ada", lives_in=places[0]), add_proposal(town)
    client = sign_in(app, ada)
    form = opened_form(client, f"/propositions/{proposal}")
    assert client.post(f"/propositions/{proposal}/soutien", data=form).status_code == 302
    assert client.post(f"/propositions/{proposal}/soutien", data=form).status_code == 302
    close_phases(app)

    late = post_form(
        sign_in(app, ada), f"/propositions/{proposal}/arguments", side="for", body="Mon argument"
    )

    assert late.status_code == 409  # type: ignore[attr-defined]
    assert "Mon argument" in late.get_data(as_text=True)  # type: ignore[attr-defined]
    with app.app_context():
        assert counts_of(proposal) == (1, 0)


def test_the_kept_page_is_the_same_for_everybody(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        ada = add_person("Ada Lovelace", lives_in=town)
    client = sign_in(app, ada)

    signed_in, stranger = client.get("/hors-ligne"), app.test_client().get("/hors-ligne")

    assert signed_in.data == stranger.data
    page = signed_in.get_data(as_text=True)
    assert "Ada" not in page
    assert "csrf" not in page
    assert "Set-Cookie" not in stranger.headers
    assert client.get("/envoi").json["person_id"] == ada


def test_what_a_person_is_about_to_be_told_is_neither_kept_on_the_device_nor_lost(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        client = sign_in(app, add_person("Ada", lives_in=town))
    with client.session_transaction() as session:
        session["_flashes"] = [("success", "Votre demande est partie.")]

    for path in ("/sw.js", "/hors-ligne"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Votre demande" not in answer.text
        assert "Set-Cookie" not in answer.headers

    assert "Votre demande est partie." in client.get("/compte").text


def test_the_service_worker_changes_with_what_it_keeps_and_only_then(app: Flask) -> None:
    with app.app_context():
        add_town()
    client = app.test_client()

    first = client.get("/sw.js")

    assert first.headers["Cache-Control"] == "no-cache"
    assert first.mimetype == "text/javascript"
    unchanged = client.get("/sw.js", headers={"If-None-Match": first.headers["ETag"]})
    assert unchanged.status_code == 304
    assert (
        client.get("/sw.js", headers={"Accept-Language": "en"}).data != first.data
    )  # the offline page is in English
    files = json.loads(re.search(r"FILES = (\[.*\]);", first.get_data(as_text=True)).group(1))  # type: ignore[union-attr]
    assert all(file.startswith("/static/") for file in files)
    assert [file for file in files if client.get(file).status_code != 200] == []
    assert any("send-later.js" in file for file in files)


def test_a_telephone_can_install_the_site(app: Flask) -> None:
    with app.app_context():
        add_town()
    client = app.test_client()

    manifest = json.loads(client.get("/manifest.webmanifest").data)

    assert manifest["short_name"].startswith("Commune")
    assert (manifest["start_url"], manifest["display"], manifest["lang"]) == ("/", "standalone", "fr")
    sizes = {(icon["sizes"], icon.get("purpose", "any")) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for icon in manifest["icons"]:
        answer = client.get(icon["src"])
        assert answer.status_code == 200
        assert len(answer.data) < 5000
    assert 'rel="manifest"' in client.get("/").get_data(as_text=True)


def test_each_form_that_may_wait_carries_what_it_needs() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        forms = re.findall(r"<form[^>]*data-send-later.*?</form>", text, re.S)
        assert all("sent_once(" in form and "form_csrf()" in form for form in forms), path.name

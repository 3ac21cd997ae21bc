"""The page that asks before what cannot be undone shows only what was sent to one of our own forms, by its own person."""

import re

import pytest
from flask import Flask

from tests.conftest import add_person, post_form, sign_in

QUESTION = {"confirm_question": "Rejouer la connexion ?", "confirm_label": "Oui"}


@pytest.mark.parametrize(
    "path", ["/nimporte", "/x%2f..%2fcompte%2fconnexion", "/static/../nimporte", "/aide"]
)
def test_an_address_that_takes_no_form_never_shows_what_was_sent_to_it(app: Flask, path: str) -> None:
    answer = app.test_client().post(path, data={**QUESTION, "email": "voleur@example.org"})

    assert answer.status_code in (404, 405)
    assert "voleur@example.org" not in answer.text
    assert QUESTION["confirm_question"] not in answer.text


def test_without_the_token_of_her_session_a_person_is_asked_nothing(app: Flask) -> None:
    answer = app.test_client().post("/compte/connexion", data={**QUESTION, "email": "voleur@example.org"})

    assert answer.status_code == 400
    assert "voleur@example.org" not in answer.text


def test_a_person_is_asked_by_a_page_that_leads_to_the_address_she_had_asked(app: Flask) -> None:
    with app.app_context():
        client = sign_in(app, add_person("Ada"))

    asked = post_form(client, "/compte/sessions/fin?de=%2F%22", **QUESTION)

    assert asked.status_code == 200  # type: ignore[attr-defined]
    actions = re.findall(r'action="([^"]*)"', asked.text)  # type: ignore[attr-defined]
    assert "/compte/sessions/fin?de=%2F%22" in actions
    assert client.get("/compte").status_code == 200  # nothing is done yet

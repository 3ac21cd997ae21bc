"""The pages as a reader of a made-up language sees them: every sentence passes by the catalogue, every date and number by Babel.

The made-up language writes « ‹…› » for each sentence, with its places and tags kept, so that this holds whatever of English is translated.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import flask_babel
import pytest
from babel.support import NullTranslations
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.plain_language.rules import MONTHS
from tests.conftest import add_person, add_town, bearer, sign_in
from tests.consultations.making import add_consultation
from tests.voting.builders import add_draft, add_poll

FRENCH = re.compile(
    rf"[éèêàâçùûîôœ]|\b(?:le|la|les|des|une|est|vous|votre|vos|nous|avec|pour|dans|qui|sont|cette|pas|{'|'.join(MONTHS)})\b",
    re.IGNORECASE,
)
WRITTEN_BY_PEOPLE = ("La place du marché", "Que faire de la place ?", "Vos idées", "Tout est", "Français")
KEPT = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|<[^>]*>|&\w+;")


class MadeUp(NullTranslations):
    """A language in which every sentence is « ‹…› »."""

    def ugettext(self, message: Any) -> str:
        return "‹" + " ".join(KEPT.findall(str(message))) + "›"

    gettext = ugettext

    def ungettext(self, singular: str, plural: str, n: int) -> str:
        return self.ugettext(plural)

    ngettext = ungettext


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flask_babel.Domain, "get_translations", lambda self: MadeUp())


def visible(page: str) -> Iterator[str]:
    """Yield what a page shows or says, a piece at a time, but what people wrote."""
    page = re.sub(r"<(script|style|code|pre|textarea|option)\b.*?</\1>", "", page, flags=re.S)
    spoken = re.findall(r'\s(?:aria-label|title|alt|placeholder|content|data-[a-z-]+)="([^"]*)"', page)
    for text in [*spoken, *re.split(r"<[^>]*>", page)]:
        text = unescape(text).strip()
        for theirs in WRITTEN_BY_PEOPLE:
            text = text.replace(theirs, "")
        if text.startswith("/") and " " not in text:
            continue  # an address, which the page of a redirection shows
        if " " in text or FRENCH.search(text):
            yield text


def french_in(page: str) -> list[str]:
    return [text for text in visible(page) if FRENCH.search(text)]


def open_in_english(client: FlaskClient, path: str) -> tuple[int, str]:
    client.set_cookie("langue", "en")
    answer = client.get(path)
    return answer.status_code, answer.get_data(as_text=True) if "html" in answer.mimetype else ""


def pages_of(app: Flask) -> list[str]:
    """Return the address of each page that needs no number."""
    adapter = app.url_map.bind("localhost")
    rules = [
        rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    shown = [
        adapter.build(rule.endpoint)
        for rule in rules
        if not rule.rule.startswith(("/api/", "/static", "/demonstration"))
    ]
    return sorted(set(shown) - {"/composants"})  # the living page of components shows made-up content


def test_every_page_passes_by_the_catalogue(app: Flask, made_up: None) -> None:
    with app.app_context():
        town, places = add_town()
        consultation = add_consultation(town)
        everything = tuple((role, town) for role in Role)
        clients = (app.test_client(), sign_in(app, add_person("Ada", lives_in=places[0], roles=everything)))
        poll, _ = add_poll(places[0], question="Xxx yyy ?")
        draft = add_draft(places[0], question="Xxx yyy ?")
    numbered = [
        f"/consultations/{consultation}",
        f"/consultations/{consultation}/modifier",
        f"/scrutins/{poll}",
        f"/scrutins/{draft}",
        f"/scrutins/{draft}/ouverture",
        f"/consultations/{consultation}/essentiel",
        f"/propositions/nouvelle?consultation={consultation}",
        "/nulle-part",
    ]

    seen, unmarked = 0, []
    for client in clients:
        for path in [*pages_of(app), *numbered]:
            status, page = open_in_english(client, path)
            assert status < 500 or path == "/readyz", path
            seen += status == 200 and bool(page)
            unmarked += [(path, text) for text in french_in(page)]

    assert seen > 60
    assert unmarked == [], "\n".join(f"{path}: {text}" for path, text in unmarked)


def test_the_api_passes_by_the_catalogue(app: Flask, made_up: None) -> None:
    with app.app_context():
        town, _ = add_town()
        headers = bearer(app, add_person("Ada", roles=((Role.COUNCILLOR, town),)))
    client = app.test_client()

    for answer in (
        client.get("/api/v1/consultations/999", headers=headers),
        client.get("/api/v1/consultations?page=x&page_size=0&status=x", headers=headers),
        client.post("/api/v1/consultations", headers=headers, json={"title": 1, "phases": [{}], "other": 1}),
        client.post("/api/v1/consultations", headers=headers, data="{"),
        client.post(
            "/api/v1/polls", headers=headers, json={"question": "a", "opens_at": "x", "territory_id": town}
        ),
        client.get("/api/v1/nowhere"),
        client.delete("/api/v1/consultations", headers=headers),
    ):
        assert answer.status_code >= 400
        assert FRENCH.search(answer.get_data(as_text=True)) is None, answer.get_data(as_text=True)

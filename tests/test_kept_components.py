"""Components that are made once for the same words: never with what belongs to one reader, and never for other words."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from civic.web import kept_components
from civic.web.application import PageEnvironment
from civic.web.kept_components import KeptComponents, NotPlainError, said
from tests.conftest import add_town

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
OF_A_READER = re.compile(
    r"csrf_token|current_actor|request\.|session\.|get_flashed_messages|\bg\.|time_from_now|time_left"
)


@pytest.fixture
def components(app: Flask) -> KeptComponents:
    environment = app.jinja_env
    assert isinstance(environment, PageEnvironment)
    return environment.kept_components


def is_same(app: Flask, components: KeptComponents, name: str) -> bool:
    return components._reads_nothing_else(app.jinja_env.get_template(name).filename or "")


def test_no_component_that_reads_who_reads_or_the_clock_is_kept(
    app: Flask, components: KeptComponents
) -> None:
    every = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in TEMPLATES.rglob("*.html")}
    kept = {name for name in every if is_same(app, components, name)}

    assert {name for name in kept if OF_A_READER.search(every[name])} == set()
    assert {"components/card.html", "components/icon.html", "components/byline.html"} <= kept
    of_each = {"form_csrf", "sent_once", "site_footer", "account_menu", "confirm_form"}
    assert {f"components/{name}.html" for name in of_each} & kept == set()


def test_values_that_are_shown_otherwise_are_not_the_same() -> None:
    assert said("<b>") != said(Markup("<b>"))
    assert len({said(value) for value in (True, 1, 1.0, "1", None, ("1",), (1,))}) == 7
    assert said([("heart", "2 soutiens")]) == said([("heart", "2 soutiens")])
    for value in (object(), len, [{"address": lambda number: number}]):
        with pytest.raises(NotPlainError):
            said(value)


def foot_token(client: FlaskClient) -> str:
    page = client.get("/aide").get_data(as_text=True)
    return page.rpartition('name="csrf_token" value="')[2].partition('"')[0]


def test_two_strangers_read_the_same_foot_each_with_a_token_of_her_own(app: Flask) -> None:
    with app.app_context():
        add_town()

    first, second = foot_token(app.test_client()), foot_token(app.test_client())

    assert first
    assert second
    assert first != second


def test_each_language_has_its_own_and_all_are_forgotten_with_the_minute(
    app: Flask, components: KeptComponents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_components.time, "monotonic", lambda: 600.0)
    client = app.test_client()

    french = client.get("/recherche", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    english = client.get("/recherche", headers={"Accept-Language": "en"}).get_data(as_text=True)

    assert 'placeholder="Rechercher"' in french
    assert 'placeholder="Search"' in english
    assert 'placeholder="Rechercher"' not in english
    made = len(components._made)
    client.get("/recherche", headers={"Accept-Language": "en"})
    assert len(components._made) == made
    monkeypatch.setattr(kept_components.time, "monotonic", lambda: 660.0)
    client.get("/recherche?q=banc", headers={"Accept-Language": "fr"})
    assert 0 < len(components._made) < made

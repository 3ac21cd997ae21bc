"""A language is a folder: it is offered once it is complete enough, and a translator's slip breaks no page."""

import gettext
import importlib
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context

from civic.accounts.models import Person
from civic.kernel.database import db
from civic.web import languages
from civic.web.languages import direction_of, find_languages, language_tag
from tests.conftest import add_person, add_town, bearer, post_form, sign_in

ROOT = Path(__file__).resolve().parent.parent
SMALL = {
    "Bonjour": None,
    "Vous avez %(num)s voix sur %(total)s.": None,
    "Une voix": "%(num)s voix",
    "Lisez <strong>tout</strong>.": None,
}
"""A made-up site: four sentences, of which one counts, one is filled and one has a tag."""


@pytest.fixture(scope="module")
def tools() -> Any:
    """The translators' tools, which are scripts and no package."""
    sys.path.insert(0, str(ROOT / ".setup"))
    try:
        yield importlib.import_module("messages"), importlib.import_module("catalogue_checks")
    finally:
        sys.path.remove(str(ROOT / ".setup"))


@pytest.fixture
def messages(tools: tuple[ModuleType, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The tool, on an empty folder and a site of four sentences."""

    def extract() -> Catalog:
        template = Catalog(project="civic", charset="utf-8")
        for singular, plural in SMALL.items():
            template.add((singular, plural) if plural else singular, locations=[("a.py", None)])
        return template

    monkeypatch.setattr(tools[0], "TRANSLATIONS", tmp_path)
    monkeypatch.setattr(tools[0], "ROOT", tmp_path)
    monkeypatch.setattr(tools[0], "extract", extract)
    tools[0].add("fr")
    tools[0].write_all()
    return tools[0]


def translate(folder: Path, code: str, **texts: Any) -> None:
    """Write translations as a translator's programme would: by the French word that a sentence begins with."""
    path = folder / code / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    for message in catalogue:
        first = (message.id[0] if isinstance(message.id, tuple) else message.id).split(" ")[0]
        if first in texts:
            message.string = texts[first]
    with path.open("wb") as file:
        write_po(file, catalogue)
    path.with_suffix(".mo").unlink(missing_ok=True)


BRETON = {
    "Bonjour": "Demat",
    "Vous": "%(num)s mouezh ho peus war %(total)s.",
    "Une": (
        "%(num)s vouezh",
        "%(num)s vouezh",
        "%(num)s mouezh",
        "%(num)s mouezh",
        "%(num)s a vouezhioù",
        "%(num)s mouezh",
    ),
    "Lisez": "Lennit <strong>pep tra</strong>.",
}


def test_a_translator_adds_a_language_and_it_is_offered_once_complete(
    messages: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert messages.main(["--add", "br"]) == 0
    assert "brezhoneg" in capsys.readouterr().out
    messages.main(["--compile"])
    assert find_languages(tmp_path) == {"fr": "Français"}

    translate(tmp_path, "br", **{**BRETON, "Lisez": ""})
    messages.main(["--compile"])
    assert find_languages(tmp_path) == {"fr": "Français"}

    translate(tmp_path, "br", **BRETON)
    messages.main(["--compile"])
    assert find_languages(tmp_path) == {"fr": "Français", "br": "Brezhoneg"}
    with (tmp_path / "br" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Bonjour") == "Demat"


def test_a_language_is_not_begun_twice_nor_under_a_code_that_is_none(
    messages: ModuleType, tmp_path: Path
) -> None:
    messages.main(["--add", "br"])
    translate(tmp_path, "br", **BRETON)
    before = (tmp_path / "br" / "LC_MESSAGES" / "messages.po").read_bytes()

    assert messages.main(["--add", "br"]) == 1
    assert messages.main(["--add", "breton"]) == 1
    assert messages.main(["--add", "../br"]) == 1

    assert (tmp_path / "br" / "LC_MESSAGES" / "messages.po").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["br", "fr"]


def test_new_sentences_of_the_site_take_a_language_back_until_they_are_translated(
    messages: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages.main(["--add", "br"])
    translate(tmp_path, "br", **BRETON)
    messages.main(["--compile"])
    assert "br" in find_languages(tmp_path)
    monkeypatch.setitem(SMALL, "Une phrase nouvelle.", None)

    assert messages.main(["--check"]) == 1  # behind the code
    messages.main([])
    assert messages.main(["--check"]) == 0  # Breton may lack a sentence; French and English may not
    messages.main(["--compile"])
    assert find_languages(tmp_path) == {"fr": "Français"}


def test_english_may_lack_nothing(
    messages: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    messages.main(["--add", "en"])
    texts = {
        "Bonjour": "Hello",
        "Vous": "You have %(num)s of %(total)s votes.",
        "Une": ("One vote", "%(num)s votes"),
        "Lisez": "Read <strong>all</strong>.",
    }
    translate(tmp_path, "en", **texts)
    messages.main([])
    assert messages.main(["--check"]) == 0

    translate(tmp_path, "en", Bonjour="")
    messages.main([])
    capsys.readouterr()
    assert messages.main(["--check"]) == 1
    assert "to translate: Bonjour" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"Vous": "You have votes."}, "places to fill"),
        ({"Vous": "You have %(num)s of %(totals)s votes."}, "places to fill"),
        ({"Vous": "You have %(num)s of %(total)s votes, 5 % of them."}, "« %% »"),
        ({"Une": ("%(nombre)s vote", "%(num)s votes")}, "places to fill"),
        ({"Une": ("One vote", "Many votes")}, "places to fill"),
        ({"Lisez": "Read <strong>all."}, "HTML tags"),
        ({"Lisez": "Read <b>all</b>."}, "HTML tags"),
        ({"Lisez": "Lisez <strong>tout</strong>."}, None),
        ({"Bonjour": "Hello : you"}, "a space before"),
        ({"Bonjour": "«\u00a0Hello\u00a0»"}, "quotation marks"),
        ({"Une": ("One vote", "%(num)s votes")}, None),
        ({"Bonjour": "At 5:30! Really?"}, None),
    ],
)
def test_what_a_translation_may_get_wrong_is_told(
    messages: ModuleType,
    tools: tuple[ModuleType, ModuleType],
    tmp_path: Path,
    changes: dict[str, Any],
    what: str | None,
) -> None:
    messages.main(["--add", "en"])
    translate(tmp_path, "en", **changes)
    with (tmp_path / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en")

    told = [fault.what for fault in tools[1].faults(catalogue, "en")]

    assert len(told) == (1 if what else 0), told
    assert what is None or what in told[0]


def test_a_sentence_left_in_french_is_told_but_a_word_that_both_languages_have_is_not(
    tools: tuple[ModuleType, ModuleType],
) -> None:
    catalogue = Catalog(locale="en")
    for text in ("Consultations", "La mairie répond à chaque proposition de votre quartier."):
        catalogue.add(text, text)

    told = [(fault.message, fault.what) for fault in tools[1].faults(catalogue, "en")]

    assert told == [
        ("La mairie répond à chaque proposition de votre quartier.", "the French sentence itself")
    ]


def test_a_plural_form_that_is_missing_is_a_missing_translation(tools: tuple[ModuleType, ModuleType]) -> None:
    catalogue = Catalog(locale="br")
    catalogue.add(("Une voix", "%(num)s voix"), (*BRETON["Une"][:-1], ""))
    assert tools[1].missing(catalogue) == ["Une voix"]


def test_a_translation_that_would_break_a_page_is_read_in_french(
    messages: ModuleType, tools: tuple[ModuleType, ModuleType], tmp_path: Path
) -> None:
    catalogue = Catalog(locale="en")
    catalogue.add("Il reste %(num)s voix.", "%(number)s votes left.")
    catalogue.add("Bonjour", "Hello")

    kept = [message.id for message in tools[1].sound(catalogue, "en") if message.id]

    assert kept == ["Bonjour"]


def test_the_catalogues_of_the_site_hold_no_fault(tools: tuple[ModuleType, ModuleType]) -> None:
    """What is missing is told by ``make check``; what is written must be right."""
    for path in (ROOT / "civic" / "translations").glob("*/LC_MESSAGES/messages.po"):
        language = path.parent.parent.name
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        if language in tools[1].COMPLETE:
            assert tools[1].faults(catalogue, language) == []


# Right to left


PHYSICAL = re.compile(
    r"(?:margin|padding|border)-(?:left|right)|(?<![\w-])(?:left|right)\s*:|(?:text-align|float)\s*:\s*(?:left|right)"
)


def test_no_style_names_left_or_right() -> None:
    """Distances are logical, so that a page read from right to left is drawn so; what is inside ``[dir="rtl"]`` may name a side."""
    named = [
        f"{path.name}: {line.strip()[:80]}"
        for path in sorted((ROOT / "static" / "css").glob("*.css"))
        for line in path.read_text().splitlines()
        if PHYSICAL.search(line) and not line.startswith('[dir="rtl"]')
    ]

    assert named == []


# On the pages


@pytest.fixture
def with_arabic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve Arabic, with French sentences: only the direction and the dates are Arabic."""
    monkeypatch.setitem(languages.LANGUAGES, "ar", "العربية")


def html_of(page: str) -> str:
    found = re.search(r"<html[^>]*>", page)
    assert found
    return found[0]


def test_a_page_says_its_language_and_its_direction(app: Flask, with_arabic: None) -> None:
    client = app.test_client()
    assert html_of(client.get("/aide").get_data(as_text=True)) == '<html lang="fr" dir="ltr">'

    client.set_cookie("langue", "ar")
    page = client.get("/aide").get_data(as_text=True)
    assert html_of(page) == '<html lang="ar" dir="rtl">'
    assert html_of(client.get("/nulle-part").get_data(as_text=True)) == '<html lang="ar" dir="rtl">'
    assert 'lang="ar"' in page
    assert "العربية" in page


def test_the_browser_s_language_is_taken_where_it_is_served(app: Flask) -> None:
    client = app.test_client()

    for wanted, served in (("en-GB,fr;q=0.5", "en"), ("ar,en;q=0.5", "en"), ("br", "fr"), ("", "fr")):
        page = client.get("/aide", headers={"Accept-Language": wanted}).get_data(as_text=True)
        assert f'lang="{served}"' in html_of(page)


def test_a_language_that_is_not_served_cannot_be_chosen(app: Flask) -> None:
    client = app.test_client()

    answer = client.get("/langue/ar?next=/aide")

    assert answer.status_code == 302
    assert "Set-Cookie" not in answer.headers
    client.set_cookie("langue", "ar")
    assert 'lang="fr"' in html_of(client.get("/aide").get_data(as_text=True))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Que voulez-vous ?", "Que voulez-vous\u202f?"),
        ("« Oui ! »", "«\u202fOui\u202f!\u202f»"),
        ("Bulletins : %(num)s ; fin", "Bulletins\u00a0: %(num)s\u202f; fin"),
        (" : %(about)s", "\u00a0: %(about)s"),
        ("12:30, http://x et a:b", "12:30, http://x et a:b"),
    ],
)
def test_no_line_of_french_begins_with_a_question_mark(
    tools: tuple[ModuleType, ModuleType], typed: str, read: str
) -> None:
    assert tools[1].typeset(typed) == read


def test_readers_get_the_french_typeset_and_translators_see_plain_spaces(
    messages: Any, tmp_path: Path
) -> None:
    translate(tmp_path, "fr", Bonjour="Bonjour ?")

    messages.compile_all()

    with (tmp_path / "fr" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Bonjour") == "Bonjour\u202f?"


def test_tags_and_directions() -> None:
    assert [language_tag(code) for code in ("fr", "pt_BR", None)] == ["fr", "pt-BR", "fr"]
    assert [direction_of(code) for code in ("fr", "ar", "he", "pt_BR", None)] == [
        "ltr",
        "rtl",
        "rtl",
        "ltr",
        "ltr",
    ]


def test_a_person_chooses_the_language_of_her_mails_among_those_served(app: Flask, with_arabic: None) -> None:
    with app.app_context():
        add_town()
        ada = add_person("Ada")
    client = sign_in(app, ada)

    page = client.get("/compte").get_data(as_text=True)

    assert re.search(r'name="language"[^>]*value="ar"', page)
    answer = post_form(client, "/compte", name="Ada", language="eo")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    with app.app_context():
        assert db.session.get_one(Person, ada).language == "fr"


def test_the_api_tells_its_problems_in_the_reader_s_language(app: Flask) -> None:
    with app.app_context():
        headers = bearer(app, add_person("Ada"))

    french = app.test_client().get("/api/v1/consultations?page=1&page=2", headers=headers).get_json()
    english = (
        app.test_client()
        .get("/api/v1/consultations?page=x", headers={**headers, "Accept-Language": "en"})
        .get_json()
    )

    assert french["fields"]["page"] == ["Donné deux fois."]
    assert english["fields"]["page"] == ["Write a whole number."]


def test_a_sentence_of_a_page_escapes_what_fills_it_and_keeps_its_signs(app: Flask) -> None:
    page = app.jinja_env.from_string(
        "{{ _('%(part)s <b>%%</b>', part=name) }} {{ ngettext('%(num)s %(what)s', '%(num)s %(what)ss', 2, what=name) }} {{ _('Sans rien') }}"
    )
    with app.test_request_context():
        said = page.render(name="<i>")
    assert said == "&lt;i&gt; <b>%</b> 2 &lt;i&gt;s Sans rien"


def test_what_a_template_calls_takes_first_what_it_asks_for(app: Flask) -> None:
    @pass_context
    def name_in(context: Context) -> str:
        return str(context.resolve("town"))

    page = app.jinja_env.from_string(
        "{% macro shown(what) %}<b>{{ what }}</b>{{ caller() if caller is defined }}{% endmacro %}"
        "{% for name in names %}{{ name_in() }}{{ shown(plain(name)) }}{% call shown('&') %}{{ name }}{% endcall %}{% endfor %}"
    )
    with app.test_request_context():
        said = page.render(names=["<i>"], town="Vic", name_in=name_in, plain=lambda text: text * 2)
    assert said == "Vic<b>&lt;i&gt;&lt;i&gt;</b><b>&amp;</b>&lt;i&gt;"

"""The page that says the site in plain words is itself easy to read."""

import re
from html import unescape

import pytest
import textstat
from flask import Flask

from civic.plain_language.rules import Level, read_text
from tests.conftest import add_town


def sentences_of(page: str) -> str:
    """Return what the page says in its paragraphs and lists, one element a line."""
    main = page[page.index("<main") : page.index("</main>")]
    shown = re.findall(r"<(?:p|li)(?: [^>]*)?>(.*?)</(?:p|li)>", main, re.S)
    lines = (" ".join(unescape(re.sub(r"<[^>]+>", " ", element)).split()) for element in shown)
    return "\n".join(line for line in lines if line)


@pytest.fixture
def words(app: Flask) -> str:
    with app.app_context():
        add_town()
    answer = app.test_client().get("/en-mots-simples")
    assert answer.status_code == 200
    return sentences_of(answer.get_data(as_text=True))


def test_its_sentences_are_short_and_easy(words: str) -> None:
    textstat.set_lang("fr")

    assert len(words.splitlines()) > 35
    assert textstat.flesch_reading_ease(words) >= 80
    assert textstat.words_per_sentence(words) <= 12


def test_its_author_is_given_no_advice(words: str) -> None:
    reading = read_text(words)

    assert [(each.sentence, each.remarks) for each in reading.advice] == []
    assert reading.level is Level.EASY


def test_every_page_leads_to_it(app: Flask) -> None:
    client = app.test_client()

    for path in ("/", "/aide", "/vos-donnees", "/accessibilite"):
        assert 'href="/en-mots-simples' in client.get(path).get_data(as_text=True)

"""The living page shows every component, in light and in the dark, and its samples write nothing."""

import re

from flask import Flask

from tests.conftest import post_form
from tests.test_architecture import ROOT

COMPONENTS = sorted(path.stem for path in (ROOT / "templates" / "components").glob("*.html"))
FAMILIES = ROOT / "templates" / "pages" / "components"


def test_every_component_is_on_the_living_page_made_from_its_own_macro(app: Flask) -> None:
    page = app.test_client().get("/composants").get_data(as_text=True)
    sources = "".join(path.read_text(encoding="utf-8") for path in FAMILIES.glob("*.html"))

    shown = re.findall(r'<section class="sample" id="composant-(\w+)"', page)
    imported = re.findall(r'from "components/(\w+)\.html"', sources)

    assert sorted(shown) == COMPONENTS, (
        "add it, in each of its states, to a file of templates/pages/components/"
    )
    assert set(COMPONENTS) <= set(imported)
    for name in COMPONENTS:
        assert f'href="#composant-{name}"' in page  # in the table of contents


def test_each_call_is_the_one_of_the_file(app: Flask) -> None:
    page = app.test_client().get("/composants").get_data(as_text=True)

    assert "<code>badge(text, tone=&#34;neutral&#34;, icon=None)</code>" in page


def test_no_two_samples_have_the_same_identifier(app: Flask) -> None:
    page = app.test_client().get("/composants").get_data(as_text=True)
    identifiers = re.findall(r'\sid="([^"]+)"', re.sub(r"<template.*?</template>", "", page, flags=re.S))

    assert sorted(identifiers) == sorted(set(identifiers))


def test_an_appearance_in_the_address_is_of_this_page_alone(app: Flask) -> None:
    reader = app.test_client()
    post_form(reader, "/apparence", apparence="clair")

    assert 'content="dark"' in reader.get("/composants?apparence=sombre").get_data(as_text=True)
    assert 'content="light"' in reader.get("/composants").get_data(as_text=True)


def test_a_sample_that_is_sent_says_that_it_was_one(app: Flask) -> None:
    reader = app.test_client()

    answer = post_form(reader, "/composants", reaction="agree")

    assert answer.status_code == 303
    assert "rien n’a été envoyé" in reader.get("/aide").get_data(as_text=True)

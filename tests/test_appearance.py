"""A reader chooses light or dark, without a script, and is brought back where she was."""

from flask import Flask

from tests.conftest import post_form


def test_the_choice_is_kept_and_brings_back_to_the_page_that_was_read(app: Flask) -> None:
    reader = app.test_client()

    answer = post_form(reader, "/apparence", apparence="sombre", next="/aide")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/aide")
    page = reader.get("/aide").get_data(as_text=True)
    assert 'content="dark"' in page
    assert page.count('aria-pressed="true">Sombre') == 1


def test_the_device_decides_again_and_an_unknown_choice_is_the_device(app: Flask) -> None:
    reader = app.test_client()
    post_form(reader, "/apparence", apparence="clair")
    assert reader.get_cookie("apparence") is not None

    post_form(reader, "/apparence", apparence="fluo")

    assert reader.get_cookie("apparence") is None
    assert 'content="light dark"' in reader.get("/").get_data(as_text=True)


def test_the_choice_leads_to_no_other_site(app: Flask) -> None:
    answer = post_form(app.test_client(), "/apparence", apparence="clair", next="//ailleurs.example")

    assert answer.headers["Location"] == "/"

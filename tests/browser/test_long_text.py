"""A text that is too long is never cut without a word: a browser drops the end of what is pasted."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in_as
from tests.live import LiveServer


def test_who_pastes_too_much_keeps_all_of_it_and_is_told_by_how_much(
    page: Page, demo_server: LiveServer
) -> None:
    sign_in_as(page, demo_server, "resident")
    page.goto(f"{demo_server.url}/propositions/17")
    page.get_by_label("Question ou remarque").check()
    box, here = page.get_by_label("Votre argument"), page.url
    page.wait_for_load_state("networkidle")

    box.fill("x" * 2100)
    page.get_by_role("button", name="Publier mon argument").click()

    assert len(box.input_value()) == 2100
    assert box.evaluate("box => box.validationMessage").startswith("100 caractères de trop")
    expect(page.locator("#live-announcer")).to_contain_text("100 caractères de trop")
    expect(page).to_have_url(here)
    box.fill("x" * 2000)
    assert box.evaluate("box => box.validationMessage") == ""

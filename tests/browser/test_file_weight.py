"""What is too heavy is said when it is chosen, not once minutes of a slow line are lost."""

from playwright.sync_api import Page, expect

from tests.live import LiveServer

TWO_MEGABYTES = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 2 * 1024 * 1024}


def test_a_photograph_too_heavy_for_the_register_is_refused_before_it_is_sent(
    page: Page, demo_server: LiveServer
) -> None:
    page.goto(f"{demo_server.url}/enquetes-publiques/1/observer")
    page.get_by_label("Votre observation").fill("Gardez les haies.")
    box, here = page.get_by_label("Pièces jointes"), page.url
    page.wait_for_load_state("networkidle")

    box.set_input_files([TWO_MEGABYTES, TWO_MEGABYTES])
    page.get_by_role("main").get_by_role("button", name="Déposer").click()
    assert "plus de 3 Mo" in box.evaluate("box => box.validationMessage")
    expect(page).to_have_url(here)
    expect(page.get_by_label("Votre observation")).to_have_value("Gardez les haies.")
    box.set_input_files([TWO_MEGABYTES])
    assert box.evaluate("box => box.validationMessage") == ""

"""The booth's page, as a voter goes through it in a real browser."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from bench.served import served
from tests.browser.conftest import browser_context_args, browser_type_launch_args  # noqa: F401 - fixtures
from tests.live import LiveServer
from tests.voting import belenios
from tests.voting.booth import story as stories
from tests.voting.booth.node import in_node
from tests.voting.booth.story import NAMES, SEVERAL, YES_NO, Story


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Story, LiveServer]]:
    folder = tmp_path_factory.mktemp("elsewhere")
    with served() as (app, server):
        story = stories.begin(app, folder, voters=3, questions=(YES_NO, SEVERAL, NAMES))
        story.prepare()
        story.open()
        yield story, server


def enter(page: Page, place: tuple[Story, LiveServer], voter: int) -> Story:
    story, server = place
    cookie = story.voters[voter].get_cookie("session")
    assert cookie is not None
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": server.url}])
    page.goto(f"{server.url}{story.page}/bulletin")
    return story


def fill(page: Page, code: str) -> None:
    page.get_by_role("group", name="Fermer la rue des Lilas ?").get_by_label("Oui").check()
    page.get_by_role("group", name="Deux arbres au plus").get_by_label("Érable").check()
    page.get_by_role("group", name="Veil").get_by_label("Bien").check()
    page.get_by_role("group", name="Bonheur").get_by_label("Passable").check()
    page.get_by_label("Le code de votre lettre").fill(code)


def leave_names_blank(page: Page) -> None:
    """A question is blank or has grades: what is ticked last unticks the other."""
    graded = page.get_by_role("group", name="Veil").get_by_label("Bien")
    blank = page.get_by_role("checkbox", name="Vote blanc").last
    blank.check()
    expect(graded).not_to_be_checked()
    graded.check()
    expect(blank).not_to_be_checked()
    blank.check()


def review(page: Page) -> None:
    page.get_by_role("button", name="Relire mon bulletin").click()


def test_a_voter_is_told_what_is_lacking_reads_again_and_casts(
    page: Page, place: tuple[Story, LiveServer]
) -> None:
    story = enter(page, place, 0)
    review(page)
    expect(page.get_by_text("Donnez une mention, ou votez blanc")).to_have_count(2)

    fill(page, story.codes[0][:-1] + ("2" if story.codes[0][-1] != "2" else "3"))
    review(page)
    expect(page.locator("#contenu").get_by_text("faute de frappe")).to_be_visible()
    page.get_by_label("Le code de votre lettre").fill(story.codes[0].replace("-", " "))
    review(page)
    expect(page.get_by_role("heading", name="Votre bulletin n’est pas encore dans l’urne")).to_be_visible()
    expect(page.locator("[data-chosen]")).to_contain_text("Érable")
    assert story.trackers() == []

    page.get_by_role("button", name="Déposer mon bulletin").click()
    page.wait_for_url("**/recepisse")
    expect(page.locator(".receipt__code")).to_have_text(story.trackers()[0][0])
    assert story.codes[0] not in page.content()
    story.copy()


def test_a_voter_has_a_ballot_opened_and_it_is_lost(page: Page, place: tuple[Story, LiveServer]) -> None:
    story = enter(page, place, 1)
    before = story.trackers()
    fill(page, story.codes[1])
    review(page)
    page.get_by_text("Vérifier que cette page chiffre bien").click()
    shown = page.locator("[data-hash]").text_content()
    page.get_by_role("button", name="Ouvrir ce bulletin, et le perdre").click()
    expect(page.get_by_role("heading", name="Ce bulletin contenait bien")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Enregistrer le bulletin ouvert").click()

    opened = json.loads(Path(saved.value.path()).read_text())
    checked = in_node("check", opened=opened, election=story.text("/election.json"))
    assert (checked["isSound"], checked["fingerprint"]) == (True, shown)
    assert checked["chosen"] == [["Oui"], ["Érable"], ["Bien"], ["Passable"]]
    assert story.trackers() == before


def test_a_ballot_whose_answer_was_lost_is_sent_again_and_counts_once(
    page: Page, place: tuple[Story, LiveServer]
) -> None:
    story = enter(page, place, 2)
    before = len(story.trackers())
    posted = []

    def lose_the_first_answer(route: Route) -> None:
        if route.request.method == "POST":
            posted.append(route)
        if len(posted) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/isoloir$"), lose_the_first_answer)
    fill(page, story.codes[2])
    leave_names_blank(page)
    review(page)
    expect(page.locator("[data-chosen]")).to_contain_text("Bonheur")
    expect(page.locator("[data-chosen]").get_by_text("Vote blanc")).to_have_count(2)
    cast = page.get_by_role("button", name="Déposer mon bulletin")
    cast.click()
    expect(
        page.get_by_role("main").get_by_text("nous ne savons pas si votre bulletin est arrivé")
    ).to_be_visible()
    cast.click()
    expect(page.get_by_role("heading", name="Votre bulletin est dans l’urne")).to_be_visible()

    trackers = story.trackers()
    assert len(trackers) == before + 1
    expect(page.locator("[data-tracker]")).to_have_text(trackers[0][0])
    belenios.verify(story.copy())

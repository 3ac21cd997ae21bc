"""A screen of the town hall in a real browser: it says when it no longer hears, takes old figures off, and comes back alone.

The server is really stopped and started again; the browser's clocks are Playwright's, so that minutes pass at once.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from civic.display import rules
from civic.kernel.clock import TOWN_TIME, utc_now
from tests.browser.conftest import browser_type_launch_args
from tests.conftest import actor_of, add_person, add_town, build, dispose, plain
from tests.consultations.making import add_consultation
from tests.live import LiveServer
from tests.voting.builders import add_poll, cast_ballot

__all__ = ["browser_type_launch_args"]

LANDSCAPE, PORTRAIT = {"width": 1920, "height": 1080}, {"width": 1080, "height": 1920}
LONG = "Réaménagement intercommunal de la place du Général-Leclerc, de ses abords et du grand parc "


class Town:
    """One poll whose turnout is shown, and a server that can be killed."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app = app
        with app.app_context():
            self.id, (self.place, *_) = add_town()
            self.voters = [add_person(f"Voter {number}", lives_in=self.place) for number in range(9)]
            self.poll, (self.yes, _) = add_poll(self.place)
        self.server = LiveServer(url)

    def vote(self) -> None:
        with self.app.app_context():
            cast_ballot(actor_of(self.voters.pop()), poll_id=self.poll, choice_id=self.yes)


@pytest.fixture(scope="module")
def served_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    url = f"sqlite:///{tmp_path_factory.mktemp('display') / 'civic.sqlite3'}"
    app = build(url)
    made = Town(app, url)
    made.server.start()
    yield made
    made.server.close()
    dispose(app)


@pytest.fixture
def town(served_town: Town) -> Iterator[Town]:
    yield served_town
    if not served_town.server.is_ready():
        served_town.server.start_again()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="fr-FR", viewport=LANDSCAPE)
    yield context
    context.close()


@pytest.fixture
def screen(context: BrowserContext, town: Town) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.clock.install()
    page.goto(f"{town.server.url}/affichage")
    expect(page.locator("[data-state=fresh]")).to_be_visible()
    return page


def pass_seconds(page: Page, seconds: float) -> None:
    page.clock.run_for(seconds * 1000)


def turnout_in(page: Page) -> str:
    return page.locator(".figure__value").first.inner_text()


def test_a_screen_follows_the_turnout_without_being_touched(screen: Page, town: Town) -> None:
    before = turnout_in(screen)
    town.vote()

    pass_seconds(screen, rules.REFRESH_SECONDS + 2)

    expect(screen.locator(".figure__value").first).not_to_have_text(before)
    expect(screen.locator("[data-banner]")).to_be_hidden()


def test_a_screen_that_lost_the_server_says_so_takes_old_figures_off_and_comes_back_alone(
    screen: Page, town: Town
) -> None:
    shown = turnout_in(screen)
    heard_at = screen.locator("#board").get_attribute("data-time")
    town.server.stop()

    pass_seconds(screen, rules.REFRESH_SECONDS + 2)
    expect(
        screen.locator("[data-state=fresh]")
    ).to_be_visible()  # one missed answer is no reason to frighten anybody
    pass_seconds(screen, rules.STALE_SECONDS)
    expect(screen.locator("[data-state=stale]")).to_be_visible()
    expect(screen.get_by_role("status").filter(has_text="Pas de connexion")).to_have_text(
        f"Pas de connexion depuis {heard_at} : ces chiffres sont peut-être dépassés."
    )
    expect(screen.get_by_text("À jour à")).to_be_hidden()
    violations = (
        Axe().run(screen, options={"runOnly": {"type": "tag", "values": ["wcag2aa"]}}).response["violations"]
    )
    assert [found["id"] for found in violations] == []

    pass_seconds(screen, rules.HIDE_SECONDS)
    expect(screen.locator("[data-state=lost]")).to_be_visible()
    expect(screen.get_by_text(shown)).to_be_hidden()
    expect(screen.locator("[data-banner]")).to_contain_text("Les chiffres reviendront avec elle.")
    screen.clock.fast_forward(13 * 3600 * 1000)
    pass_seconds(screen, 2)
    expect(screen.locator("[data-banner]")).to_contain_text("Pas de connexion depuis le ")

    town.vote()
    town.server.start_again()
    pass_seconds(screen, rules.REFRESH_SECONDS + 2)
    expect(screen.locator("[data-state=fresh]")).to_be_visible()
    expect(screen.locator("[data-banner]")).to_be_hidden()
    expect(screen.locator(".figure__value").first).to_be_visible()
    expect(screen.locator(".figure__value").first).not_to_have_text(shown)


def said(hour: datetime) -> str:
    return f"{hour.hour} h {hour.minute:02}" if hour.minute else f"{hour.hour} h"


def test_a_screen_whose_clock_is_wrong_shows_the_hour_of_the_server_and_never_calls_old_figures_new(
    context: BrowserContext, town: Town
) -> None:
    page = context.new_page()
    page.clock.install(time="2009-02-13T23:31:30Z")
    page.goto(f"{town.server.url}/affichage")
    now = utc_now().astimezone(TOWN_TIME)
    near = {said(now + timedelta(minutes=minutes)) for minutes in (-1, 0, 1)}
    assert plain(page.locator("#board").get_attribute("data-time") or "") in near
    expect(page.locator("[data-state=fresh]")).to_be_visible()

    page.clock.set_system_time("2041-01-01T00:00:00Z")  # somebody sets it: it asks at once, and is answered
    pass_seconds(page, 2)
    expect(page.locator("[data-state=fresh]")).to_be_visible()

    context.set_offline(True)
    page.clock.set_system_time("1999-12-31T23:59:00Z")  # set back, the other clock still counts the delay
    pass_seconds(page, rules.STALE_SECONDS + 15)
    expect(page.locator("[data-state=stale]")).to_be_visible()
    context.set_offline(False)
    pass_seconds(page, rules.REFRESH_SECONDS + 2)
    expect(page.locator("[data-state=fresh]")).to_be_visible()


def test_an_answer_kept_by_a_cache_on_the_way_is_not_taken_for_the_server_s(screen: Page, town: Town) -> None:
    kept: list[str] = []

    def answer_from_cache(route: object) -> None:
        if not kept:
            kept.append(route.fetch().text())  # type: ignore[attr-defined]
        route.fulfill(body=kept[0], content_type="text/html")  # type: ignore[attr-defined]

    screen.route("**/affichage?*", answer_from_cache)
    for number in range(5):
        with screen.expect_response("**/affichage?*"):
            pass_seconds(screen, rules.REFRESH_SECONDS + 2)
        if number == 0:
            expect(screen.locator("[data-state=fresh]")).to_be_visible()

    expect(screen.locator("[data-state=stale]")).to_be_visible()


def test_nothing_of_a_screen_is_kept_on_the_device(context: BrowserContext, town: Town) -> None:
    page = context.new_page()
    answer = page.goto(f"{town.server.url}/affichage")
    assert answer is not None
    page.wait_for_timeout(300)
    kept = page.evaluate("""async () => {
        const names = await caches.keys();
        const found = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((entry) => entry.url)));
        return found.flat().filter((url) => url.includes("affichage"));
    }""")

    assert answer.headers["cache-control"] == "no-store"
    assert kept == []


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["lying", "standing"])
def test_everything_stands_on_one_screen_and_is_read_at_five_metres(
    browser: Browser, town: Town, size: dict[str, int]
) -> None:
    with town.app.app_context():
        for number in range(3):
            add_poll(town.place, question=f"{LONG * 2}: faut-il {number} bancs ?"[:200])
            add_consultation(town.id, title=f"{LONG}{number}")
    context = browser.new_context(locale="fr-FR", viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    for number in (1, 2):
        page.goto(f"{town.server.url}/affichage?page={number}")
        page.add_style_tag(url="/static/css/display.css")
        seen = page.evaluate("""() => ({
            height: document.documentElement.scrollHeight,
            overlap: document.querySelector(".screen__foot").getBoundingClientRect().top - Math.max(...[...document.querySelectorAll(".board__part")].map((part) => part.getBoundingClientRect().bottom)),
            bottom: document.querySelector(".screen__foot").getBoundingClientRect().bottom,
            smallest: Math.min(...[...document.querySelectorAll("#board :is(p, h2, h3, strong, .place__name)")].map((part) => parseFloat(getComputedStyle(part).fontSize))),
        })""")
        assert seen["height"] <= size["height"]
        assert seen["bottom"] <= size["height"]
        assert seen["overlap"] >= 0
        assert seen["smallest"] >= 32  # 11 mm of capital letter on a screen of 43 inches
    context.close()


def test_pages_turn_alone_stop_on_demand_and_do_not_move_for_whom_motion_disturbs(
    browser: Browser, town: Town
) -> None:
    with town.app.app_context():
        for number in range(3):
            add_consultation(town.id, title=f"Une autre place, numéro {number}")
    context = browser.new_context(locale="fr-FR", viewport=LANDSCAPE, reduced_motion="reduce")
    page = context.new_page()
    page.clock.install()
    page.goto(f"{town.server.url}/affichage")
    first = page.locator("#board").get_attribute("data-number")
    pass_seconds(page, rules.TURN_SECONDS + 2)
    expect(page.locator("#board")).not_to_have_attribute("data-number", first or "")
    assert page.evaluate("document.getAnimations().length") == 0

    page.get_by_role("button", name="Arrêter le défilement").click()
    stopped = page.locator("#board").get_attribute("data-number")
    pass_seconds(page, 3 * rules.TURN_SECONDS)
    expect(page.locator("#board")).to_have_attribute("data-number", stopped or "")
    expect(page.get_by_role("button", name="Reprendre le défilement")).to_be_visible()
    context.close()


def test_without_a_script_the_screen_loads_itself_again_and_turns_its_pages(
    browser: Browser, town: Town
) -> None:
    context = browser.new_context(locale="fr-FR", viewport=LANDSCAPE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{town.server.url}/affichage")
    refresh = page.locator("meta[http-equiv=refresh]")

    assert refresh.get_attribute("content") == f"{rules.TURN_SECONDS}; url=/affichage?page=2"
    expect(page.get_by_text("À jour à")).to_be_visible()
    expect(page.locator("[data-banner], [data-pause]")).to_have_count(2)
    expect(page.locator("[data-pause]")).to_be_hidden()
    context.close()


def test_a_screen_begins_anew_each_day_so_that_it_runs_for_months(screen: Page, town: Town) -> None:
    screen.evaluate("window.isTheSamePage = true")
    screen.clock.fast_forward(rules.RELOAD_SECONDS * 1000)
    pass_seconds(screen, rules.REFRESH_SECONDS + 2)

    expect(screen.locator("[data-state=fresh]")).to_be_visible()
    screen.wait_for_function("() => !window.isTheSamePage")

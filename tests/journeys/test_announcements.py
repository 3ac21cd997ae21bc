"""What happens elsewhere is said once, politely, to who listens to the page: never twice, and not again after a cut."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.modes import MODES
from tests.journeys.story import Company
from tests.journeys.town import QUESTION, Town

LISTEN = """() => {
    window.heard = [];
    const isLoud = (node) => node.closest?.("[aria-live='assertive'], [role='alert']");
    const isHeard = (node) => node.closest?.("[aria-live], [role='status'], [role='alert'], [role='log']");
    new MutationObserver((changes) => changes.forEach((change) => {
        const place = isHeard(change.target.nodeType === 1 ? change.target : change.target.parentElement);
        const added = [...change.addedNodes].map((node) => node.textContent).join("").trim();
        const own = [...change.addedNodes].filter((node) => node.nodeType === 1 && (node.matches("[role='alert'], [role='status'], [aria-live]") || node.querySelector("[role='alert'], [role='status'], [aria-live]")));
        if (place && added) window.heard.push((isLoud(place) ? "! " : "") + added);
        own.forEach((node) => window.heard.push("drawn: " + node.textContent.trim()));
    })).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
QUIET_MS = 1500


@pytest.fixture
def company(browser: Browser, town: Town) -> Iterator[Company]:
    company = Company(browser, town, MODES["mouse"])
    yield company
    company.leave()


def listen(page: Page) -> None:
    expect(page.locator("html[data-live-state=online]")).to_be_attached()
    page.evaluate(LISTEN)


def heard(page: Page, sentence: str) -> list[str]:
    """Wait until a sentence is said, then a moment more, and return all that was."""
    expect(page.locator("#live-announcer")).to_have_text(sentence, timeout=10_000)
    page.wait_for_timeout(QUIET_MS)
    said: list[str] = page.evaluate("window.heard")
    return said


def test_an_invitation_is_said_once(company: Company) -> None:
    first = company.town.help_sought()
    volunteer = company.walker(first.volunteer)
    volunteer.go("/")
    listen(volunteer.page)

    company.town.ask_again(first)

    sentence = "Quelqu’un a besoin d’un coup de main près de chez vous."
    assert heard(volunteer.page, sentence) == [sentence]


def test_a_message_is_said_once_and_not_again_after_a_cut(company: Company) -> None:
    sought = company.town.help_sought(is_accepted=True)
    volunteer = company.walker(sought.volunteer)
    volunteer.go("/")
    volunteer.follow(sought.title)
    listen(volunteer.page)

    company.town.say(sought, "Sonnez deux fois.")

    sentence = f"{sought.requester.name} : Sonnez deux fois."
    assert heard(volunteer.page, sentence) == [sentence]

    volunteer.page.context.set_offline(True)
    expect(volunteer.page.locator("html[data-live-state=offline]")).to_be_attached(timeout=60_000)
    company.town.say(sought, "Et le code est le 12.")
    volunteer.page.wait_for_timeout(QUIET_MS)
    volunteer.page.context.set_offline(False)
    volunteer.patience_ms = 30_000
    volunteer.reads("Et le code est le 12.")
    volunteer.page.wait_for_timeout(QUIET_MS * 2)
    said = volunteer.page.evaluate("window.heard")
    assert [text for text in said if "Sonnez" in text] == [sentence]
    assert len([text for text in said if "code" in text]) == 1


def test_somebody_found_is_one_announcement_though_two_events_tell_it(company: Company) -> None:
    sought = company.town.help_sought()
    requester = company.walker(sought.requester)
    requester.go(f"/entraide/demandes/{sought.id}")
    listen(requester.page)

    company.town.accept(sought)

    assert heard(requester.page, "Vous êtes mis en relation.") == ["Vous êtes mis en relation."]


def test_a_ballot_more_is_said_once_to_who_looks_at_the_turnout(company: Company) -> None:
    town = company.town
    reader = company.walker()
    reader.go("/scrutins")
    reader.follow(QUESTION)
    listen(reader.page)

    turnout = town.vote()

    sentence = f"Bulletins déposés\u00a0: {turnout}"
    assert heard(reader.page, sentence) == [sentence]

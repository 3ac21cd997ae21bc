"""What was pressed by mistake: asked before, where it cannot be undone, and taken back after, where it can."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.modes import MODES
from tests.journeys.story import Company
from tests.journeys.town import Town


@pytest.fixture
def company(browser: Browser, town: Town) -> Iterator[Company]:
    company = Company(browser, town, MODES["keyboard"])
    yield company
    company.leave()


@pytest.fixture
def unscripted(browser: Browser, town: Town) -> Iterator[Company]:
    company = Company(browser, town, MODES["no-script"])
    yield company
    company.leave()


def test_a_volunteer_who_said_no_by_mistake_says_yes_after_all(company: Company) -> None:
    sought = company.town.help_sought()
    volunteer = company.walker(sought.volunteer)
    volunteer.go("/entraide/sollicitations")
    volunteer.press("Pas cette fois", near=sought.title)
    volunteer.reads("C’est noté, sans souci.")
    assert volunteer.page.evaluate(
        "document.activeElement.matches('[data-answer]')"
    )  # told, and next to the way back

    volunteer.press("Revenir sur ma réponse")
    volunteer.reads("Votre réponse est effacée.")
    volunteer.press("J’y vais")

    volunteer.reads("La personne est prévenue")
    assert company.faults == []


def test_an_author_puts_back_what_she_withdrew(unscripted: Company) -> None:
    town = unscripted.town
    person = town.resident("Suzanne Lebrun")
    number = town.proposal(person, "Un kiosque à musique")
    author = unscripted.walker(person)
    author.go(f"/propositions/{number}")
    author.press("La retirer", asks=True)
    author.reads("Votre proposition est retirée")
    reader = unscripted.walker()
    assert reader.page.goto(f"{town.url}/propositions/{number}").status == 404  # type: ignore[union-attr]

    author.press("La remettre en ligne")

    author.reads("Votre proposition est de nouveau en ligne.")
    reader.go(f"/propositions/{number}")
    reader.reads_title("Un kiosque à musique")


def test_without_a_script_the_question_is_a_page_and_going_back_changes_nothing(unscripted: Company) -> None:
    sought = unscripted.town.help_sought()
    requester = unscripted.walker(sought.requester)
    requester.go(f"/entraide/demandes/{sought.id}")

    requester.press("Annuler la demande")
    requester.reads("Rien n’est encore fait.")
    requester.follow("Revenir en arrière")

    requester.reads_title(sought.title)
    requester.does_not_read("La demande est annulée")

"""The whole story of a help, in three browsers: who asks, and two volunteers of whom one comes. With scripts, and without any."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser
from pypdf import PdfReader

from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.models import Duty
from civic.territories.models import Territory
from tests.conftest import build, dispose
from tests.demonstration import CopyDemo
from tests.journeys.modes import MODES
from tests.journeys.story import Company
from tests.journeys.town import Somebody, Town
from tests.journeys.walker import Walker
from tests.live import LiveServer
from tests.mutual_aid.making import add_volunteer

ADDRESS, PHONE = "3 rue Simone-Veil, deuxième étage", "06 39 98 77 66"


@pytest.fixture(scope="module")
def town(copy_demo: CopyDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    url = copy_demo(tmp_path_factory.mktemp("help"))
    app, server = build(url), LiveServer(url, writes_per_minute="100000")
    server.start()
    yield Town(app, server)
    server.close()
    dispose(app)


def two_volunteers(town: Town) -> tuple[Somebody, Somebody]:
    """Have two neighbours offer to do the shopping, the only ones on duty."""
    with town.inside():
        with transaction():
            db.session.execute(sa.update(Duty).values(on=False))
        place = town.place()
        town_id = db.session.get_one(Territory, place).parent_id
        assert town_id is not None
        ids = [add_volunteer(town_id, place, name) for name in ("Samir Belkacem", "Inès Moreau")]
        first, second = (town.known(person_id) for person_id in ids)
        return first, second


def ask(requester: Walker, title: str) -> None:
    """Ask from the board, one thing a page."""
    tomorrow = datetime.now(TOWN_TIME) + timedelta(days=1)
    requester.go("/entraide")
    requester.follow("Demander de l’aide")
    requester.choose("Courses")
    requester.fill("En une ligne", title)
    requester.press("Continuer")
    requester.choose("Quand cela arrange")
    requester.choose("Un autre moment")
    requester.fill_instant("À partir de", tomorrow.replace(hour=9, minute=0))
    requester.fill_instant("Au plus tard", tomorrow.replace(hour=12, minute=0))
    requester.press("Continuer")
    requester.fill("Téléphone", PHONE)
    requester.fill("Adresse exacte", ADDRESS)
    requester.press("Continuer")
    requester.press("Envoyer ma demande")
    requester.reads_title(title)


@pytest.mark.parametrize("mode", ["mouse", "no-script"])
def test_a_neighbour_is_helped_from_the_request_to_the_certificate(
    browser: Browser, town: Town, mode: str
) -> None:
    samir, ines = two_volunteers(town)
    company, title = Company(browser, town, MODES[mode]), f"Un pack d’eau à monter ({mode})"
    requester = company.walker(town.resident("Odette Vasseur"))
    first, second = company.walker(samir), company.walker(ines)
    for volunteer in (first, second):
        volunteer.go("/entraide/sollicitations")

    ask(requester, title)
    for volunteer in (first, second):  # both are asked, and neither learns where or whom
        volunteer.reads_in_time(title)
        volunteer.does_not_read(ADDRESS)
        volunteer.does_not_read(PHONE)
    say_yes_one_after_the_other(first, second, title)
    reveal_the_address_once(requester, first, second)
    speak_to_each_other(requester, first)
    help_and_be_thanked(requester, first)
    first.go("/entraide/attestation")
    first.reads(re.compile("Durée totale\\s: 15\\smin"))
    first.does_not_read("Odette")
    with first.page.expect_download() as taken:
        first.page.get_by_role("button", name="Télécharger l’attestation (PDF)").click()
    sheet = PdfReader(taken.value.path()).pages[0].extract_text()
    assert "Samir Belkacem a aidé bénévolement" in sheet
    assert "Odette" not in sheet
    company.leave()
    assert company.faults == []


def say_yes_one_after_the_other(first: Walker, second: Walker, title: str) -> None:
    first.press("J’y vais", near=title)
    first.reads_title(title)
    first.reads(re.compile("La personne est prévenue"))
    if second.has_scripts:  # her screen says it by itself
        second.reads(re.compile("Quelqu’un d’autre y va déjà"))
    else:  # she presses a button that was there when she read the page
        second.press("J’y vais", near=title)
        second.reads(re.compile("Quelqu’un a répondu avant vous"))


def reveal_the_address_once(requester: Walker, first: Walker, second: Walker) -> None:
    first.does_not_read(ADDRESS)
    requester.reads_in_time("Personne ne les a vues.")
    first.press("Voir les coordonnées")
    first.reads(ADDRESS)
    first.reads(PHONE)
    first.go(first.page.url.split("#")[0].removesuffix("/coordonnees"))
    first.does_not_read(ADDRESS)
    requester.go("/entraide/mon-entraide")
    requester.follow("Un pack d’eau à monter")
    requester.reads_title("Qui a vu vos coordonnées")
    requester.reads("Samir Belkacem")
    refused = second.page.goto(first.page.url)
    assert refused is not None
    assert refused.status == 404


def speak_to_each_other(requester: Walker, first: Walker) -> None:
    first.fill("Votre message", "Bonjour, je passe à dix heures.")
    first.press("Envoyer", stays=first.has_scripts)
    first.reads("Bonjour, je passe à dix heures.")
    requester.reads_in_time("Bonjour, je passe à dix heures.")


def help_and_be_thanked(requester: Walker, first: Walker) -> None:
    first.press("Je suis en route")
    first.press("Je suis arrivé(e)")
    requester.reads_in_time(re.compile("Samir Belkacem est là depuis"))
    first.press("C’est fait")
    requester.reads_in_time("Le bénévole dit que c’est fait")
    requester.reads_in_time(re.compile("Le bénévole a noté 15\\smin"))
    requester.press("Oui, c’est fait")
    requester.reads(re.compile("Merci à vous deux"))
    first.reads_in_time("L’aide a eu lieu. Merci à vous deux")
    first.reads_in_time(re.compile("Durée confirmée\\s: 15\\smin"))
    first.does_not_read(PHONE)

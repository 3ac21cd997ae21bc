"""The whole story, by people in browsers: a consultation, an answer, a vote, and a neighbour helped while two screens are open at once."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from civic.kernel.clock import TOWN_TIME
from tests.browser.conftest import serve_demo, sign_in_as
from tests.browser.hands import Hands
from tests.demonstration import CopyDemo
from tests.live import LiveServer

LONG_WAIT_MS = 90_000
"""A page that could not connect at once tries again after a minute."""


def town_time(**ahead: int) -> str:
    """Return what is typed in a date and time field, on the town hall's clock."""
    return (datetime.now(TOWN_TIME) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture(scope="module")
def demo_server(copy_demo: CopyDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A demonstration of their own: stories change it, and others hold live connections to the shared one."""
    yield from serve_demo(copy_demo, tmp_path_factory.mktemp("story"))


@pytest.fixture
def people(browser: Browser, demo_server: LiveServer):  # type: ignore[no-untyped-def]
    """Open a browser of her own for each person, signed in by the form."""
    opened: list[BrowserContext] = []

    def enter(key: str | None) -> Page:
        context = browser.new_context(
            locale="fr-FR", viewport={"width": 1280, "height": 900}, base_url=demo_server.url
        )
        opened.append(context)
        page = context.new_page()
        if key:
            sign_in_as(page, demo_server, key)
        return page

    yield enter
    for context in opened:
        context.close()


def test_a_consultation_is_written_published_answered_and_read(people) -> None:  # type: ignore[no-untyped-def]
    councillor, resident = people("councillor"), people("resident_verified")

    councillor.goto("/consultations/nouvelle")
    councillor.get_by_role("link", name="Boîte à idées").click()
    councillor.get_by_label("Titre").fill("Des bancs à l’ombre")
    councillor.get_by_label("Présentation").fill("Nous posons **dix bancs** cette année. Dites-nous où.")
    councillor.get_by_role("button", name="Enregistrer et continuer").click()
    expect(councillor.get_by_role("heading", name="Qui est concerné")).to_be_visible()
    councillor.get_by_role("button", name="Enregistrer et continuer").click()
    phase = councillor.get_by_role("group", name="Phase 1")
    councillor.get_by_label("Elle commence le").fill("2027-03-15T08:00")
    councillor.get_by_label("Elle commence le").blur()
    expect(phase.get_by_label("Se ferme le")).to_have_value("2027-06-07T00:00")  # moved by itself
    expect(phase.get_by_text(re.compile("du lundi 15 mars"))).to_be_visible()
    phase.get_by_label("S’ouvre le").fill(town_time(minutes=-10))
    phase.get_by_label("Se ferme le").fill(town_time(days=20))
    councillor.get_by_role("button", name="Enregistrer et continuer").click()
    expect(councillor.get_by_role("heading", name="Vérifier et publier")).to_be_visible()
    address = re.search(r"/consultations/(\d+)", councillor.url)
    assert address
    number = address.group(1)
    assert resident.goto(f"/consultations/{number}").status == 404  # type: ignore[union-attr]

    councillor.goto(f"/consultations/{number}/publication")
    councillor.get_by_role("main").get_by_role("button", name=re.compile("Publier")).click()

    resident.goto(f"/consultations/{number}/propositions/nouvelle")
    resident.get_by_label("Titre").fill("Un banc devant l’école Simone-Veil")
    resident.get_by_label("Votre idée").fill(
        "Les grands-parents attendent debout. Un banc à l’ombre du tilleul suffirait."
    )
    resident.get_by_label("Sujet").select_option(index=1)
    resident.get_by_label("Lieu").select_option(label="La Croix-Haute")
    resident.get_by_role("button", name="Publier ma proposition").click()
    resident.get_by_role("button", name="Publier quand même").click()  # another one asks for a bench
    expect(resident.get_by_role("heading", name="Un banc devant l’école Simone-Veil")).to_be_visible()
    proposal = re.search(r"/propositions/(\d+)", resident.url)
    assert proposal

    volunteer = people("volunteer")
    volunteer.goto(f"/propositions/{proposal.group(1)}")
    volunteer.get_by_role("button", name="Soutenir").click()
    expect(volunteer.get_by_role("heading", name="1 soutien")).to_be_visible()
    volunteer.get_by_role("radio", name="Pour", exact=True).check()
    volunteer.get_by_label("Votre argument").fill("Je le poserais moi-même.")
    volunteer.get_by_role("button", name="Publier mon argument").click()
    expect(volunteer.get_by_text("Je le poserais moi-même.")).to_be_visible()

    councillor.goto(f"/propositions/{proposal.group(1)}/reponse")
    councillor.get_by_label("Retenue", exact=True).check()
    councillor.get_by_label("Réponse").fill("Oui : il sera posé au printemps.")
    councillor.get_by_role("button", name="Enregistrer le brouillon").click()
    resident.goto(f"/propositions/{proposal.group(1)}")
    expect(resident.get_by_text("il sera posé au printemps")).to_have_count(0)  # a draft is not an answer
    councillor.goto(f"/propositions/{proposal.group(1)}/reponse")
    councillor.get_by_role("button", name="Relire et publier").click()
    councillor.get_by_role("button", name="Publier cette réponse").click()
    resident.goto(f"/propositions/{proposal.group(1)}")
    expect(resident.get_by_text("il sera posé au printemps")).to_be_visible()


def test_a_resident_votes_once_and_nothing_shows_before_the_closing(people) -> None:  # type: ignore[no-untyped-def]
    resident = people("resident_verified")
    resident.goto("/scrutins/2")
    resident.get_by_role("link", name="Voter").click()
    resident.get_by_label(re.compile("Un jardin ombragé")).check()
    resident.get_by_role("button", name="Déposer mon bulletin dans l’urne").click()
    expect(
        resident.get_by_text(re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")).first
    ).to_be_visible()

    resident.goto("/scrutins/2/bulletin")
    expect(resident.get_by_role("button", name="Déposer mon bulletin dans l’urne")).to_have_count(0)
    refused = resident.goto("/scrutins/2/resultat")
    assert refused is not None
    assert refused.status == 403


def test_an_agent_asks_for_somebody_who_telephoned_and_the_volunteer_s_screen_changes(people) -> None:  # type: ignore[no-untyped-def]
    volunteer, agent = people("volunteer"), people("agent")
    volunteer.goto("/entraide/sollicitations")
    before = volunteer.locator("[data-invitation-id]").count()

    agent.goto("/entraide/demande-par-telephone")
    agent.get_by_label("De vive voix", exact=False).check()
    agent.get_by_label("La personne a compris").check()
    agent.get_by_label("Nom et prénom", exact=True).fill("Paulette Rivière")
    agent.get_by_label("Téléphone", exact=True).fill("06 39 98 44 55")
    agent.get_by_label("Adresse exacte").fill("7 rue Simone-Veil")
    agent.get_by_label("Quelle aide ?").select_option("repairs")
    agent.get_by_label("En une ligne").fill("Une ampoule à changer dans l’escalier")
    agent.get_by_role("main").get_by_label("Quartier").select_option(label="La Croix-Haute")
    monday = datetime.now(TOWN_TIME) + timedelta(days=(7 - datetime.now(TOWN_TIME).weekday()) or 7)
    agent.get_by_label("Un autre moment").check()
    agent.get_by_label("À partir de").fill(monday.strftime("%Y-%m-%dT09:00"))
    agent.get_by_label("Au plus tard").fill(monday.strftime("%Y-%m-%dT12:00"))
    agent.get_by_role("button", name="Envoyer la demande").click()

    # nobody touches the volunteer's browser: the invitation comes by itself
    expect(volunteer.get_by_text("Une ampoule à changer", exact=False).first).to_be_visible(
        timeout=LONG_WAIT_MS
    )
    assert volunteer.locator("[data-invitation-id]").count() >= before
    assert "Paulette" not in volunteer.content()
    volunteer.goto("/entraide/sollicitations")
    card = volunteer.locator("[data-invitation-id]", has_text="Une ampoule à changer")
    card.get_by_role("button", name="J’y vais").click()
    expect(volunteer).to_have_url(re.compile(r"/entraide/mises-en-relation/\d+"), timeout=LONG_WAIT_MS)
    expect(agent.locator("#request-sights")).to_contain_text("Personne ne les a vues")
    volunteer.get_by_role("button", name=re.compile("coordonnées")).click()
    expect(volunteer.get_by_text("Paulette Rivière").first).to_be_visible()
    # nor is the agent's browser touched: it says by itself that somebody has looked
    expect(agent.locator("#request-sights")).not_to_contain_text("Personne", timeout=LONG_WAIT_MS)
    expect(volunteer.get_by_text("06 39 98 44 55").first).to_be_visible()


LONGEST_SECONDS = 180


def test_from_a_councillor_s_first_click_to_a_published_consultation_of_two_phases_in_three_minutes(
    people,
) -> None:  # type: ignore[no-untyped-def]
    """Counted by the keystroke-level model (``hands``), with two sentences to write, and no field left that could be guessed."""
    page = people("councillor")
    page.goto("/")
    her, main = Hands(page), page.get_by_role("main")
    go_on = main.get_by_role("button", name="Enregistrer et continuer")

    her.click(page.get_by_role("banner").get_by_role("link", name="Consultations"))
    her.click(main.get_by_role("link", name="Écrire une consultation"))
    her.forget_what_was_on_the_way()
    her.click(main.get_by_role("link", name="Recueil d’avis"))
    hers = {
        "Titre": "La cour de l’école Simone-Veil",
        "Présentation": (
            "La cour de l’école Simone-Veil sera refaite pendant l’été 2027, pour 180 000 euros. Elle est goudronnée et très chaude "
            "dès le mois de mai. Dites-nous ce qui compte pour vous : l’ombre, les jeux, le calme, l’eau. Le conseil décidera en mars."
        ),
    }
    for label, words in hers.items():
        her.type(main.get_by_label(label, exact=True), words)
    her.click(go_on)
    her.click(go_on)
    her.click(go_on)
    expect(main.get_by_text("La cour de l’école Simone-Veil sera refaite pendant l’été 2027")).to_be_visible()
    her.click(main.get_by_role("button", name="Publier maintenant"))

    expect(page.get_by_role("main").get_by_text("La consultation est publiée")).to_be_visible()
    expect(page.get_by_role("list", name="Étapes de la consultation").get_by_role("listitem")).to_have_count(
        2
    )
    assert people(None).goto(page.url).status == 200
    assert [label for label in her.left if "facultatif" not in label] == []  # the rest was filled in for her
    print(f"{her.seconds:.0f} s of hands and head, {her.seconds_of_reading:.0f} s more to read every word")
    assert her.seconds < LONGEST_SECONDS

"""A sheet is typed by the keyboard alone, in 20 seconds: counted by the keystroke-level model, never by the clock of this machine.

Card, Moran, Newell, « The Keystroke-Level Model for User Performance Time with Interactive Systems », CACM 23(7), 1980: a key (or a
chord) takes 0.28 s to an average typist, 0.20 s to a skilled one (55 words a minute); to think before each unit of what is read takes 1.35 s;
to move the hands, 0.40 s. The page answers meanwhile.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from civic.accounts.models import Role
from civic.app import create_app
from civic.participation.sheets import service
from civic.participation.sheets.models import ContributionSheet
from civic.surveys.asking import Condition, Kind, Question, Questionnaire
from tests.conftest import actor_of, add_person, add_town, dispose, make_settings
from tests.live import LiveServer
from tests.opinions.test_reacting import add_statement
from tests.proposals.making import add_consultation, add_proposal
from tests.surveys.making import add_survey

AVERAGE, SKILLED, THINKING, HANDS, ANSWER = 0.28, 0.20, 1.35, 0.40, 0.50
MOST_SECONDS = 20.0
PASSWORD = "un mot de passe assez long"
QUESTIONNAIRE = Questionnaire(
    "Le marché",
    "",
    (
        Question(1, Kind.YES_NO, "Venez-vous ?"),
        Question(2, Kind.SEVERAL, "Qu’achetez-vous ?", options=("Légumes", "Fromage", "Fleurs")),
        Question(3, Kind.ONE, "Pourquoi pas ?", options=("Loin", "Cher"), condition=Condition(1, 2)),
        Question(4, Kind.SCALE, "Quelle note ?", least=1, greatest=5),
        Question(5, Kind.ONE, "Quel jour ?", options=("Mercredi", "Samedi")),
        Question(6, Kind.RANKING, "Dans quel ordre ?", options=("Bancs", "Arbres", "Fontaine")),
        Question(7, Kind.CONSENT, "Citez mes mots", until="un an"),
    ),
)


class Keyboard:
    """Presses keys in the page, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.units = page, 0, 0

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)
        self.units += 1

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.keys += times

    def seconds(self, *, a_key: float) -> float:
        return HANDS + self.keys * a_key + self.units * THINKING + ANSWER


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[tuple[LiveServer, int, list[str], str]]:
    """A consultation with ten statements, and printed sheets. Yields the server, its id, the numbers, the agent's address."""
    app = create_app(make_settings(sqlite_url))
    with app.app_context():
        town, _ = add_town()
        consultation = add_consultation(town)
        for n in range(10):
            add_statement(consultation, f"Il faut faire la chose numéro {n}.")
        for n in range(4):
            add_proposal(town, consultation=consultation, title=f"Idée {n}")
        agent = add_person("Agnès", roles=((Role.AGENT, town),), password=PASSWORD)
        ids = service.print_sheets(actor_of(agent), consultation_id=consultation, count=3)
        from civic.accounts.models import Person
        from civic.kernel.database import db

        numbers = [str(db.session.get_one(ContributionSheet, key).number) for key in ids]
        email = str(db.session.get_one(Person, agent).email)
    dispose(app)
    server = LiveServer(sqlite_url)
    server.start()
    yield server, consultation, numbers, email
    server.close()


def test_a_ticked_sheet_and_an_idea_take_less_than_twenty_seconds_each(
    page: Page, desk: tuple[LiveServer, int, list[str], str]
) -> None:
    server, consultation, numbers, email = desk
    page.goto(f"{server.url}/compte/connexion")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "connexion" not in url)
    page.goto(f"{server.url}/consultations/{consultation}/feuilles/saisie")

    ticked = Keyboard(page)
    expect(page.get_by_label("Numéro de la feuille")).to_be_focused()
    ticked.write(numbers[0].replace("-", "").lower())
    ticked.press("Tab", 3)
    expect(page.get_by_label("Propositions soutenues")).to_be_focused()
    ticked.write("ac")
    ticked.press("Tab")
    ticked.write("onpoo-nnop")
    ticked.press("Tab")
    ticked.write("6")  # the band that begins so: 65 to 79
    ticked.press("Shift+Tab")
    ticked.press("Enter")
    expect(page.locator("main").get_by_text(f"Feuille {numbers[0]} saisie.")).to_be_visible()

    idea = Keyboard(page)
    expect(page.get_by_label("Numéro de la feuille")).to_be_focused()
    idea.write(numbers[1].replace("-", "").lower())
    idea.press("Tab")
    idea.write("Des bancs à l’ombre devant le lavoir"[:40])
    idea.press("Enter")
    expect(page.locator("main").get_by_text(f"Feuille {numbers[1]} saisie.")).to_be_visible()

    assert ticked.seconds(a_key=AVERAGE) <= MOST_SECONDS
    assert idea.seconds(a_key=SKILLED) <= MOST_SECONDS
    expect(page.get_by_role("button", name="Annuler cette saisie")).to_be_visible()


def test_a_questionnaire_of_choices_takes_less_than_twenty_seconds(page: Page, sqlite_url: str) -> None:
    """Seven questions: six that are ticked or numbered, and one that its condition hides."""
    app = create_app(make_settings(sqlite_url))
    with app.app_context():
        town, _ = add_town()
        consultation = add_survey(town, questionnaire=QUESTIONNAIRE)
        agent = add_person("Agnès", roles=((Role.AGENT, town),), password=PASSWORD)
        (sheet,) = service.print_sheets(actor_of(agent), consultation_id=consultation, count=1)
        from civic.accounts.models import Person
        from civic.kernel.database import db

        number = str(db.session.get_one(ContributionSheet, sheet).number)
        email = str(db.session.get_one(Person, agent).email)
    dispose(app)
    server = LiveServer(sqlite_url)
    server.start()
    try:
        page.goto(f"{server.url}/compte/connexion")
        page.get_by_label("Adresse électronique").fill(email)
        page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Se connecter").click()
        page.wait_for_url(lambda url: "connexion" not in url)
        page.goto(f"{server.url}/consultations/{consultation}/feuilles/saisie")
        hands = Keyboard(page)
        expect(page.get_by_label("Numéro de la feuille")).to_be_focused()
        hands.write(number.replace("-", "").lower())
        for typed in ("o", "ac", "", "4", "b", "cab", "o"):
            hands.press("Tab")
            if typed:
                page.keyboard.type(typed)
                hands.keys += len(typed)
        hands.units += 1  # the column of boxes is read once, and typed
        hands.press("Enter")
        expect(page.locator("main").get_by_text(f"Feuille {number} saisie.")).to_be_visible()
    finally:
        server.close()

    assert hands.seconds(a_key=AVERAGE) <= MOST_SECONDS

"""Within three clicks from the home page, by links whose words name the goal: what somebody new comes to find."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from tests.journeys.modes import MODES
from tests.journeys.story import Company
from tests.journeys.town import Town
from tests.journeys.walker import Walker

CLICKS = 3
MOST_PAGES = 60
LINKS = """[...document.querySelectorAll("main a[href], header a[href]")]
    .map((link) => [link.getAttribute("aria-label") || link.innerText || link.textContent, link.pathname + link.search])
    .filter(([words, path]) => path && !path.startsWith("/langue/"))"""


@dataclass(frozen=True)
class Goal:
    """Something that is looked for.

    Attributes:
        trail: what the words of the links may be, click after click: a person follows words that have to do with what she wants.
        address: where it is. words: what she must read there.
    """

    name: str
    trail: str
    address: str
    words: str


GOALS = (
    Goal("what is open in my neighbourhood", r"quartier|consultation|croix-haute|ouvert|en cours|vote", r"^/consultations\?.*neighbourhood_id=\d+", "école à pied"),
    Goal("how to ask for help", r"aide|coup de main|entraide|comment ça marche", r"^(/entraide/demandes/nouvelle|/compte/connexion.*demandes|/aide)", "mairie"),
    Goal("the result of the last vote", r"vote|résultat|terminé|saint-lubin|scrutin", r"^/scrutins/\d+/resultat$", "Arrivée en tête"),
    Goal("what became of a proposal", r"proposition|consultation|devenues|mairie a répondu|réponse|berges|école|idée", r"^/propositions/\d+$", "Ce que devient cette proposition"),
)  # fmt: skip


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name.replace(" ", "-"))
@pytest.mark.parametrize("is_signed_in", [False, True], ids=["stranger", "resident"])
def test_somebody_new_finds_it_within_three_clicks(
    browser: Browser, town: Town, goal: Goal, is_signed_in: bool
) -> None:
    company = Company(browser, town, MODES["mouse"])
    try:
        walker = company.walker(town.resident() if is_signed_in else None)
        clicks = clicks_to(walker, goal)
    finally:
        company.leave()

    assert clicks is not None, f"nothing leads to {goal.name} in {CLICKS} clicks"
    assert len(clicks) <= CLICKS


def clicks_to(walker: Walker, goal: Goal) -> list[str] | None:
    """Open pages in the order of their distance, by the links whose words fit. Returns the words followed."""
    waiting: list[tuple[str, list[str]]] = [("/", [])]
    seen = {"/"}
    for _ in range(MOST_PAGES):
        if not waiting:
            return None
        path, clicks = waiting.pop(0)
        walker.go(path)
        if re.search(goal.address, path) and re.search(goal.words, walker.page.inner_text("body")):
            return clicks
        if len(clicks) == CLICKS:
            continue
        for words, address in walker.page.evaluate(LINKS):
            if address not in seen and re.search(goal.trail, " ".join(words.split()), re.IGNORECASE):
                seen.add(address)
                waiting.append((address, [*clicks, " ".join(words.split())]))
        waiting.sort(key=lambda one: (len(one[1]), not re.search(goal.address, one[0])))
    return None

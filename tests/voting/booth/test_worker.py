"""The booth in a real browser, under the platform's own headers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from bench.served import served
from tests.browser.conftest import browser_type_launch_args  # noqa: F401 - a fixture
from tests.live import LiveServer
from tests.voting import belenios
from tests.voting.belenios import Election

IN_PAGE = Path(__file__).with_name("in_page.js").read_text()
QUESTION = {"answers": ["Oui", "Non"], "blank": True, "min": 1, "max": 1, "question": "Fermer la rue ?"}

Seal = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def election(tmp_path_factory: pytest.TempPathFactory) -> Election:
    return belenios.make_election(tmp_path_factory.mktemp("worker"), [QUESTION], voters=2, trustees=1)


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with served() as (_, server):
        yield server


@pytest.fixture
def seal(page: Page, server: LiveServer, election: Election) -> Seal:
    page.goto(f"{server.url}/scrutins/recepisse")

    def in_page(what: str, *, code: str = "", choices: list[Any] | None = None) -> dict[str, Any]:
        given = {
            "election": election.text,
            "code": code or election.codes[0],
            "choices": [[1]] if choices is None else choices,
            "what": what,
        }
        answer: dict[str, Any] = page.evaluate(IN_PAGE, given)
        return answer

    return in_page


def test_a_ballot_sealed_in_the_browser_is_accepted_and_is_given_once(seal: Seal, election: Election) -> None:
    made = seal("cast")

    assert made["steps"] == [[1, 3], [2, 3], [3, 3]]
    assert made["again"] == "nothing_sealed"
    election.add("Ballot", made["first"]["ballot"])
    belenios.verify(election.folder)


def test_a_ballot_that_its_voter_opened_can_no_longer_be_cast(seal: Seal) -> None:
    made = seal("open")

    assert made["first"]["marks"] == [[0, 0, 1]]
    assert made["first"]["hash"] == made["hash"]
    assert "signature" not in made["first"]["ballot"]
    assert made["again"] == "nothing_sealed"


def test_a_code_mistyped_is_refused_on_the_device(seal: Seal) -> None:
    assert seal("cast", code="abc-def") == {"refused": "code_malformed"}

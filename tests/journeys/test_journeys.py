"""The twelve journeys, in every way of using a browser: `make test` walks each in one mode, `make audit PART=journeys` in each."""

import time
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.modes import MODES
from tests.journeys.story import JOURNEYS, Company, Journey
from tests.journeys.town import Town

TWELVE = {
    "sign up", "sign in", "propose", "support", "vote", "read a result", "offer help", "ask for help",
    "accept an invitation", "cancel", "get my data", "moderate",
}  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "mode_key" not in metafunc.fixturenames:
        return
    is_whole = metafunc.config.getoption("--all-modes", default=False)
    walks = [
        (journey, key)
        for journey in JOURNEYS.values()
        for key in (MODES if is_whole else [journey.usual_mode])
    ]
    ids = [f"{journey.name.replace(' ', '-')}:{key}" for journey, key in walks]
    metafunc.parametrize(("journey", "mode_key"), walks, ids=ids)


def test_a_person_arrives_where_she_was_going(
    browser: Browser, town: Town, results: dict[str, Any], journey: Journey, mode_key: str
) -> None:
    company, began = Company(browser, town, MODES[mode_key]), time.monotonic()
    note = {"journey": journey.name, "mode": mode_key, "passed": False}
    results["walks"].append(note)
    try:
        journey.walk(company)
        assert company.faults == []
        note["passed"] = True
    finally:
        note["seconds"] = round(time.monotonic() - began, 1)
        company.leave()


def test_the_list_has_the_twelve_journeys_and_the_usual_modes_are_all_of_them() -> None:
    assert set(JOURNEYS) >= TWELVE
    assert {journey.usual_mode for journey in JOURNEYS.values()} == set(MODES)

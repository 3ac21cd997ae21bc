"""The commune that the journeys cross, loaded and served once; and `--all-modes`, with which each is walked in each mode."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from config import ROOT
from tests.conftest import build, dispose
from tests.demonstration import CopyDemo
from tests.journeys import account, asking, held_votes, helping, participation, sealed_votes, solidarity  # noqa: F401  (each puts its journeys on the list)
from tests.journeys.town import Town
from tests.live import LiveServer


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("journeys")
    group.addoption("--all-modes", action="store_true", help="walk each journey in each mode, in minutes")
    group.addoption(
        "--journeys-results",
        default="docs/audit/journeys.json",
        help="with --all-modes: the file where what came of them is written",
    )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: apt-get install chromium"
    quiet = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return {**browser_type_launch_args, "executable_path": chromium, "args": quiet}


@pytest.fixture(scope="session")
def town(copy_demo: CopyDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A commune apart from that of the other tests of browsers: here, people come, go, and change things."""
    url = copy_demo(tmp_path_factory.mktemp("journeys"))
    app = build(url)
    server = LiveServer(url, writes_per_minute="100000")
    server.start()
    yield Town(app, server)
    server.close()
    dispose(app)


@pytest.fixture(scope="session")
def results(request: pytest.FixtureRequest, browser: Browser) -> Iterator[dict[str, Any]]:
    """What came of each journey in each mode, written at the end when all were walked."""
    noted: dict[str, Any] = {"walks": []}
    yield noted
    if request.config.getoption("--all-modes", default=False):
        path = ROOT / Path(request.config.getoption("--journeys-results"))
        path.parent.mkdir(parents=True, exist_ok=True)
        figures = summarise(noted["walks"]) | {"browser": f"Chromium {browser.version}"}
        path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def summarise(walks: list[dict[str, Any]]) -> dict[str, Any]:
    """Count the walks, by mode, and name those that did not arrive."""
    modes = list(dict.fromkeys(walk["mode"] for walk in walks))
    by_mode = {mode: [walk["passed"] for walk in walks if walk["mode"] == mode] for mode in modes}
    return {
        "walked": len(walks),
        "passed": sum(walk["passed"] for walk in walks),
        "by_mode": {mode: f"{sum(passed)} of {len(passed)}" for mode, passed in by_mode.items()},
        "slowest_seconds": max((walk["seconds"] for walk in walks), default=0),
        "not_arrived": [f"{walk['journey']}: {walk['mode']}" for walk in walks if not walk["passed"]],
    }

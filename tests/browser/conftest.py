"""A real browser: Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from civic import demo
from tests.demonstration import CopyDemo
from tests.live import LiveServer


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


def serve_demo(copy_demo: CopyDemo, folder: Path) -> Iterator[LiveServer]:
    """Serve the demonstration commune, as `make run` shows it, in a process of its own."""
    server = LiveServer(copy_demo(folder), writes_per_minute="100000")
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def demo_server(copy_demo: CopyDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The demonstration, for tests that leave it as it is."""
    yield from serve_demo(copy_demo, tmp_path_factory.mktemp("demo"))


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "fr-FR", "viewport": {"width": 1280, "height": 900}}


def sign_in_as(page: Page, server: LiveServer, key: str) -> None:
    """Sign in by the form, as one of the demonstration's accounts."""
    account = next(account for account in demo.demo_accounts() if account.key == key)
    page.goto(f"{server.url}/compte/connexion")
    page.get_by_label("Adresse électronique").fill(account.email)
    page.get_by_label("Mot de passe", exact=True).fill(account.password)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "connexion" not in url)

"""A real browser at work for the audit: one context a reader, pages opened in the state that a visit asks for."""

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.audit_site.pages import Visit
from tests.audit_site.towns import Town

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
LAUNCH = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE_MS = 60_000
MODULES = Path(__file__).resolve().parent.parent / "node" / "node_modules"


@dataclass(frozen=True)
class Place:
    """Where a town is served, and the session of each of its readers."""

    url: str
    cookies: dict[str | None, str | None]


Places = dict[str, Place]


@dataclass
class Report:
    """What a part found.

    Attributes:
        figures: what was measured, by name.
        failures: what is wrong, in a sentence each, with the page.
        notes: what a person must look at, in the same way.
    """

    figures: dict[str, Any] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)

    def fail(self, page: str, what: str, **more: Any) -> None:
        self.failures.append({"page": page, "what": what, **more})

    def count(self, name: str, number: int = 1) -> None:
        self.figures[name] = self.figures.get(name, 0) + number

    def absorb(self, other: "Report") -> None:
        """Add what another process found: counts are added, lists joined, the rest kept."""
        self.failures += other.failures
        self.notes += other.notes
        for name, value in other.figures.items():
            if isinstance(value, (int, list)) and not isinstance(value, bool):
                self.figures[name] = self.figures[name] + value if name in self.figures else value
            else:
                self.figures[name] = {**self.figures.get(name, {}), **value}


def places_of(towns: dict[str, Town]) -> Places:
    return {
        name: Place(town.url, {role: town.cookie(role) for role in town.roles})
        for name, town in towns.items()
    }


@contextmanager
def open_browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=LAUNCH)
        yield browser
        browser.close()


def enter(browser: Browser, place: Place, role: str | None, **options: Any) -> BrowserContext:
    """Open a window as a reader, signed in without a form."""
    context = browser.new_context(locale="fr-FR", service_workers="block", **{"viewport": WIDE, **options})
    context.set_default_timeout(PATIENCE_MS)
    cookie = place.cookies.get(role)
    if cookie:
        context.add_cookies([{"name": "session", "value": cookie, "url": place.url}])
    return context


def open_visit(page: Page, visit: Visit, place: Place) -> None:
    """Open a page in its state: its form sent empty, or the error itself."""
    address = place.url + visit.address
    if visit.html is not None:
        page.route(
            address, lambda route: route.fulfill(body=visit.html, content_type="text/html; charset=utf-8")
        )
    page.goto(address, wait_until="load")
    if visit.form is not None:
        with page.expect_navigation(wait_until="load"):
            page.evaluate(SEND_EMPTY, urlsplit(visit.form).path)


SEND_EMPTY = """action => {
    const form = [...document.forms].find(form =>
        form.getAttribute("method")?.toLowerCase() === "post" && new URL(form.getAttribute("action") || location.href, location).pathname === action
        && form.querySelector("input:not([type=hidden]), textarea, select"));
    for (const field of form.querySelectorAll("input:not([type=hidden]), textarea, select")) field.remove();
    form.noValidate = true;
    HTMLFormElement.prototype.submit.call(form);
}"""
"""Fields taken out of a form are what an empty form sends; the server answers as it does to anybody."""

ADD_STYLE = """text => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""


Measure = Callable[[Browser, list[Visit], Places, Report], None]


def share(measure: Measure, visits: list[Visit], places: Places, workers: int) -> Report:
    """Measure visits in several browsers at once, and return what all found."""
    report = Report()
    if workers == 1:
        return _work(measure, visits, places)
    shares = [visits[number::workers] for number in range(workers)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for found in pool.map(_work, [measure] * workers, shares, [places] * workers):
            report.absorb(found)
    return report


def _work(measure: Measure, visits: list[Visit], places: Places) -> Report:
    report = Report()
    with open_browser() as browser:
        measure(browser, visits, places, report)
    return report


@contextmanager
def each_reader(
    browser: Browser, visits: list[Visit], places: Places, report: Report, **options: Any
) -> Iterator[Iterator[tuple[Visit, Page]]]:
    """Give each visit with its page open, reusing the window of a reader."""
    windows: dict[tuple[str, str | None], Page] = {}

    def walk() -> Iterator[tuple[Visit, Page]]:
        for visit in visits:
            who = (visit.town, visit.role)
            if who not in windows:
                windows[who] = enter(browser, places[visit.town], visit.role, **options).new_page()
            page = windows[who]
            try:
                open_visit(page, visit, places[visit.town])
            except BrowserError as error:
                report.fail(visit.label, f"could not be opened: {str(error)[:300]}")
                windows.pop(who).context.close()
                continue
            yield visit, page

    yield walk()
    for page in windows.values():
        page.context.close()


def version_of(package: str, folder: Path = MODULES) -> str:
    version: str = json.loads((folder / package / "package.json").read_text())["version"]
    return version

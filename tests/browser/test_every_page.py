"""Every page that a link leads to, for each kind of account, in a real browser: light, ours alone, readable at 320 pixels, accessible.

`make test` follows every link of every account, and opens in the browser the pages made of something that was not opened yet;
`make long` opens them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.audit_site.axe import source
from tests.browser.conftest import sign_in_as
from tests.browser.reading import Reading
from tests.live import LiveServer

HEAVIEST_PAGE_BYTES = 75_000
MOST_PAGES = 150
FEWEST_PAGES = 20
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
ADDRESSES = "links => links.map(link => new URL(link.getAttribute('href'), location).href)"
"""The href of a link within a drawing is no text."""
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
"""All its rules are run; of those that a page keeps, whose elements nobody reads, axe writes no address of each element."""


@dataclass
class Watch:
    """What a page asked for, and what went wrong."""

    hosts: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)

    def note_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss"):
            self.hosts.add(address.netloc)

    def note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(message.text)


MARKUP = """() => {
    const of = (each) => [each.localName, ...[...each.classList].sort(), ...[...each.attributes]
        .filter((one) => /^(role|type|disabled|hidden|open|lang|tabindex|aria-.*)$/.test(one.name))
        .map((one) => one.name + (/^(aria-(labelledby|describedby|controls|label|value.*)|lang)$/.test(one.name) ? "" : "=" + one.value)).sort()].join(" ");
    return [...new Set([...document.querySelectorAll("body *:not(svg *)")].map((each) => of(each.parentElement) + " > " + of(each)))];
}"""
"""What elements there are and within which others, whatever their texts."""


@dataclass
class Known:
    """What was seen already, whoever the reader was: a page is looked at when it holds anything else."""

    opened: set[str] = field(default_factory=set)
    markup: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def known() -> Known:
    return Known()


pytestmark = pytest.mark.long


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Without the service worker: what comes through it is weighed as it is once unpacked, not as it was sent."""
    return {**browser_context_args, "service_workers": "block"}


@pytest.mark.parametrize(
    "who",
    [None, "resident_verified", "volunteer", "association", "councillor", "agent", "moderator", "admin"],
)
def test_every_page_that_links_lead_to_holds(
    page: Page, demo_server: LiveServer, known: Known, is_in_full: bool, who: str | None
) -> None:
    watch = Watch()
    if who:
        sign_in_as(page, demo_server, who)
    page.on("request", watch.note_request)
    page.on("console", watch.note_console)
    page.on("pageerror", lambda error: watch.troubles.append(str(error)))
    faults: list[str] = []
    read = 0

    for address, shape in crawl(page, demo_server):
        read += 1
        if shape <= known.opened and address != "/" and not is_in_full:
            continue
        known.opened |= shape
        page.goto(demo_server.url + address)
        found = faults_of(page, watch)
        markup = set(page.evaluate(MARKUP))
        if not markup <= known.markup:
            found += violations(page)
            known.markup |= markup
        faults += [f"{address}: {fault}" for fault in found]
        watch.troubles.clear()

    assert faults == []
    assert watch.hosts == {urlsplit(demo_server.url).netloc}
    assert read > FEWEST_PAGES


def crawl(page: Page, server: LiveServer) -> Iterator[tuple[str, set[str]]]:
    """Read pages by following links, one of each kind, and yield each address and what its page is made of."""
    waiting, kinds = ["/"], {"/"}
    for _ in range(MOST_PAGES):
        if not waiting:
            return
        address = waiting.pop(0)
        answer = page.request.get(server.url + address)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status < 400, f"{address} answers {answer.status}"
        reading = Reading(answer.text(), answer.url)
        yield address, reading.shape
        if address == "/demonstration/courrier":
            continue  # the mails of everybody, whose links are for each alone
        links = reading.links
        if page.url == answer.url:  # open in the browser, where a script may have added some
            links += page.eval_on_selector_all("a[href]:not([download])", ADDRESSES)
        for link in links:
            found = urlsplit(link)
            if (
                found.netloc == urlsplit(server.url).netloc
                and kind_of(found.path) not in kinds
                and is_page(found.path)
            ):
                kinds.add(kind_of(found.path))
                waiting.append(found.path + (f"?{found.query}" if found.query else ""))


def kind_of(path: str) -> str:
    """Pages that differ by a number alone are of one kind."""
    return "/".join("N" if part.isdigit() else part for part in path.split("/"))


def is_page(path: str) -> bool:
    is_file = "." in path.rsplit("/", 1)[-1]
    is_long = path == "/composants"  # every component in every state: `make audit` measures it, once
    return not path.startswith(("/langue/", "/static/", "/api/")) and not is_file and not is_long


def faults_of(page: Page, watch: Watch) -> list[str]:
    faults = [f"console: {trouble}" for trouble in watch.troubles]
    weight = page.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
        ".reduce((sum, entry) => sum + (entry.encodedBodySize || 0) + 300, 0)"
    )
    if weight > HEAVIEST_PAGE_BYTES:
        faults.append(f"weighs {weight} bytes")
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        faults.append(f"is {width} pixels wide on a screen of 320")
    page.set_viewport_size(WIDE)
    return faults


def violations(page: Page) -> list[str]:
    return [
        f"axe {violation['id']} at {[node['target'] for node in violation['nodes'][:3]]}"
        for violation in Axe(source()).run(page, options=AXE).response["violations"]
    ]

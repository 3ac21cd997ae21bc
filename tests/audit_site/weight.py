"""What a page weighs on the wire, cold, as the browser counts it; and how soon there is something to read on a slow line."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page

from tests.audit_site.browsing import Places, Report, enter, open_visit
from tests.audit_site.pages import Visit
from tests.audit_site.towns import DEMO

READING_BYTES, LIVE_BYTES = 100_000, 170_000
MOST_REQUESTS = 20

USUAL_NODES = 800
SLOW_LINE = {"offline": False, "latency": 400, "downloadThroughput": 8_000, "uploadThroughput": 8_000}
"""64 kbit/s, 400 ms."""
SLOWEST_PAINT_SECONDS = 10
SLOW_PAGES = {
    "home": (None, "/"),
    "consultation": (None, "/consultations/2"),
    "proposal": (None, "/propositions/15"),
    "poll": (None, "/scrutins/1"),
    "request form": ("resident_verified", "/entraide/demandes/nouvelle"),
}
SETTLING_MS = 700


class Wire:
    """Counts what passes on the line of one page."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes, self.requests, self.hosts = 0, 0, set[str]()
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._loaded)

    def _asked(self, event: dict[str, Any]) -> None:
        address = urlsplit(event["request"]["url"])
        if address.scheme in ("http", "https"):
            self.requests += 1
            self.hosts.add(address.netloc)

    def _loaded(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])


def measure(browser: Browser, visits: list[Visit], places: Places, report: Report) -> None:
    report.figures |= {
        "heaviest_reading": {},
        "heaviest_live": {},
        "most_requests": {},
        "large_documents": {},
    }
    for visit in visits:
        if visit.town == DEMO and visit.state == "full" and visit.adds:
            weigh(browser, visit, places, report)


def weigh(browser: Browser, visit: Visit, places: Places, report: Report) -> None:
    context = enter(browser, places[visit.town], visit.role)
    page = context.new_page()
    wire = Wire(context.new_cdp_session(page))
    open_visit(page, visit, places[visit.town])
    page.wait_for_timeout(SETTLING_MS)
    is_live = page.locator("script[src*='js/live.js']").count() > 0
    nodes = page.evaluate("document.getElementsByTagName('*').length")
    context.close()
    bound = LIVE_BYTES if is_live else READING_BYTES
    report.count("pages")
    report.figures["heaviest_live" if is_live else "heaviest_reading"][visit.label] = wire.bytes
    report.figures["most_requests"][visit.label] = wire.requests
    if nodes > USUAL_NODES:
        report.figures["large_documents"][visit.label] = nodes
    if wire.bytes > bound:
        report.fail(visit.label, f"weighs {wire.bytes} bytes; the bound is {bound}")
    if wire.requests > MOST_REQUESTS:
        report.fail(visit.label, f"makes {wire.requests} requests; the bound is {MOST_REQUESTS}")
    strangers = wire.hosts - {urlsplit(places[visit.town].url).netloc}
    if strangers:
        report.fail(visit.label, f"makes requests to {sorted(strangers)}")


def keep_the_heaviest(report: Report, kept: int = 5) -> None:
    """Leave the heaviest pages alone in the figures: a result is read by people."""
    for name in ("heaviest_reading", "heaviest_live", "most_requests", "large_documents"):
        ordered = sorted(report.figures[name].items(), key=lambda item: -item[1])
        report.figures[name] = dict(ordered[:kept])
    report.figures["third_party_requests"] = sum(
        "requests to" in failure["what"] for failure in report.failures
    )


def slow_line(browser: Browser, places: Places, report: Report) -> None:
    report.figures["first_paint_seconds"] = {}
    for name, (role, address) in SLOW_PAGES.items():
        context = enter(browser, places[DEMO], role)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_LINE)
        answer = page.goto(places[DEMO].url + address, wait_until="commit")
        if answer is None or answer.status != 200:
            report.fail(address, "did not open")
        seconds = first_paint(page)
        context.close()
        report.figures["first_paint_seconds"][name] = seconds
        if seconds > SLOWEST_PAINT_SECONDS:
            report.fail(f"{address} [{role or 'stranger'}, 64 kbit/s]", f"shows something after {seconds} s")


def first_paint(page: Page) -> float:
    found = page.evaluate(
        """() => new Promise(resolve => new PerformanceObserver(list => {
            for (const entry of list.getEntries()) if (entry.name === "first-contentful-paint") resolve(entry.startTime);
        }).observe({type: "paint", buffered: true}))"""
    )
    return round(float(found) / 1000, 1)

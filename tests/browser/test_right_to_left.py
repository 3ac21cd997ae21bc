"""Read from right to left, as Arabic is: the French pages, turned, neither overflow nor overlap."""

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import sign_in_as
from tests.live import LiveServer

WIDTHS = (320, 1280)
PUBLIC = (
    "/", "/consultations", "/consultations/2", "/scrutins/1/resultat", "/scrutins/2", "/entraide", "/propositions/1",
    "/conseils-de-quartier/1", "/en-mots-simples", "/consultations/2/essentiel", "/compte/inscription", "/recherche?q=eau",
)  # fmt: skip
FOR_AGENTS = (
    "/",
    "/bureau",
    "/consultations/nouvelle",
    "/scrutins/nouveau",
    "/entraide/a-suivre",
    "/notifications",
)
OVERLAPS = """() => {
    const shown = [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary, h1, h2, h3")]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".visually-hidden, .skip-link, [popover]"))
        .flatMap((each) => [...each.getClientRects()].map((box) => ({ each, box })))
        .filter(({ box }) => box.width > 2 && box.height > 2);
    const found = [];
    shown.forEach((one, index) => shown.slice(index + 1).forEach((other) => {
        if (one.each.contains(other.each) || other.each.contains(one.each)) return;
        const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (width > 2 && height > 4) found.push(`${one.each.textContent.trim()} / ${other.each.textContent.trim()}`);
    }));
    return found;
}"""
"""What is written or pressed, and lies over something else that is."""


def turn(route: Route) -> None:
    """Serve a page as if its language were written from right to left."""
    answer = route.fetch()
    page = answer.text()
    assert '<html lang="fr" dir="ltr">' in page
    route.fulfill(
        response=answer, body=page.replace('<html lang="fr" dir="ltr">', '<html lang="ar" dir="rtl">', 1)
    )


@pytest.mark.parametrize(("who", "addresses"), [(None, PUBLIC), ("agent", FOR_AGENTS)])
def test_turned_pages_keep_their_shape(
    browser: Browser, demo_server: LiveServer, who: str | None, addresses: tuple[str, ...]
) -> None:
    context = browser.new_context(locale="fr-FR", service_workers="block")
    page = context.new_page()
    if who:
        sign_in_as(page, demo_server, who)
    context.route(
        lambda address: "/static/" not in address,
        lambda route: turn(route) if route.request.resource_type == "document" else route.continue_(),
    )
    faults: list[str] = []
    for address in addresses:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            answer = page.goto(demo_server.url + address)
            assert answer is not None
            assert answer.status == 200, address
            faults += [f"{address} at {width}: {fault}" for fault in faults_of(page, width)]
    context.close()

    assert faults == []


def faults_of(page: Page, width: int) -> list[str]:
    faults = [f"overlap: {found[:120]}" for found in page.evaluate(OVERLAPS)]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        faults.append(f"is {wide} pixels wide")
    if page.evaluate("getComputedStyle(document.querySelector('h1')).direction") != "rtl":
        faults.append("is not turned")
    return faults

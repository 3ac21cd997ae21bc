"""Tabs through pages: the focus is seen at each stop, in light and in dark, contrasts, and is never hidden under something."""

from collections import Counter
from io import BytesIO
from typing import Any

from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page

from tests.audit_site.browsing import NARROW, WIDE, Places, Report, enter
from tests.audit_site.towns import DEMO

PAGES: tuple[tuple[str | None, str], ...] = (
    (None, "/"),
    (None, "/consultations"),
    (None, "/consultations/2"),
    (None, "/propositions/15"),
    (None, "/scrutins/1"),
    (None, "/scrutins/1/resultat"),
    (None, "/entraide"),
    (None, "/recherche?q=v%C3%A9lo"),
    (None, "/compte/connexion"),
    (None, "/compte/inscription"),
    (None, "/accessibilite"),
    ("resident_verified", "/"),
    ("resident_verified", "/mon-espace"),
    ("resident_verified", "/scrutins/2/bulletin"),
    ("resident_verified", "/entraide/demandes/nouvelle"),
    ("volunteer", "/entraide/sollicitations"),
    ("volunteer", "/entraide/propositions/nouvelle"),
    ("councillor", "/consultations/nouvelle"),
    ("agent", "/bureau"),
    ("agent", "/entraide/demande-par-telephone"),
    ("moderator", "/signalements"),
)
MOST_STOPS = 120
LEAST_CONTRAST = 3.0
LEAST_PIXELS = 20

STOP = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const label = element.closest("label") || (element.id && document.querySelector(`label[for="${CSS.escape(element.id)}"]`));
    const box = element.getBoundingClientRect();
    const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
    const isSeen = points.some(([x, y]) => {
        const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return top && (element.contains(top) || top.contains(element) || label?.contains(top));
    });
    element.dataset.auditStop ??= String(document.querySelectorAll("[data-audit-stop]").length);
    return {
        id: element.dataset.auditStop,
        name: element.tagName.toLowerCase() + " " + (element.getAttribute("aria-label") || element.textContent || element.name || "")
            .trim().replace(/\\s+/g, " ").slice(0, 50),
        isSeen,
    };
}"""
BLUR = "document.activeElement.blur()"


def measure(browser: Browser, places: Places, report: Report) -> None:
    report.figures |= {"stops": 0, "pages": 0, "lowest_contrast": 21.0}
    for role, address in PAGES:
        for scheme, screen in (("light", WIDE), ("dark", NARROW)):
            context = enter(
                browser, places[DEMO], role, viewport=screen, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            page.goto(places[DEMO].url + address)
            report.count("pages")
            walk(page, f"{address} [{role or 'stranger'}, {screen['width']} {scheme}]", report)
            context.close()


def walk(page: Page, label: str, report: Report) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")
    seen: set[str] = set()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["id"] in seen:
            return
        seen.add(stop["id"])
        report.count("stops")
        if not stop["isSeen"]:
            report.fail(label, f"the focus is hidden under something: {stop['name']}")
            continue
        contrast = contrast_of(page)
        if contrast is None:
            report.fail(label, f"the focus does not show: {stop['name']}")
            continue
        report.figures["lowest_contrast"] = min(report.figures["lowest_contrast"], contrast)
        if contrast < LEAST_CONTRAST:
            report.fail(label, f"the focus shows with a contrast of {contrast}: {stop['name']}")


def contrast_of(page: Page) -> float | None:
    """Return the best contrast between a stop with and without the focus, over enough pixels; None when nothing changes.

    The whole screen is looked at: a card draws the focus of the link that is in it.
    """
    focused = picture(page)
    page.evaluate(BLUR)  # the browser goes on from here at the next Tab
    plain = picture(page)
    changed = ImageChops.difference(focused, plain).convert("L").point(lambda value: 255 if value else 0)
    box = changed.getbbox()
    if not box:
        return None
    before, after, mask = (image.crop(box).getdata() for image in (plain, focused, changed))
    pairs = Counter((a, b) for a, b, differs in zip(after, before, mask, strict=True) if differs)
    pixels = 0
    for contrast, times in sorted(((ratio(*pair), times) for pair, times in pairs.items()), reverse=True):
        pixels += times
        if pixels >= LEAST_PIXELS:
            return round(contrast, 2)
    return None


def picture(page: Page) -> Image.Image:
    raw = page.screenshot(animations="disabled", caret="hide")
    return Image.open(BytesIO(raw)).convert("RGB")


def ratio(first: Any, second: Any) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [value / 255 for value in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

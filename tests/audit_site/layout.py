"""What a page does on a small screen, with larger text, with more space between letters, without motion, in forced colours."""

from typing import Any

from playwright.sync_api import Browser, Page

from tests.audit_site.browsing import ADD_STYLE, NARROW, WIDE, Places, Report, each_reader
from tests.audit_site.pages import Visit

LARGE_TEXT = ":root { font-size: 225% !important; }"
"""Twice the 112.5 % of `base.css`: what a reader gets who doubles the text of the browser."""
MORE_SPACE = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
    " p { margin-block-end: 2em !important; }"
)
"""WCAG 2.2, 1.4.12."""

HALF = {"width": 640, "height": 450}
"""A screen of 1280 pixels, zoomed twice."""

CHANGES = (
    ("text at 200 %", LARGE_TEXT, (HALF, WIDE)),
    ("text spacing", MORE_SPACE, (NARROW, WIDE)),
)

FIXED = ("display.", "sittings.show_projection", "paper.show_reply_sheet", "sheets.show_printed_sheets")
"""A screen on a wall, whose text nobody enlarges, and a sheet of paper to write on, as large as paper: what they say is on other pages too."""

REMOVE_STYLES = "document.adoptedStyleSheets = []"
MOVING = """() => document.getAnimations().filter(animation => animation.playState === "running"
    && animation.effect.getComputedTiming().duration > 1).map(animation =>
    `${animation.effect.target?.className} ${animation.animationName || animation.transitionProperty}`)"""

# A sheet of paper is as large as paper, with what is drawn on it: the pages in large print say the same.
FAULTS = """() => {
    const faults = [];
    const name = element => element.tagName.toLowerCase()
        + (element.className && typeof element.className === "string" ? "." + element.className.trim().split(/\\s+/).join(".") : "")
        + " «" + element.textContent.trim().replace(/\\s+/g, " ").slice(0, 50) + "»";
    const hidden = element => {
        for (let each = element; each && each !== document.body; each = each.parentElement) {
            const style = getComputedStyle(each), box = each.getBoundingClientRect();
            if (style.visibility === "hidden" || style.display === "none" || style.opacity === "0") return true;
            if (style.clipPath !== "none" || (box.width <= 2 && box.height <= 2)) return true;
            if (each.tagName === "DETAILS" && !each.open && !element.closest("summary")) return true;
        }
        return false;
    };
    const scrolls = element => {
        for (let each = element; each && each !== document.documentElement; each = each.parentElement) {
            if (/auto|scroll/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth) return true;
        }
        return false;
    };
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!node.data.trim() || element.closest("svg, script, style, option, template, noscript, .poster") || hidden(element)) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
            if (box.width < 2 || box.height < 2) continue;
            if (!scrolls(element) && (box.right > innerWidth + 1.5 || box.left < -1.5)) {
                faults.push(`text leaves the screen: ${name(element)}`);
            }
            texts.push({box, element, scrolls: scrolls(element)});
        }
        for (let each = element; each && each !== document.body; each = each.parentElement) {
            const style = getComputedStyle(each);
            const cuts = /hidden|clip/;
            const outer = each.getBoundingClientRect();
            for (const box of range.getClientRects()) {
                if (cuts.test(style.overflowX) && (box.right > outer.right + 2 || box.left < outer.left - 2)
                    || cuts.test(style.overflowY) && (box.bottom > outer.bottom + 4 || box.top < outer.top - 4)) {
                    faults.push(`text is cut: ${name(element)} in ${name(each)}`);
                    break;
                }
            }
        }
    }
    texts.sort((a, b) => a.box.top - b.box.top);
    for (let first = 0; first < texts.length; first += 1) {
        for (let second = first + 1; second < texts.length && texts[second].box.top < texts[first].box.bottom; second += 1) {
            const [a, b] = [texts[first], texts[second]];
            if (a.element.contains(b.element) || b.element.contains(a.element) || a.scrolls || b.scrolls) continue;
            const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
            const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
            const least = Math.min(a.box.height, b.box.height);
            if (width > 3 && height > least * 0.45) faults.push(`texts overlap: ${name(a.element)} and ${name(b.element)}`);
        }
    }
    for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        const box = field.getBoundingClientRect();
        if (!hidden(field) && box.width && !scrolls(field) && box.right > innerWidth + 1.5) faults.push(`field leaves the screen: ${field.name}`);
    }
    return [...new Set(faults)].slice(0, 8);
}"""

OVER_THE_EDGE = """() => [...document.querySelectorAll(".poster")]
    .map(sheet => sheet.scrollHeight - sheet.clientHeight).filter(over => over > 1)"""

UNSEEN = """() => [...document.querySelectorAll(
        "a.button, button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, textarea")]
    .filter(control => control.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .filter(control => !control.matches(".visually-hidden, .visually-hidden *, [class*=link]"))
    .filter(control => {
        for (let each = control, up = 0; each && up < 2; each = each.parentElement, up += 1) {
            const style = getComputedStyle(each);
            if (parseFloat(style.borderTopWidth) >= 1 && style.borderTopStyle !== "none") return false;
        }
        return true;
    }).map(control => control.outerHTML.slice(0, 120)).slice(0, 5)"""
"""Controls that have no edge when their ground is taken away."""


def measure(browser: Browser, visits: list[Visit], places: Places, report: Report) -> None:
    chosen = [visit for visit in visits if visit.adds]
    with each_reader(browser, chosen, places, report, reduced_motion="reduce") as walk:
        for visit, page in walk:
            report.count("pages")
            page.set_viewport_size(NARROW)
            reflow(page, visit, report)
            paper(page, visit, report)
            still(page, visit, report)
            forced_colours(page, visit, report)
            for name, style, screens in () if visit.endpoint.startswith(FIXED) else CHANGES:
                page.evaluate(ADD_STYLE, style)
                for screen in screens:
                    page.set_viewport_size(screen)
                    faults(page, f"{visit.label} {screen['width']}, {name}", report)
                page.evaluate(REMOVE_STYLES)
            page.set_viewport_size(WIDE)


def reflow(page: Page, visit: Visit, report: Report) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        report.fail(f"{visit.label} 320", f"the page scrolls sideways: {width} pixels wide")
    faults(page, f"{visit.label} 320", report)


def paper(page: Page, visit: Visit, report: Report) -> None:
    """What is on a sheet stays on it: printed, the rest would be cut."""
    page.set_viewport_size(WIDE)
    for over in page.evaluate(OVER_THE_EDGE):
        report.fail(visit.label, f"goes {over} pixels over the edge of its sheet")


def faults(page: Page, label: str, report: Report) -> None:
    report.count("looks")
    for fault in page.evaluate(FAULTS):
        report.fail(label, fault)


def still(page: Page, visit: Visit, report: Report) -> None:
    moving: list[Any] = page.evaluate(MOVING)
    if moving:
        report.fail(visit.label, f"moves although less motion was asked for: {moving}")


def forced_colours(page: Page, visit: Visit, report: Report) -> None:
    page.emulate_media(forced_colors="active")
    for control in page.evaluate(UNSEEN):
        report.fail(visit.label, f"has no edge in forced colours: {control}")
    page.emulate_media(forced_colors="none")

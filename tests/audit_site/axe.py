"""axe-core on every page, role and state: at 1280 and 320 pixels, in light and dark, with menus and windows open."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from config import ROOT
from tests.audit_site.browsing import MODULES, NARROW, WIDE, Places, Report, each_reader
from tests.audit_site.pages import Visit

TRIAGE = ROOT / "docs" / "audit" / "triage.json"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
ALL_RULES = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations", "incomplete"],
}
COLOUR_RULES = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations", "incomplete"],
}
"""In the dark only colours change: the style sheet of the dark sets nothing else."""

RUN = """([inside, options]) => axe.run(inside || document, options).then(({violations, incomplete, passes}) => {
    const short = rules => rules.map(rule => ({
        id: rule.id, tags: rule.tags.filter(tag => /^RGAA-|^wcag\\d{3}/i.test(tag)),
        nodes: rule.nodes.map(node => ({
            target: node.target.flat().join(" "), html: node.html.slice(0, 160),
            why: [...node.any, ...node.all, ...node.none].map(check => check.message).join(" ").slice(0, 240),
        })),
    }));
    return {violations: short(violations), incomplete: short(incomplete), passes: passes.map(rule => rule.id)};
})"""


def source() -> str:
    return (MODULES / "axe-core" / "axe.min.js").read_text()


class Axe:
    """Runs axe-core, and keeps what it says of the pages in a report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.script = source()

    def run(self, page: Page, label: str, options: dict[str, Any], inside: str | None = None) -> None:
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(self.script)
        found = page.evaluate(RUN, [inside, options])
        self.report.count("runs")
        for rule in found["violations"]:
            for node in rule["nodes"]:
                self.report.fail(
                    label, f"axe {rule['id']}: {node['why']}", rule=rule["id"], target=node["target"]
                )
        for rule in found["incomplete"]:
            for node in rule["nodes"]:
                self.report.notes.append(
                    {
                        "page": label,
                        "rule": rule["id"],
                        "target": node["target"],
                        "why": node["why"],
                        "html": node["html"],
                    }
                )


def measure(browser: Browser, visits: list[Visit], places: Places, report: Report) -> None:
    axe = Axe(report)
    opened: set[object] = set()
    with each_reader(browser, visits, places, report, reduced_motion="reduce") as walk:
        for visit, page in walk:
            report.count("pages")
            look(axe, page, visit)
            if visit.adds:
                open_everything(axe, page, visit, opened)


def look(axe: Axe, page: Page, visit: Visit) -> None:
    """Run axe on a page as it opens, on each screen."""
    page.set_viewport_size(WIDE)
    axe.run(page, f"{visit.label} 1280 light", ALL_RULES)
    if not visit.adds:
        return
    page.emulate_media(color_scheme="dark")
    axe.run(page, f"{visit.label} 1280 dark", COLOUR_RULES)
    page.set_viewport_size(NARROW)
    axe.run(page, f"{visit.label} 320 dark", COLOUR_RULES)
    page.emulate_media(color_scheme="light")
    axe.run(page, f"{visit.label} 320 light", ALL_RULES)


def open_everything(axe: Axe, page: Page, visit: Visit, opened: set[object]) -> None:
    """Run axe with each menu, each folded part and each window open. What was seen open already is left."""
    folded = page.locator("main details:not([open]) > summary")
    if folded.count():
        page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")
        axe.run(page, f"{visit.label} 320 unfolded", ALL_RULES)
    open_menus(axe, page, visit, opened)
    open_windows(axe, page, visit, opened)


def open_menus(axe: Axe, page: Page, visit: Visit, opened: set[object]) -> None:
    for size, screen in (("320", NARROW), ("1280", WIDE)):
        page.set_viewport_size(screen)
        menus = page.locator("header details[data-menu] > summary, footer details[data-menu] > summary")
        for number in range(menus.count()):
            summary = menus.nth(number)
            key = (visit.town, visit.role, size, number, visit.state == "error")
            if key in opened or not summary.is_visible():
                continue
            opened.add(key)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                summary.click()
                axe.run(
                    page,
                    f"{visit.label} {size} {scheme}, menu {number} open",
                    ALL_RULES,
                    "body > header, body > footer",
                )
                page.keyboard.press("Escape")
            page.emulate_media(color_scheme="light")


def open_windows(axe: Axe, page: Page, visit: Visit, opened: set[object]) -> None:
    """Open what a button opens, and the question that a form asks before it sends."""
    openers = page.locator("main button[data-opens], main form[data-confirm] button:not([type=button])")
    for number in range(min(openers.count(), 6)):
        opener = openers.nth(number)
        key = (visit.endpoint, re.sub(r"\d+", "", opener.inner_text()))
        if key in opened or not opener.is_visible():
            continue
        opened.add(key)
        try:
            ask(opener)
            page.locator("dialog[open]").wait_for(timeout=2_000)
        except BrowserError:
            continue  # the form was not complete: the browser asked for its fields instead
        axe.run(page, f"{visit.label} 1280 light, window {number} open", ALL_RULES, "dialog[open]")
        page.set_viewport_size(NARROW)
        page.emulate_media(color_scheme="dark")
        axe.run(page, f"{visit.label} 320 dark, window {number} open", ALL_RULES, "dialog[open]")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(WIDE)
        page.keyboard.press("Escape")
        page.locator("dialog[open]").wait_for(state="detached", timeout=2_000)


def ask(opener: Any) -> None:
    opener.evaluate("button => { if (button.form) button.form.noValidate = true; }")
    opener.click(timeout=5_000, no_wait_after=True)


# What axe could not decide


def triage(report: Report, path: Path = TRIAGE) -> None:
    """Take out of the notes what a person looked at and recorded; what remains is a failure."""
    entries = json.loads(path.read_text())["entries"] if path.exists() else []
    used: Counter[int] = Counter()
    remaining: Counter[tuple[str, str, str]] = Counter()
    example: dict[tuple[str, str, str], dict[str, Any]] = {}
    for note in report.notes:
        number = next((n for n, entry in enumerate(entries) if matches(entry, note)), None)
        if number is None:
            key = (note["rule"], generalised(note["target"]), note["why"][:80])
            remaining[key] += 1
            example.setdefault(key, note)
        else:
            used[number] += 1
    for key, times in remaining.items():
        note = example[key]
        what = f"axe could not decide {note['rule']}, and nobody has recorded why it is fine ({times} times): {note['why']}"
        report.fail(note["page"], what, rule=note["rule"], target=note["target"], html=note["html"])
    report.figures["incomplete"] = len(report.notes)
    report.figures["incomplete_triaged"] = sum(used.values())
    report.figures["triage_unused"] = [entry["selector"] for n, entry in enumerate(entries) if not used[n]]
    report.notes.clear()


def matches(entry: dict[str, str], note: dict[str, Any]) -> bool:
    return (
        entry["rule"] == note["rule"]
        and re.search(entry["selector"], note["target"]) is not None
        and re.search(entry.get("because", ""), note["why"]) is not None
    )


def generalised(target: str) -> str:
    return re.sub(r"\d+", "N", target)


def rules_and_criteria(browser: Browser) -> dict[str, Any]:
    """Return the version of axe, the number of rules that are on, and the RGAA criteria that they touch."""
    page = browser.new_page()
    page.evaluate(source())
    version, rules = page.evaluate(
        "[axe.version, axe.getRules().map(({ruleId, tags}) => ({id: ruleId, tags}))]"
    )
    page.close()
    used = [rule for rule in rules if set(rule["tags"]) & set(TAGS) and "deprecated" not in rule["tags"]]
    criteria = {
        tag.removeprefix("RGAA-").rpartition(".")[0]
        for rule in used
        for tag in rule["tags"]
        if re.fullmatch(r"RGAA-\d+\.\d+\.\d+", tag)
    }
    order = sorted(criteria, key=lambda text: [int(part) for part in text.split(".")])
    return {
        "version": version,
        "rules": len(used),
        "rgaa_criteria": order,
        "looked_at": datetime.now(UTC).date().isoformat(),
    }

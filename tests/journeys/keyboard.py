"""A person who has no mouse: she goes from control to control, and must see at each step where she is."""

import re
from datetime import date, datetime
from typing import Any

from playwright.sync_api import Locator

from tests.journeys.walker import Walker

MOST_STOPS = 300
MOST_PARTS = 8
"""A field for a date and a time has so many stops inside it: each part, and the button of its calendar."""

STOP = """(wanted) => {
    const here = document.activeElement;
    const before = window.walkerStop;
    window.walkerStop = here;
    if (!here || here === document.body || here === document.documentElement) return { isNowhere: true, isWanted: false };
    const shown = [here, ...(here.labels ?? [])].map((node) => [...node.getClientRects()]).flat()
        .filter((box) => box.width > 2 && box.height > 2);
    const hits = (box) => [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]].some(([x, y]) => {
        const found = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return found && (here.contains(found) || [...(here.labels ?? [])].some((label) => label.contains(found)));
    });
    const hasRing = (node) => [null, "::after"].map((part) => getComputedStyle(node, part)).some((style) => {
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && !style.outlineColor.endsWith(", 0)");
    });
    const around = [here, ...(here.labels ?? []), here.parentElement, here.parentElement?.parentElement].filter(Boolean);
    const boxOf = (node) => {
        const { left, top, width, height } = node.getBoundingClientRect();
        const x = Math.max(0, left + scrollX - 12), y = Math.max(0, top + scrollY - 12);
        return { x, y, width: Math.min(width + 24, document.documentElement.clientWidth - x), height: height + 24 };
    };
    const isPage = here.matches("main, [tabindex='-1']");
    return {
        isNowhere: false,
        isWanted: here === wanted,
        isSame: here === before,
        hasParts: ["date", "time", "datetime-local"].includes(here.type),
        isHidden: !isPage && !shown.some(hits),
        hasRing: isPage || around.some(hasRing),
        box: boxOf(here),
        isAfter: wanted.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING,
        said: `${here.tagName.toLowerCase()} « ${(here.getAttribute("aria-label") || here.labels?.[0]?.innerText || here.innerText || here.name || "").trim().slice(0, 60)} »`,
    };
}"""


class KeyboardWalker(Walker):
    """Tab, Shift+Tab, arrows, Enter and Space alone. She stops where she cannot see the focus, and where she cannot get out."""

    def fill(self, label: str, text: str) -> None:
        field = self._field(label)
        self._reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        assert field.input_value() == text, f"{label}: {field.input_value()!r} was written"

    def fill_instant(self, label: str, when: datetime) -> None:
        """Write each part in turn. The browser of the tests has the parts in the English order, whatever the page's language."""
        field = self._field(label)
        self._reach(field)
        self.page.keyboard.type(when.strftime("%m%d%Y"))
        self.page.keyboard.press("ArrowRight")
        self.page.keyboard.type(when.strftime("%I%M%p"))
        assert field.input_value() == when.strftime("%Y-%m-%dT%H:%M"), f"{label}: {field.input_value()}"

    def fill_day(self, label: str, day: date) -> None:
        field = self._field(label)
        self._reach(field)
        self.page.keyboard.type(day.strftime("%m%d%Y"))
        assert field.input_value() == day.isoformat(), f"{label}: {field.input_value()}"

    def choose(self, label: str) -> None:
        wanted = self._find("radio", label, None)
        name = wanted.get_attribute("name")
        self._reach(wanted, is_there=lambda stop: self._is_in_group(name))
        for _ in range(MOST_STOPS):
            if wanted.evaluate("(node) => node === document.activeElement"):
                self.page.keyboard.press("Space")
                assert wanted.is_checked()
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not lead to « {label} »")

    def _is_in_group(self, name: str | None) -> bool:
        here = "document.activeElement.type === 'radio' && document.activeElement.name"
        return bool(self.page.evaluate(here) == name)

    def tick(self, label: str) -> None:
        box = self._find("checkbox", label, None)
        self._reach(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")
        assert box.is_checked()

    def pick(self, label: str, option: str) -> None:
        """Go through the list from its top: each arrow picks the next one."""
        field = self._field(label)
        self._reach(field)
        self.page.keyboard.press("Home")
        for _ in range(MOST_STOPS):
            if field.evaluate("(list) => list.selectedOptions[0]?.label.trim()") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"« {option} » is not in « {label} »")

    def _activate(self, control: Locator) -> None:
        self._reach(control)
        is_ticked = control.evaluate("(node) => ['checkbox', 'radio'].includes(node.type)")
        self.page.keyboard.press("Space" if is_ticked else "Enter")

    def _reach(self, control: Locator, is_there: Any = None) -> None:
        """Go to a control, the shorter way round, looking at each stop."""
        wanted = control.element_handle()
        assert wanted is not None
        key, parts = "Tab", 0
        for number in range(MOST_STOPS):
            stop = self.page.evaluate(STOP, wanted)
            if not stop["isNowhere"]:
                self._look_at(stop)
                if stop["isWanted"] or (is_there and is_there(stop)):
                    return
                if number == 0 and stop["isAfter"]:
                    key = "Shift+Tab"
                parts = parts + 1 if number and stop["isSame"] else 0
                most = MOST_PARTS if stop["hasParts"] else 1
                assert parts <= most, f"{self.page.url}: {stop['said']} cannot be left by {key}"
            self.page.keyboard.press(key)
        raise AssertionError(f"{self.page.url}: no stop is {re.sub(r'^.*?locator', 'locator', str(control))}")

    def _changes_pixels(self, box: dict[str, float]) -> bool:
        """Look at a control whose style has no ring, with the focus and without: a ring may be drawn around something else."""
        seen = [self.page.screenshot(clip=box, full_page=True, caret="hide")]  # type: ignore[arg-type]
        for key in ("Tab", "Shift+Tab"):
            self.page.keyboard.press(key)
            seen.append(self.page.screenshot(clip=box, full_page=True, caret="hide"))  # type: ignore[arg-type]
        return seen[0] != seen[1]

    def _look_at(self, stop: dict[str, Any]) -> None:
        if not stop["hasRing"] and not self._changes_pixels(stop["box"]):
            self.faults.append(f"{self.page.url}: the focus does not show on {stop['said']}")
        if stop["isHidden"]:
            self.faults.append(f"{self.page.url}: something hides {stop['said']}, which has the focus")

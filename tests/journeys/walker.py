"""Somebody in front of a browser, who does and reads what a journey says. How she does it is a mode's business.

A journey is written once, in the words of the page; `Walker` carries it out with a mouse, `KeyboardWalker` with the keyboard alone.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from playwright.sync_api import ConsoleMessage, FilePayload, Locator, Page, expect

Control = Literal["link", "button", "radio", "checkbox", "textbox", "combobox"]
PageCheck = Callable[[Page], list[str]]


class Walker:
    """A person with a mouse.

    Args:
        page: her browser.
        url: the address of the platform.
        has_scripts: whether her browser runs JavaScript.
        patience_ms: how long she waits for a page.
        check: what must hold of every page that she opens; returns what does not.
    """

    def __init__(
        self, page: Page, url: str, *, has_scripts: bool, patience_ms: int, check: PageCheck | None
    ) -> None:
        self.page = page
        self.url = url
        self.has_scripts = has_scripts
        self.patience_ms = patience_ms
        self.faults: list[str] = []
        self._group = ""
        self._check = check
        page.set_default_timeout(patience_ms)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))

    # What she does

    def go(self, path: str) -> None:
        """Type an address: where a journey begins, and nowhere else."""
        answer = self.page.goto(path if path.startswith("http") else self.url + path)
        assert answer is not None
        assert answer.status < 400, f"{path} answers {answer.status}"
        self._look()

    def section(self, name: str) -> None:
        """Choose in the main menu, which a small screen folds."""
        header = self.page.get_by_role("banner")
        link = header.get_by_role("link", name=name, exact=True).filter(visible=True)
        if not link.count():
            self._activate(header.locator("summary", has_text="Menu"))
        with self._another_page():
            self._activate(link.first)

    def account(self, name: str) -> None:
        """Choose in the menu of one's account."""
        menu = self.page.get_by_role("banner").locator("details.account")
        self._activate(menu.locator("summary"))
        with self._another_page():
            self._activate(menu.get_by_role("link", name=name, exact=True))

    @contextmanager
    def inside(self, group: str) -> Iterator[None]:
        """Stay in a part of a form, by its title, where other parts ask the same."""
        self._group = group
        yield
        self._group = ""

    def follow(self, name: str, *, near: str | None = None) -> None:
        """Follow a link of the page."""
        with self._another_page():
            self._activate(self._find("link", name, near))

    def press(self, name: str, *, near: str | None = None, asks: bool = False, stays: bool = False) -> None:
        """Press a button.

        Args:
            near: words of the card or section that holds it, where others bear the same name.
            asks: it cannot be undone, so the person is asked once more, and says yes.
            stays: the page does not change.
        """
        button = self._find("button", name, near)
        if stays:
            self._activate(button)
            return
        if asks and self.has_scripts:
            self._activate(button)
            button = self.page.get_by_role("dialog").get_by_role("button", name=name)
        with self._another_page():
            self._activate(button)
        if asks and not self.has_scripts:
            with self._another_page():
                self._activate(self._find("button", name, None))

    def press_if_asked(self, name: str, *, unless: str) -> None:
        """Press a button that a page between asks for, unless she is already where its heading says."""
        button = self.page.get_by_role("main").get_by_role("button", name=name)
        arrived = self.page.get_by_role("heading", name=unless)
        expect(button.or_(arrived).first).to_be_visible(timeout=self.patience_ms)
        if button.is_visible():
            self.press(name)

    def fill(self, label: str, text: str) -> None:
        """Write in a field, over what was there."""
        self._field(label).fill(text)

    def fill_instant(self, label: str, when: datetime) -> None:
        """Write a date and a time, on the town hall's clock."""
        self._field(label).fill(when.strftime("%Y-%m-%dT%H:%M"))

    def fill_day(self, label: str, day: date) -> None:
        """Write a date."""
        self._field(label).fill(day.isoformat())

    def choose(self, label: str) -> None:
        """Choose one of several answers."""
        self._find("radio", label, None).check()

    def tick(self, label: str) -> None:
        """Tick a box."""
        self._find("checkbox", label, None).check()

    def pick(self, label: str, option: str) -> None:
        """Pick in a list."""
        self._field(label).select_option(label=option)

    def download(self, name: str) -> str:
        """Take a file, and return the text in it."""
        with self.page.expect_download() as taken:
            self._activate(self._find("link", name, None))
        return Path(taken.value.path()).read_text(encoding="utf-8")

    def bring(self, label: str, name: str, text: str) -> None:
        """Choose a file of her own. The window in which one chooses it is the system's, with a mouse or without."""
        file: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        self._field(label).set_input_files(file)

    def opens(self, summary: str) -> str:
        """Open what is folded, and copy what it holds."""
        folded = self.page.get_by_role("main").locator("details").filter(has_text=summary).last
        self._activate(folded.locator("summary"))
        return folded.locator("pre").inner_text()

    def reload(self) -> None:
        """Ask for the page again, as she must where nothing changes by itself."""
        self.page.reload()
        self._look()

    # What she reads

    def reads(self, text: str | re.Pattern[str]) -> None:
        """Find words on the page, and wait for them."""
        expect(self._words(text).first).to_be_visible(timeout=self.patience_ms)

    def reads_title(self, text: str | re.Pattern[str]) -> None:
        """Find words in a heading: she is where she meant to go."""
        heading = self.page.get_by_role("heading", name=text)
        expect(heading.first).to_be_visible(timeout=self.patience_ms)

    def reads_in_time(self, text: str | re.Pattern[str], *, by_itself: bool = True) -> None:
        """Find words that come by themselves, or, where no script runs, by asking for the page again.

        Args:
            by_itself: whether a script brings them; the page is otherwise asked for again in any case.
        """
        if self.has_scripts and by_itself:
            return self.reads(text)
        for _ in range(20):
            if self._words(text).filter(visible=True).count():
                return None
            self.page.wait_for_timeout(250)
            self.reload()
        raise AssertionError(f"« {text} » never came")

    def does_not_read(self, text: str) -> None:
        """Find that words are not on the page, which is there in whole."""
        assert not self._words(text).filter(visible=True).count(), f"« {text} » is on {self.page.url}"

    def copies(self, pattern: str) -> str:
        """Copy from the page what looks like this."""
        found = re.search(pattern, self.page.get_by_role("main").inner_text())
        assert found, f"nothing like {pattern} on {self.page.url}"
        return found.group(0)

    # How

    def _activate(self, control: Locator) -> None:
        control.click()

    def _field(self, label: str) -> Locator:
        return self._scope().get_by_label(_beginning(label)).filter(visible=True).first

    def _scope(self) -> Locator:
        main = self.page.get_by_role("main")
        return main.get_by_role("group", name=_beginning(self._group)).first if self._group else main

    def _find(self, role: Control, name: str, near: str | None) -> Locator:
        scope = self._scope()
        if near:
            scope = scope.locator("article, section, li, form").filter(has_text=near).last
        found = scope.get_by_role(role, name=_beginning(name)).filter(visible=True)
        return found if role in ("link", "button") and near else found.first

    def _words(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("main").get_by_text(text)

    @contextmanager
    def _another_page(self) -> Iterator[None]:
        with self.page.expect_event("load", timeout=self.patience_ms):
            yield
        self._look()

    def _look(self) -> None:
        self.page.wait_for_load_state()
        if self._check:
            self.faults += [f"{self.page.url}: {fault}" for fault in self._check(self.page)]

    def _note(self, message: ConsoleMessage) -> None:
        if (
            message.type == "error" and "Failed to load resource" not in message.text
        ):  # an answer that refuses is one
            self.faults.append(f"{self.page.url}: console: {message.text}")


def _beginning(words: str) -> re.Pattern[str]:
    """What begins with these words, whatever the width of the spaces between them."""
    return re.compile(r"^\s*" + r"\s+".join(map(re.escape, words.split())))

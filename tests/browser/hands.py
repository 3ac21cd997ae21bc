"""What somebody does at a screen, counted in seconds by a written model, so that it is the same on a slow machine.

The keystroke-level model: S. K. Card, T. P. Moran, A. Newell, “The keystroke-level model for user performance time with interactive
systems”, Communications of the ACM 23(7), 1980, pages 396-410. It counts what hands and head do in a task that is known, without a
mistake; what is read on the way is not in it, and is given apart (M. Brysbaert, “How many words do we read per minute?”, Journal of
Memory and Language 109, 2019: 238 words a minute).
"""

import re
from collections.abc import Iterator

from playwright.sync_api import Locator, Page

KEY = 0.28
"""A key, for an average person who does not type for a living (40 words a minute)."""
POINT, CLICK, HOME, THINK = 1.10, 0.20, 0.40, 1.35
"""To point with a mouse; to press and release its button; to move the hand from one to the other; to get ready to do something."""
ANSWER = 1.0
"""A page that comes, over the line of a town hall."""
WORDS_A_SECOND = 238 / 60

LEFT_EMPTY = """() => [...document.querySelectorAll("main form input, main form textarea, main form select")]
    .filter((each) => each.checkVisibility() && !["hidden", "checkbox", "radio"].includes(each.type) && !each.value.trim())
    .map((each) => each.labels[0].textContent.replace(/\\s+/g, " ").trim())"""


class Hands:
    """Somebody at a page: what she clicks and types, and the seconds that the model gives for it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seconds = 0.0
        self.words = 0
        self.left: list[str] = []
        self._on_keys = False
        self._arrive()

    @property
    def seconds_of_reading(self) -> float:
        """What reading every word of every page on the way would take besides."""
        return self.words / WORDS_A_SECOND

    def forget_what_was_on_the_way(self) -> None:
        """What follows alone is read, and filled in."""
        self.left, self.words = [], 0
        self._arrive()

    def click(self, target: Locator) -> None:
        """Click something that leads to another page."""
        self.left += self._left_empty()
        self._point()
        before = self.page.url
        target.click()
        self.page.wait_for_url(lambda url: url != before)
        self.seconds += ANSWER
        self._arrive()

    def type(self, field: Locator, text: str) -> None:
        """Click into a field, and type."""
        self._point()
        self.seconds += HOME + KEY * len(text)
        self._on_keys = True
        field.fill(text)

    def _point(self) -> None:
        self.seconds += THINK + POINT + CLICK + HOME * self._on_keys
        self._on_keys = False

    def _arrive(self) -> None:
        self.words += len(self.page.get_by_role("main").inner_text().split())

    def _left_empty(self) -> Iterator[str]:
        """The fields of this page that are empty as she leaves it."""
        yield from (re.sub(r"\W+$", "", label) for label in self.page.evaluate(LEFT_EMPTY))

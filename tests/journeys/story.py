"""What makes a journey: a function on a list, its people, and the browsers that they walk in."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext

from tests.journeys.modes import Mode
from tests.journeys.town import Somebody, Town
from tests.journeys.walker import Walker


class Company:
    """Those who walk a journey, each in a browser of her own, all in the same mode."""

    def __init__(self, browser: Browser, town: Town, mode: Mode) -> None:
        self.town = town
        self.mode = mode
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._walkers: list[Walker] = []

    def walker(self, person: Somebody | None = None) -> Walker:
        """Open a browser for somebody, signed in, or for a stranger."""
        context = self._browser.new_context(locale="fr-FR", **self.mode.context)
        self._contexts.append(context)
        if person:
            self.town.let_in(context, person)
        page = context.new_page()
        if self.mode.prepare:
            self.mode.prepare(context.new_cdp_session(page))
        walker = self.mode.walker(
            page,
            self.town.url,
            has_scripts=self.mode.has_scripts,
            patience_ms=self.mode.patience_ms,
            check=self.mode.check,
        )
        self._walkers.append(walker)
        return walker

    @property
    def faults(self) -> list[str]:
        """What did not hold on the pages that they opened, each once."""
        return list(dict.fromkeys(fault for walker in self._walkers for fault in walker.faults))

    def leave(self) -> None:
        for context in self._contexts:
            context.close()


@dataclass(frozen=True)
class Journey:
    """Something that a person comes to do.

    Attributes:
        name: as issue 3 lists them.
        walk: does it, and asserts what the person reads at the end.
        usual_mode: the one in which ``make test`` walks it; ``make audit`` walks it in each.
    """

    name: str
    walk: Callable[[Company], None]
    usual_mode: str


JOURNEYS: dict[str, Journey] = {}


def journey(
    name: str, *, usual_mode: str
) -> Callable[[Callable[[Company], None]], Callable[[Company], None]]:
    """Put a function on the list of journeys."""

    def add(walk: Callable[[Company], None]) -> Callable[[Company], None]:
        JOURNEYS[name] = Journey(name, walk, usual_mode)
        return walk

    return add

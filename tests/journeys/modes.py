"""The ways of using a browser. Each journey is walked in each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.journeys.keyboard import KeyboardWalker
from tests.journeys.walker import PageCheck, Walker

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
TWICE_THE_TEXT_PX = 32
LINE_BYTES_A_SECOND = 64_000 / 8
LINE_DELAY_MS = 400


def no_sideways_scroll(page: Page) -> list[str]:
    """A page is read downwards alone."""
    width, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    return [f"is {width} pixels wide in a window of {room}"] if width > room else []


def nothing_moves(page: Page) -> list[str]:
    moving = page.evaluate(
        "document.getAnimations().filter((one) => one.playState === 'running')"
        ".map((one) => one.animationName ?? one.transitionProperty ?? 'animation')"
    )
    return [f"moves: {name}" for name in moving]


def double_the_text(session: CDPSession) -> None:
    """Set the reader's own size of text, as the settings of a browser do."""
    session.send("Page.enable")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": TWICE_THE_TEXT_PX, "fixed": 26}})


def slow_the_line(session: CDPSession) -> None:
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LINE_DELAY_MS,
            "downloadThroughput": LINE_BYTES_A_SECOND,
            "uploadThroughput": LINE_BYTES_A_SECOND,
        },
    )


@dataclass(frozen=True)
class Mode:
    """A way of using a browser.

    Attributes:
        context: options of the browser's context, beside the language.
        prepare: done to the browser before the first page.
        check: what must hold of every page.
    """

    key: str
    walker: type[Walker] = Walker
    context: dict[str, Any] = field(default_factory=lambda: {"viewport": WIDE})
    prepare: Callable[[CDPSession], None] | None = None
    check: PageCheck | None = None
    patience_ms: int = 10_000

    @property
    def has_scripts(self) -> bool:
        return bool(self.context.get("java_script_enabled", True))


MODES = {
    mode.key: mode
    for mode in (
        Mode("mouse"),
        Mode("keyboard", walker=KeyboardWalker),
        Mode("no-script", context={"viewport": WIDE, "java_script_enabled": False}),
        Mode("320-px", context={"viewport": NARROW}, check=no_sideways_scroll),
        Mode("text-200", prepare=double_the_text, check=no_sideways_scroll),
        Mode("still", context={"viewport": WIDE, "reduced_motion": "reduce"}, check=nothing_moves),
        Mode("64-kbit", prepare=slow_the_line, patience_ms=60_000),
    )
}

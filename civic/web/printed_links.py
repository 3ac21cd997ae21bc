"""An address that leaves the screen: on a poster or a wall, to be typed or photographed."""

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

import segno
from flask import current_app

QUIET_ZONE = 4
"""Modules of white around a code, which a reader needs to find it (ISO/IEC 18004)."""


@dataclass(frozen=True)
class PrintedLink:
    """A page of ours, to be reached from paper.

    Attributes:
        url: where the code leads.
        address: what a person types: neither scheme nor query.
        size: the side of the code with its quiet zone, in modules.
        path: the dark modules, as SVG path data in modules.
    """

    url: str
    address: str
    size: int
    path: str


def printed_link(path: str) -> PrintedLink:
    """Return a page of this site as paper shows it, at the address that people type (``CIVIC_PUBLIC_URL``).

    Args:
        path: as ``url_for`` gives it.
    """
    url = current_app.config["SETTINGS"].public_url + path
    parts = urlsplit(url)
    code = drawn_code(url)
    return PrintedLink(url, f"{parts.netloc}{parts.path.rstrip('/')}", code.size, code.path)


@dataclass(frozen=True)
class DrawnCode:
    """A text to be photographed. ``size``, ``path``: as those of a ``PrintedLink``."""

    size: int
    path: str


def drawn_code(text: str) -> DrawnCode:
    """Return a text as a code that a telephone reads from paper."""
    # Level M mends 15 % of a code that rain, a fold or a pencil spoiled; segno raises it where that costs no larger code.
    rows = segno.make(text, error="m", micro=False).matrix
    return DrawnCode(
        size=len(rows) + 2 * QUIET_ZONE,
        path="".join(_row(row, number + QUIET_ZONE) for number, row in enumerate(rows)),
    )


def _row(row: bytearray, y: int) -> str:
    """Return the dark modules of a row, each run as one rectangle."""
    drawn, x = "", QUIET_ZONE
    for is_dark, run in groupby(row):
        width = len(list(run))
        if is_dark:
            drawn += f"M{x} {y}h{width}v1h-{width}z"
        x += width
    return drawn

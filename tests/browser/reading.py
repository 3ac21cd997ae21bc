"""A page read without a browser: what it is made of, and where it leads."""

from html.parser import HTMLParser
from urllib.parse import urljoin

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
TOLD = ("role", "type", "disabled", "hidden", "open", "lang", "tabindex")
"""Attributes that change what an element is, with those of accessibility and of scripts."""

WORDED = ("lang", "aria-labelledby", "aria-describedby", "aria-controls", "aria-label", "aria-value")
"""Of these, what they say differs from one page to another as the texts do."""


class Reading(HTMLParser):
    """Reads the HTML of a page.

    Attributes:
        shape: which elements there are and within which others, whatever their texts.
        links: where it leads, files left out.
    """

    def __init__(self, html: str, address: str) -> None:
        super().__init__()
        self.shape: set[str] = set()
        self.links: list[str] = []
        self._address = address
        self._within: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and what it leads to."""
        attributes = {name: value or "" for name, value in attrs}
        drawn = [name for name, _ in self._within if name == "svg"]
        if tag == "a" and "href" in attributes and "download" not in attributes:
            self.links.append(urljoin(self._address, attributes["href"]))
        said = said_of(tag, attributes)
        if not drawn:
            parent = self._within[-1][1] if self._within else ""
            self.shape.add(f"{parent} > {said}")
        if tag not in VOID:
            self._within.append((tag, said))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself, as they do in drawings."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and those within it whose end is not written."""
        names = [name for name, _ in self._within]
        if tag in names:
            while self._within.pop()[0] != tag:
                pass


def said_of(tag: str, attributes: dict[str, str]) -> str:
    """Return what an element is, in words that two elements of the same kind share."""
    told = [
        name if name.startswith((*WORDED, "data-")) else f"{name}={value}"
        for name, value in attributes.items()
        if name in TOLD or name.startswith(("aria-", "data-"))
    ]
    return " ".join([tag, *sorted(attributes.get("class", "").split()), *sorted(told)])

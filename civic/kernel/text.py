"""Text that people write: plain lines, and rich text from Markdown. The only import of bleach.

bleach has had no maintainer since June 2026. It is kept as the user chose it, with a short list of tags, at write time, and three things
behind it: Markdown is parsed with raw HTML off, our own rule decides on every address, and a strict Content-Security-Policy runs
no inline script.
"""

import re
import unicodedata
from urllib.parse import urlsplit

import bleach
from markdown_it import MarkdownIt

TAGS = frozenset(
    [
        "p",
        "br",
        "strong",
        "em",
        "ul",
        "ol",
        "li",
        "a",
        "blockquote",
        "h2",
        "h3",
        "h4",
        "hr",
        "code",
        "pre",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
ATTRIBUTES = {"a": ["href", "title"]}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_HREF = re.compile(r'\shref="([^"]*)"')
_markdown = MarkdownIt("js-default", {"html": False, "linkify": False}).enable("table")


def clean_line(text: str) -> str:
    """Return one line of plain text: NFC, no control or invisible character, runs of white space made one space."""
    return " ".join(_INVISIBLE.sub("", _CONTROL.sub("", unicodedata.normalize("NFC", text))).split())


def clean_lines(text: str) -> str:
    """Return plain text over several lines: as ``clean_line``, line breaks kept (at most one empty line in a row)."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _INVISIBLE.sub("", _CONTROL.sub("", text))
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_safe_address(address: str) -> bool:
    """Tell whether a link may be kept: http, https, mailto, tel, or a path of this site."""
    if _CONTROL.search(address) or _INVISIBLE.search(address) or "\\" in address or re.search(r"\s", address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in SCHEMES and (
            bool(parts.netloc) or parts.scheme.lower() in {"mailto", "tel"}
        )
    return (address.startswith("/") and not address.startswith("//")) or address.startswith("#")


def _keep_safe_address(match: re.Match[str]) -> str:
    address = match.group(1).replace("&amp;", "&")
    return match.group(0) + ' rel="nofollow noopener"' if is_safe_address(address) else ""


def markdown_to_html(source: str) -> str:
    """Return clean HTML of a Markdown text, to be stored beside its source when it is written."""
    html = _markdown.render(clean_lines(source))
    html = html.replace("<h1>", "<h2>").replace("</h1>", "</h2>")  # the page has its own first heading
    cleaned: str = bleach.clean(html, tags=TAGS, attributes=ATTRIBUTES, protocols=SCHEMES, strip=True)
    return _HREF.sub(_keep_safe_address, cleaned)


def fold(text: str) -> str:
    """Return text as it is compared and searched: lower case, without accents, only letters, digits and single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", plain).split())

"""The French of the interface: how easily it reads (textstat), and its spelling (hunspell, with a dictionary of the project).

Ease is the formula of Kandel and Moles, as `textstat` computes it once `set_lang("fr")` was called: 207 − 1.015 × words a sentence
− 73.6 × syllables a word. A heading, a label or a button is no sentence, so two measures are taken:

- the strings of the interface that are sentences (five words at least, ended by a point), one after the other;
- the text of each page of the demonstration, in paragraphs and lists alone, each taken as ended.
"""

import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import Any

from config import ROOT
from tests.audit_site.browsing import Report
from tests.audit_site.pages import Visit

DICTIONARY = ROOT / "docs" / "audit" / "dictionary.txt"
EASE, EASE_PLAIN = 60, 80
PLAIN = ("/en-mots-simples", "/essentiel")
LEAST_WORDS = 5
LEAST_WORDS_OF_A_PAGE = 60
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
NOT_WORDS = re.compile(
    r"<[^>]+>|\.csv(?:\.gz)?|[\w.]+\.fr\b|https?://\S+|\S+@\S+|&\w+;|/[\w./-]+|[\w-]+\.(?:csv|json|geojson|html)|\b\w*\d\w*\b"
)


def measure(pages: Mapping[Visit, str], report: Report) -> None:
    strings = interface_strings()
    sentences = [text for text in map(filled, strings) if is_sentence(text)]
    report.figures["strings"] = len(strings)
    report.figures["sentences"] = len(sentences)
    report.figures["ease_of_the_interface"] = ease(sentences)
    if report.figures["ease_of_the_interface"] < EASE:
        report.fail(
            "interface", f"reads with an ease of {report.figures['ease_of_the_interface']}; {EASE} wanted"
        )
    measure_pages(pages, report)
    spell(strings, report)


def interface_strings() -> list[str]:
    """Return the French of the interface, as `make messages` collects it from the code and the templates."""
    sys.path.insert(0, str(ROOT / ".setup"))  # what it imports is beside it
    catalogue = runpy.run_path(str(ROOT / ".setup" / "messages.py"))["extract"]()
    sys.path.pop(0)
    found: dict[str, None] = {}
    for message in catalogue:
        for text in message.id if isinstance(message.id, tuple) else (message.id,):
            found.setdefault(" ".join(text.split()))
    return [text for text in found if text]


def filled(text: str) -> str:
    """Put a short word in each place that is filled when the string is shown."""
    return re.sub(r"<[^>]+>", "", PLACEHOLDER.sub("deux", text))


def is_sentence(text: str) -> bool:
    return len(text.split()) >= LEAST_WORDS and text.rstrip(" »").endswith((".", "!", "?", "…"))


def ease(texts: Iterable[str]) -> float:
    import textstat

    textstat.set_lang("fr")
    return round(float(textstat.flesch_reading_ease(readable(" ".join(texts)))), 1)


def readable(text: str) -> str:
    """Write what the formula does not know as it does: a narrow space is a space, a typographic apostrophe an apostrophe."""
    text = re.sub(r"[\u00a0\u202f\u2009]", " ", text).replace("’", "'")
    return re.sub(r" ([;:!?»])", r"\1", text.replace("« ", "«"))


# The pages of the demonstration


class Text(HTMLParser):
    """The paragraphs and the items of lists of a page's main part, each ended by a point."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self._inside = 0
        self._hidden = 0
        self.feed(html.partition("<main")[2].partition("</main>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "svg", "select", "nav", "template"):
            self._hidden += 1
        if tag in ("p", "li", "dd"):
            self._inside += 1
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "svg", "select", "nav", "template"):
            self._hidden -= 1
        if tag in ("p", "li", "dd"):
            self._inside -= 1

    def handle_data(self, data: str) -> None:
        if self._inside and not self._hidden:
            self.blocks[-1] += data

    def sentences(self) -> list[str]:
        texts = [" ".join(block.split()) for block in self.blocks]
        return [
            text if text.endswith((".", "!", "?", "…")) else f"{text}."
            for text in texts
            if len(text.split()) >= LEAST_WORDS
        ]


def measure_pages(pages: Mapping[Visit, str], report: Report) -> None:
    found: dict[str, float] = {}
    plain: dict[str, float] = {}
    for visit, html in pages.items():
        if visit.town != "demo" or visit.state != "full" or visit.endpoint in found:
            continue
        texts = Text(html).sentences()
        is_plain = visit.address.endswith(PLAIN)
        if is_plain and texts:
            plain[visit.address] = ease(texts)
        elif sum(len(text.split()) for text in texts) >= LEAST_WORDS_OF_A_PAGE:
            found[visit.endpoint] = ease(texts)
    report.figures["ease_of_pages"] = dict(sorted(found.items(), key=lambda item: item[1]))
    report.figures["median_ease_of_pages"] = sorted(found.values())[len(found) // 2]
    report.figures["ease_of_plain_pages"] = plain
    for address, value in plain.items():
        if value < EASE_PLAIN:
            report.fail(address, f"a plain-language page reads with an ease of {value}; {EASE_PLAIN} wanted")


# Spelling


def spell(strings: Iterable[str], report: Report) -> None:
    unknown: dict[str, str] = {}
    for text in strings:
        for word in misspelt(text):
            unknown.setdefault(word, text)
    report.figures["spelling_faults"] = len(unknown)
    for word, text in unknown.items():
        report.fail("interface", f"hunspell does not know « {word} », in: {text[:120]}")


_known: dict[str, bool] = {}


def misspelt(text: str) -> list[str]:
    """Return the words of a text that neither hunspell's French nor the project's dictionary knows."""
    if not _known:
        _check_all(interface_strings())
    return [word for word in words_of(text) if not _known[word]]


def words_of(text: str) -> list[str]:
    bare = NOT_WORDS.sub(" ", PLACEHOLDER.sub(" ", text)).replace("’", "'")
    return re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", bare)


def _check_all(texts: Iterable[str]) -> None:
    program = shutil.which("hunspell")
    assert program, "hunspell is missing: apt-get install hunspell hunspell-fr"
    words = list(dict.fromkeys(word for text in texts for word in words_of(text)))
    own = set(DICTIONARY.read_text().splitlines()) if DICTIONARY.exists() else set()
    done = subprocess.run(
        [program, "-d", "fr", "-i", "utf-8", "-l"],
        input="\n".join(words),
        capture_output=True,
        text=True,
        check=True,
    )
    wrong = set(done.stdout.split("\n"))
    for word in words:
        _known[word] = word not in wrong or word in own


def versions() -> dict[str, Any]:
    from importlib.metadata import version

    told = subprocess.run(["hunspell", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"Hunspell (\d[\d.]*)", told)
    return {"textstat": version("textstat"), "hunspell": found.group(1) if found else "?"}

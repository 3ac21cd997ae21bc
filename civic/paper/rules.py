"""How much text a sheet holds, so that it is always one page and always readable from where people stand."""

from collections.abc import Sequence
from enum import StrEnum


class TitleSize(StrEnum):
    """The steps of a poster's title. The smallest is still read from two metres (32 points, a small letter of nearly 6 mm)."""

    HUGE = "huge"
    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"


LONGEST_TITLES = ((TitleSize.HUGE, 42), (TitleSize.LARGE, 84), (TitleSize.MEDIUM, 120))
"""The most characters at each size; what is longer is small."""

LONGEST_SUMMARIES = {
    TitleSize.HUGE: 300,
    TitleSize.LARGE: 240,
    TitleSize.MEDIUM: 120,
    TitleSize.SMALL: 110,
}
"""What is left under a title, in characters: a poster is glanced at, the page has the rest."""


LONGEST_TITLE_WITH_SUMMARY = 150
"""A longer title says it all, and takes all the room."""


CHOICE_LINE = 52
MOST_CHOICE_LINES = ((90, 6), (120, 3))
"""The characters that a line of the answers of a vote holds; how many lines fit under a title of at most so many characters."""


USUAL_FACT = 45
"""What a fact, as who may vote, may say in characters before it takes room from the title."""


def title_size(title: str, longest_fact: int = 0) -> TitleSize:
    """Return the largest size at which a title leaves room for the rest of the poster, its facts among it."""
    length = len(title) + max(0, longest_fact - USUAL_FACT)
    return next((size for size, most in LONGEST_TITLES if length <= most), TitleSize.SMALL)


def poster_summary(title: str, summary: str, longest_fact: int = 0) -> str:
    """Return what fits of a summary: whole sentences if one fits, else words up to an ellipsis; nothing under a very long title."""
    if len(title) > LONGEST_TITLE_WITH_SUMMARY:
        return ""
    most = LONGEST_SUMMARIES[title_size(title, longest_fact)]
    line = " ".join(summary.split())
    if len(line) <= most:
        return line
    cut = line[:most]
    end = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
    if end > most // 2:
        return cut[: end + 1]
    return cut.rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def poster_choices(title: str, choices: Sequence[str], longest_fact: int = 0) -> list[str]:
    """Return the answers of a vote, all of them or none: a poster that left one out would favour the others."""
    lines = sum(-(-len(choice) // CHOICE_LINE) for choice in choices)
    is_small = title_size(title, longest_fact) is TitleSize.SMALL
    room = 0 if is_small else next((fit for length, fit in MOST_CHOICE_LINES if len(title) <= length), 0)
    return list(choices) if lines <= room else []

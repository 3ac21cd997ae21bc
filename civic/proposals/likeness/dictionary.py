"""Words of town life that stand for one another, read from a file that a commune may add to: pure, but for the reading of the files."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from civic.kernel.words import stem, words_of

OURS = Path(__file__).with_name("town_life.txt")
LONGEST_PHRASE = 5
PHRASE_WORTH = 1.3
"""Of several words in their order, beside one: they are seldom there by chance."""

Phrase = tuple[str, ...]


class Dictionary:
    """The groups of words that stand for one another, by the stems of each phrase."""

    def __init__(self, lines: Iterable[str]):
        self.groups: dict[Phrase, set[str]] = {}
        for line in lines:
            told = line.split("#", 1)[0].strip()
            phrases = [_phrase(each) for each in told.split(",")]
            name = "#" + "-".join(phrases[0]) if phrases and phrases[0] else ""
            for phrase in phrases:
                if name and 0 < len(phrase) <= LONGEST_PHRASE:
                    self.groups.setdefault(phrase, set()).add(name)

    def groups_in(self, stems: Sequence[str]) -> dict[str, float]:
        """Return the groups that a text holds, and how surely: by the phrase of theirs in it that has fewest other meanings, which are as many groups."""
        found: dict[str, float] = {}
        for start in range(len(stems)):
            for length in range(1, min(LONGEST_PHRASE, len(stems) - start) + 1):
                groups = self.groups.get(tuple(stems[start : start + length]), set())
                for group in groups:
                    sure = (PHRASE_WORTH if length > 1 else 1.0) / len(groups)
                    found[group] = max(found.get(group, 0.0), sure)
        return found


def _phrase(text: str) -> Phrase:
    return tuple(stem(word) for word in words_of(text))


@cache
def dictionary(own: Path | None = None) -> Dictionary:
    """Return the dictionary, with what the commune added to it where it did."""
    files = [OURS, *([own] if own is not None and own.is_file() else [])]
    return Dictionary(line for file in files for line in file.read_text(encoding="utf-8").splitlines())

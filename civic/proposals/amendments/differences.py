"""What differs between two texts, word by word: no database, nothing but the standard library."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORD = re.compile(r"\s*[\w’'-]+|\s*[^\w\s]|\s+")
"""A word or a mark with the blanks before it, so that a comma added after a word is a comma and not another word."""
MOST_PAIRS = 40_000
"""Of equal words to try, among two texts: beyond it, what remains is told as replaced whole. Time grows faster than they do, and a text may be made so that they are many."""

Codes = list[tuple[str, int, int, int, int]]


class Fate(StrEnum):
    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A passage of one of the two texts or of both, and what became of it."""

    fate: Fate
    text: str

    @property
    def shown(self) -> str:
        """The passage without the blank before its first word; lines that were added or removed alone, as a mark that can be seen."""
        return self.text.replace("\n", "¶\n") if self.text.isspace() else self.text.lstrip(" ")

    @property
    def is_apart(self) -> bool:
        """Whether a blank stands before its first word."""
        return self.shown != self.text and not self.text.isspace()


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of both texts, in their order; those kept and removed are the first text, those kept and added the second."""
    return tuple(_joined(_by_line(before, after)))


def _by_line(before: str, after: str) -> Iterator[Piece]:
    """Lines first: words are looked at in the lines that changed alone."""
    one, two = before.splitlines(keepends=True), after.splitlines(keepends=True)
    codes, left = opcodes(one, two)
    for tag, start, end, first, last in codes:
        old, new = "".join(one[start:end]), "".join(two[first:last])
        if tag == "equal":
            yield Piece(Fate.KEPT, old)
            continue
        old_words, new_words = WORD.findall(old), WORD.findall(new)
        found, left = opcodes(old_words, new_words, most=left)
        yield from _by_word(old_words, new_words, found)


def _by_word(one: Sequence[str], two: Sequence[str], codes: Codes) -> Iterator[Piece]:
    for tag, start, end, first, last in codes:
        if tag == "equal":
            yield Piece(Fate.KEPT, "".join(one[start:end]))
            continue
        yield Piece(Fate.REMOVED, "".join(one[start:end]))
        yield Piece(Fate.ADDED, "".join(two[first:last]))


def opcodes(one: Sequence[str], two: Sequence[str], *, most: int = MOST_PAIRS) -> tuple[Codes, int]:
    """Return what ``difflib`` finds between what both begin and end with (where it would take long, that all of it changed), and how many pairs are left to try."""
    first = _shared(one, two)
    last = min(_shared(one[::-1], two[::-1]), len(one) - first, len(two) - first)
    ends = len(one) - last, len(two) - last
    inner = one[first : ends[0]], two[first : ends[1]]
    codes: Codes = [("equal", 0, first, 0, first)] if first else []
    if (pairs := _pairs(*inner)) <= most:
        most -= pairs
        found = SequenceMatcher(None, *inner, autojunk=False).get_opcodes()
        codes += [(tag, i + first, j + first, k + first, m + first) for tag, i, j, k, m in found]
    else:
        codes.append(("replace", first, ends[0], first, ends[1]))
    return codes + ([("equal", ends[0], len(one), ends[1], len(two))] if last else []), most


def _shared(one: Sequence[str], two: Sequence[str]) -> int:
    """Count what both begin with."""
    count = 0
    for old, new in zip(one, two, strict=False):
        if old != new:
            break
        count += 1
    return count


def _pairs(one: Sequence[str], two: Sequence[str]) -> int:
    counted = Counter(two)
    return sum(times * counted[word] for word, times in Counter(one).items())


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Put together neighbours of one fate, and drop empty ones."""
    held: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if held is not None and held.fate is piece.fate:
            held = Piece(held.fate, held.text + piece.text)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held

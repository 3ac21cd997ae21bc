"""How residents say the same thing, as it was learnt by ``.setup/likeness/learn.py`` from some three thousand ideas, invented and said three ways.

Two things are held in ``learnt.npz``: a matrix that turns the vectors of the model towards what tells ideas apart, and a place for each of some
thousands of words and groups of words, whose sum places a text by what it tells. See decision 43.
"""

import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civic.proposals.likeness.dictionary import dictionary
from civic.proposals.likeness.encoder import Encode
from civic.proposals.likeness.meaning import SIZE, one_processor, texts_of
from civic.proposals.likeness.rules import STEM_WORTH, traits_of

FILE = Path(__file__).with_name("learnt.npz")
PLACE = 256
"""Numbers by which a word is placed; the rest of the row of a text is left empty."""


@dataclass(frozen=True)
class Learnt:
    """``places``: a row for each trait of ``number``, whose length says how loud it is."""

    turn: Any
    number: Mapping[str, int]
    places: Any
    name: str

    def told(self, traits: Mapping[str, float]) -> Any:
        """Return where a text is placed by what it tells by words: a row of length one, or of nothing where no word is known."""
        import numpy as np

        row = np.zeros(SIZE, np.float32)
        for trait, worth in sorted(
            told_traits(traits).items()
        ):  # sums of floats: in the same order everywhere
            if trait in self.number:
                row[:PLACE] += worth * self.places[self.number[trait]]
        return row / max(float(np.linalg.norm(row)), 1e-9)

    def turned(self, rows: Any) -> Any:
        import numpy as np

        with one_processor():
            rows = rows @ self.turn
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def told_traits(traits: Mapping[str, float]) -> dict[str, float]:
    """Return the words and the groups that a text holds, and how loud: here a word counts as much as a group."""
    return {
        trait: worth if trait[0] == "#" else worth / STEM_WORTH
        for trait, worth in traits.items()
        if trait[0] != "^"
    }


@functools.cache
def learnt() -> Learnt:
    import numpy as np

    with np.load(FILE, allow_pickle=False) as held:
        traits = held["traits"].tobytes().decode().split("\n")
        places = held["places"].astype(np.float32) * held["loud"].astype(np.float32)[:, None]
        turn = held["turn"].astype(np.float32)
    name = hashlib.sha256(FILE.read_bytes()).hexdigest()[:8]
    return Learnt(turn, {trait: number for number, trait in enumerate(traits)}, places, name)


def vectors_of(encode: Encode, texts: Sequence[tuple[str, str]]) -> list[Any]:
    """Return the vectors of each text (title, body): the whole, the title, what is told by words, then the sentences.

    All are encoded at once, which is three times quicker.
    """
    import numpy as np

    each = [texts_of(*text) for text in texts]
    rows, start, found = learnt().turned(encode([text for some in each for text in some])), 0, []
    for text, some in zip(texts, each, strict=True):
        own = rows[start : start + len(some)]
        told = learnt().told(traits_of(*text, dictionary()))
        found.append(np.concatenate([own[:2], told[None], own[2:]]))
        start += len(some)
    return found

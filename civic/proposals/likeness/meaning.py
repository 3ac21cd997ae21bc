"""How near two texts are by what they mean: vectors in, numbers out. No database, no model, no clock.

A text is several vectors: the whole, its title, what it tells by words (``learnt.py``), and each sentence of its body. Two texts are near when the wholes
are, when the titles are, when they tell the same, and when what the first says, sentence by sentence, is said somewhere in the second. The weights
between model and model were set on the pairs of ``tests/proposals/pairs/tuning.txt``, that of the words on ideas left out of what was learnt.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

SIZE = 512
OF_WHOLE, OF_TITLE, OF_SENTENCES = 0.36, 0.26, 0.38
OF_TOLD = 0.5
"""Of the whole, where both tell something by words that were learnt; where one does not, the model alone says how near they are."""
WHOLE, TITLE, TOLD = 0, 1, 2
"""The first three vectors of a text; its sentences follow."""
LONGEST_READ, MOST_SENTENCES = 1200, 4
AT_ONCE = 2048
"""Rows that are made floats together: what fits into the processor's cache."""

_END = re.compile(r"(?<=[.?!;:])\s+|\n+")


def texts_of(title: str, body: str) -> list[str]:
    """Return what the model reads of a text: the whole, the title, then the sentences of the body, several together where there are many."""
    read = body[:LONGEST_READ].strip()
    title = title.strip()
    whole = f"{title.rstrip('.')}. {read}" if read else title
    sentences = [each.strip() for each in _END.split(read) if each.strip()]
    each = max(1, -(-len(sentences) // MOST_SENTENCES))
    together = [" ".join(sentences[start : start + each]) for start in range(0, len(sentences), each)]
    return [whole, title, *together]


def packed(rows: Any) -> bytes:
    """Return vectors as they are kept: a byte a number, the largest of each vector being 127."""
    import numpy as np

    largest = np.abs(rows).max(axis=1, keepdims=True)
    return bytes(np.rint(rows * (127 / np.maximum(largest, 1e-9))).astype(np.int8).tobytes())


class Meanings:
    """What the shown proposals mean, laid in one table."""

    def __init__(self, kept: Mapping[int, bytes | Any]):
        """``kept``: of each proposal, its vectors as ``packed`` gave them, or as another table holds them."""
        import numpy as np

        self.ids: list[int] = list(kept)
        parts = [np.frombuffer(each, np.int8).reshape(-1, SIZE) for each in kept.values()]
        self._rows = np.concatenate(parts) if parts else np.zeros((0, SIZE), np.int8)
        lengths = np.array([len(part) for part in parts], np.int64)
        self._starts = np.cumsum(lengths) - lengths
        squares = np.einsum("ij,ij->i", self._rows, self._rows, dtype=np.int32)
        self._lengths = np.sqrt(np.maximum(squares, 1)).astype(np.float32)
        self._ends = self._starts + lengths
        self._tells = squares[self._starts + TOLD] > 0 if parts else np.zeros(0, bool)

    def __len__(self) -> int:
        return len(self.ids)

    def with_changes(self, changes: Mapping[int, bytes]) -> "Meanings":
        """Return another table, with what changed; no bytes: the proposal is no longer there."""
        spans = zip(self.ids, self._starts, self._ends, strict=True)
        kept = {key: self._rows[start:end] for key, start, end in spans if key not in changes}
        return Meanings(kept | {key: rows for key, rows in changes.items() if rows})

    def nearness(self, asked: Any) -> dict[int, float]:
        """Return how near each proposal is (1: the same) to a text, given by its vectors."""
        import numpy as np

        if not self.ids:
            return {}
        likeness = self._products(np.ascontiguousarray(asked.T, dtype=np.float32))
        wholes, titles, told = (likeness[self._starts + part, part] for part in (WHOLE, TITLE, TOLD))
        said = np.delete(likeness, [WHOLE, TOLD], axis=1)
        said[self._starts + WHOLE] = said[
            self._starts + TOLD
        ] = -1.0  # a sentence is looked for in the title and among sentences
        sentences = np.maximum.reduceat(said, self._starts, axis=0).mean(axis=1)
        meant = OF_WHOLE * wholes + OF_TITLE * titles + OF_SENTENCES * sentences
        near = meant + OF_TOLD * np.where(self._tells & asked[TOLD].any(), told - meant, 0)
        return dict(zip(self.ids, near.astype(np.float64).round(5).tolist(), strict=True))

    def _products(self, asked: Any) -> Any:
        """Return the cosine of each row with each column asked, a block of rows at a time."""
        import numpy as np

        found = np.empty((len(self._rows), asked.shape[1]), np.float32)
        floats = np.empty((min(AT_ONCE, len(self._rows)), SIZE), np.float32)
        with one_processor():
            for start in range(0, len(self._rows), AT_ONCE):
                block = self._rows[start : start + AT_ONCE]
                np.copyto(floats[: len(block)], block)
                np.matmul(floats[: len(block)], asked, out=found[start : start + len(block)])
        found /= self._lengths[:, None]
        return found


def one_processor() -> Any:
    """Multiply on one processor: the others are for the other requests."""
    return _blas().limit(limits=1, user_api="blas")


@functools.cache
def _blas() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def nearest(near: Mapping[int, float], most: int) -> Sequence[int]:
    """Return the nearest, the latest of two as near first."""
    import heapq

    return heapq.nlargest(most, near, key=lambda key: (near[key], key))

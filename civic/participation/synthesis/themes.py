"""Themes: proposals that share words. Numbers in, numbers out: no database, no clock, no word of French.

TF-IDF of the ideas that each proposal holds, brought to some directions (truncated SVD), cut by k-means; the same proposals give the same themes.
It is run in a process of its own (``python -m civic.participation.synthesis.themes``): it would keep every request waiting.
"""

import json
import sys
from typing import Any

FEWEST_DOCUMENTS, FEWEST_IN_THEME = 6, 3
MOST_THEMES, MOST_WORDS = 12, 8
DIRECTIONS = 40
NEAR = 0.12
"""A proposal less like the middle of its theme than that (cosine) is in none: a theme that holds everything says nothing."""
MANY = 2_000


def how_many(documents: int) -> int:
    """Return how many themes are sought among so many proposals."""
    return max(2, min(MOST_THEMES, round((documents / 3) ** 0.5)))


def find_themes(asked: dict[str, Any]) -> dict[str, Any]:
    """Sort documents into themes.

    Args:
        asked: ``documents``, their numbers, growing; ``held``, of each word, each document that holds it, then how much, between commas; ``given``,
            the theme of each document that is in one already (else -1), where there are any: documents then join the nearest of these, and none
            is added.

    Returns:
        ``labels``: the theme of each document, -1 for none; ``words``: of each theme, those that its documents share, the most telling first.
    """
    documents = len(asked["documents"])
    if documents < FEWEST_DOCUMENTS or not asked["held"]:
        given = asked.get("given") or [-1] * documents
        return {"labels": given, "words": [[] for _ in range(max(given, default=-1) + 1)]}
    matrix = _weighed(asked)
    labels = asked.get("given")
    found = _cut(matrix) if labels is None else labels
    return _settled(matrix, found, is_given=labels is not None)


def _weighed(asked: dict[str, Any]) -> Any:
    """Return the weights of the words of each document (TF-IDF), each document of length one.

    As ``sklearn.feature_extraction.text.TfidfTransformer`` does, whose module takes longer to load than all that is counted here.
    """
    import numpy as np
    from scipy.sparse import csr_matrix, diags_array

    documents, held = np.array(asked["documents"]), asked["held"]
    pairs = np.array(",".join(held).split(","), dtype=np.int64).reshape(-1, 2)
    words = np.repeat(np.arange(len(held)), [(text.count(",") + 1) // 2 for text in held])
    rows = np.searchsorted(documents, pairs[:, 0])
    counts = csr_matrix((pairs[:, 1].astype(float), (rows, words)), shape=(len(documents), len(held)))
    counts.sort_indices()  # rows come in no order, and sums must be the same
    held_by = np.bincount(words, minlength=len(held))
    weighed = csr_matrix(counts @ diags_array(np.log((1 + len(documents)) / (1 + held_by)) + 1))
    return _of_length_one(weighed)


def _of_length_one(matrix: Any) -> Any:
    """Return each row of a sparse matrix brought to length one; a row of nothing as it is."""
    import numpy as np
    from scipy.sparse import csr_matrix, diags_array

    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return csr_matrix(diags_array(1 / np.where(lengths > 0, lengths, 1)) @ matrix)


def _cut(matrix: Any) -> list[int]:
    """Cut into themes; where there are many documents, those of a sample (one of so many, in order), which the others then join."""
    import numpy as np
    from sklearn.cluster import KMeans
    from sklearn.utils.extmath import randomized_svd

    documents, words = matrix.shape
    step = -(-documents // MANY)
    sample = matrix[::step]
    directions = min(DIRECTIONS, sample.shape[0] - 1, words - 1)
    points = sample.toarray() if directions < 2 else None
    if points is None:
        left, strengths, _ = randomized_svd(sample, directions, n_iter=3, random_state=0)
        points = left * strengths
        points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    found = KMeans(how_many(documents), n_init=4, random_state=0).fit_predict(points)
    if step == 1:
        return [int(one) for one in found]
    return [int(one) for one in _nearest(matrix, _middles(sample, found))]


def _nearest(matrix: Any, middles: Any) -> Any:
    import numpy as np

    return np.asarray((matrix @ middles.T).todense()).argmax(axis=1)


def _settled(matrix: Any, labels: list[int], *, is_given: bool) -> dict[str, Any]:
    """Put aside what is far from the middle of its theme, and themes of too few; with given themes, have the others join the nearest."""
    import numpy as np

    middles = _middles(matrix, np.array(labels))
    near = np.asarray((matrix @ middles.T).todense()) if middles.shape[0] else np.zeros((len(labels), 0))
    if is_given:
        best = near.argmax(axis=1) if near.shape[1] else np.full(len(labels), -1)
        joined = [
            label if label >= 0 or not near.shape[1] or near[row, best[row]] < NEAR else int(best[row])
            for row, label in enumerate(labels)
        ]
        return {"labels": joined, "words": _words(_middles(matrix, np.array(joined)))}
    kept = np.array(
        [label if near[row, label] >= NEAR else -1 for row, label in enumerate(labels)], dtype=int
    )
    large = [theme for theme in range(middles.shape[0]) if (kept == theme).sum() >= FEWEST_IN_THEME]
    in_order = sorted(large, key=lambda theme: (-int((kept == theme).sum()), theme))
    rank = {theme: number for number, theme in enumerate(in_order)}
    told = [rank.get(int(label), -1) for label in kept]
    return {"labels": told, "words": _words(_middles(matrix, np.array(told)))}


def _middles(matrix: Any, labels: Any) -> Any:
    """Return the middle of each theme, of length one."""
    from scipy.sparse import csr_matrix

    themes = int(labels.max(initial=-1)) + 1
    inside = labels >= 0
    rows = [int(label) for label in labels[inside]]
    columns = [number for number, is_in in enumerate(inside) if is_in]
    chosen = csr_matrix(([1.0] * len(rows), (rows, columns)), shape=(themes, len(labels)))
    return _of_length_one(chosen @ matrix)


def _words(middles: Any) -> list[list[int]]:
    told = []
    for theme in range(middles.shape[0]):
        row = middles.getrow(theme)
        in_order = sorted(zip(row.data, row.indices, strict=True), key=lambda pair: (-pair[0], pair[1]))
        told.append([int(word) for _, word in in_order[:MOST_WORDS]])
    return told


if __name__ == "__main__":
    json.dump(find_themes(json.load(sys.stdin)), sys.stdout)

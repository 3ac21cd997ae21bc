"""What each client saw, written down as it saw it: one line a call, flushed, never changed."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

OK, REFUSED, UNKNOWN = "ok", "refused", "unknown"
LET_IN = "LET-IN"
"""Begins, in the log of a server, the line of a ballot that it let in the box, with the instant."""


@dataclass(frozen=True)
class Line:
    """One call and its outcome.

    Attributes:
        op: ``vote``, ``propose``, ``offer``, ``ask``, ``accept`` or ``say``.
        key: names what is asked for: the same in each attempt at it, and in no other call.
        outcome: ``ok``, ``refused``, or ``unknown`` when no answer came.
        answer: the ``id`` of what was made; of a refusal, its ``code`` and, by HTTP, its ``status``.
    """

    op: str
    key: str
    person: int
    arguments: dict[str, Any]
    outcome: str
    answer: dict[str, Any]


class History:
    """The append-only file of one client."""

    def __init__(self, path: Path):
        self._file = path.open("a", encoding="utf-8")

    def note(self, line: Line) -> None:
        self._file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def read_histories(folder: Path) -> list[Line]:
    """Return the lines of every client; those of one key are in the order in which they were noted."""
    return [Line(**json.loads(text)) for path in sorted(folder.glob("*.jsonl")) for text in _lines(path)]


def _lines(path: Path) -> Iterable[str]:
    return path.read_text(encoding="utf-8").splitlines()


def by_key(lines: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.key, []).append(line)
    return found

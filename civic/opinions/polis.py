"""Reads a Polis export: ``summary.csv``, ``comments.csv`` and ``participants-votes.csv``.

The format is that of the open data of Polis (compdemocracy.org): in ``participants-votes.csv`` each column whose name is a number is a
statement, and a cell holds 1 (agree), -1 (disagree), 0 (pass) or nothing (not seen).
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from civic.kernel.text import clean_line, clean_lines
from civic.opinions.errors import PolisExportRefused

REJECTED = "-1"
STANCES = {"1": 1, "-1": -1, "0": 0, "1.0": 1, "-1.0": -1, "0.0": 0}


@dataclass(frozen=True)
class PolisSummary:
    topic: str
    url: str
    description: str


@dataclass(frozen=True)
class PolisStatement:
    ref: str
    body: str
    created_at: datetime
    is_rejected: bool


@dataclass(frozen=True)
class PolisParticipant:
    """One row: who (a number), and what she said of each statement that she saw, by statement number."""

    ref: str
    reactions: dict[str, int]


def read_summary(folder: Path) -> PolisSummary:
    """Raises PolisExportRefused."""
    with _open(folder / "summary.csv") as file:
        values = {row[0]: row[1] for row in csv.reader(file) if len(row) >= 2}
    topic = clean_line(values.get("topic", ""))
    if not topic:
        raise PolisExportRefused(problem="summary.csv: no « topic » line.")
    return PolisSummary(
        topic, values.get("url", "").strip(), clean_lines(values.get("conversation-description", ""))
    )


def read_statements(folder: Path) -> list[PolisStatement]:
    """Raises PolisExportRefused, which names the line."""
    path = folder / "comments.csv"
    with _open(path) as file:
        reader = csv.DictReader(file)
        _require_columns(path, reader.fieldnames, {"timestamp", "comment-id", "moderated", "comment-body"})
        statements = [_statement(path, reader.line_num, row) for row in reader]
    refs = [statement.ref for statement in statements]
    if len(refs) != len(set(refs)):
        raise PolisExportRefused(problem="comments.csv: the same comment-id is there twice.")
    return statements


def _statement(path: Path, line: int, row: dict[str, str]) -> PolisStatement:
    body = clean_line(row["comment-body"] or "")
    try:
        created_at = datetime.fromtimestamp(int(row["timestamp"]) / 1000, UTC)
        ref = str(int(row["comment-id"]))
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise PolisExportRefused(
            problem=f"{path.name}, line {line}: the timestamp or the comment-id is not a number."
        ) from error
    if not body:
        raise PolisExportRefused(problem=f"{path.name}, line {line}: the comment is empty.")
    return PolisStatement(ref, body, created_at, row["moderated"] == REJECTED)


def read_participants(folder: Path) -> Iterator[PolisParticipant]:
    """Yield the participants one at a time: the file is wide, and never held whole. Raises PolisExportRefused, which names the line."""
    path = folder / "participants-votes.csv"
    with _open(path) as file:
        reader = csv.reader(file)
        header = next(reader, [])
        _require_columns(path, header, {"participant"})
        columns = [(index, str(int(name))) for index, name in enumerate(header) if name.isdigit()]
        who = header.index("participant")
        for row in reader:
            yield _participant(path, reader.line_num, row, who, columns, len(header))


def _participant(
    path: Path, line: int, row: list[str], who: int, columns: list[tuple[int, str]], width: int
) -> PolisParticipant:
    if len(row) != width:
        raise PolisExportRefused(problem=f"{path.name}, line {line}: {len(row)} columns instead of {width}.")
    try:
        reactions = {ref: STANCES[row[index]] for index, ref in columns if row[index]}
    except KeyError as error:
        raise PolisExportRefused(
            problem=f"{path.name}, line {line}: {error.args[0]!r} is neither 1, 0, -1 nor empty."
        ) from error
    return PolisParticipant(row[who], reactions)


def _require_columns(path: Path, header: Sequence[str] | None, wanted: set[str]) -> None:
    missing = wanted - set(header or [])
    if missing:
        raise PolisExportRefused(problem=f"{path.name}: no column {', '.join(sorted(missing))}.")


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        raise PolisExportRefused(
            problem=f"{path.name} is missing from the folder, or cannot be read."
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise PolisExportRefused(problem=f"{path.name} is not a CSV file in UTF-8.") from error

"""The rows of a file as a town hall has it: CSV in any usual form, .xlsx, .ods, .xls."""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from civic.mutual_aid.importing.errors import FileRefused
from civic.mutual_aid.importing.rules import LONGEST_CELL, MOST_COLUMNS, MOST_LINES

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
LARGEST_UNPACKED_BYTES = 60 * 1024 * 1024


def read_rows(content: bytes) -> list[list[str]]:
    """Return the rows of the first sheet, the headings first, each cell as text.

    Raises:
        FileRefused: it is no such file, is empty, or is larger than a town's list.
    """
    is_workbook = content.startswith((ZIP, OLD_EXCEL))
    rows = _of_workbook(content) if is_workbook else _of_text(content)
    kept: list[list[str]] = []
    for row in rows:
        cells = [str(cell).strip()[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]]
        if kept or any(cells):  # what is empty above the headings is skipped
            kept.append(cells)
        if len(kept) > MOST_LINES + 1:
            raise FileRefused(FileRefused.too_long, most=MOST_LINES)
    while kept and not any(kept[-1]):
        kept.pop()
    if len(kept) < 2:
        raise FileRefused(FileRefused.empty)
    return kept


def _of_workbook(content: bytes) -> Iterable[list[str]]:
    try:
        if content.startswith(ZIP):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED_BYTES:
                    raise FileRefused(FileRefused.too_long, most=MOST_LINES)
        sheet = CalamineWorkbook.from_object(io.BytesIO(content)).get_sheet_by_index(0)
        return [[_as_text(cell) for cell in row] for row in sheet.iter_rows()]
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, IndexError) as error:
        raise FileRefused(FileRefused.unreadable) from error


def _as_text(cell: Any) -> str:
    """A telephone number that a spreadsheet took for a number is one again, without a decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _of_text(content: bytes) -> Iterable[list[str]]:
    if b"\x00" in content:
        raise FileRefused(FileRefused.unreadable)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise FileRefused(FileRefused.unreadable) from error

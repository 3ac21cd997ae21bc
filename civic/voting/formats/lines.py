"""Texts and numbers as they are read from a file, with the line of what is wrong."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from civic.voting.methods.refusals import N_, CountRefused

Row = tuple[int, list[str]]
"""(number of the line where it ends, its cells)."""

_AMOUNT = re.compile(r"(\d{1,15})(?:[.,](\d+))?", re.ASCII)
_WHOLE = re.compile(r"\d{1,15}(?:[.,]0+)?", re.ASCII)


def decode_file(content: bytes) -> str:
    """Return the text of a file. Raises CountRefused when it is not in UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CountRefused(N_("Ligne %(line)s : le fichier n’est pas écrit en UTF-8."), line=line) from error
    return text.replace("\r\n", "\n")


def read_rows(text: str, delimiter: str) -> Iterator[Row]:
    """Give the rows of a delimited text, quotes understood and empty lines left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise CountRefused(
            N_("Ligne %(line)s : les guillemets ou les séparateurs sont mal placés."), line=reader.line_num
        ) from error


def write_rows(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    """Return rows as a delimited text, quoted where need be."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def read_whole(text: str, line: int) -> int:
    """Return a whole number, zero or more."""
    if not _WHOLE.fullmatch(text.strip()):
        raise CountRefused(
            N_("Ligne %(line)s : « %(text)s » n’est pas un nombre entier."), line=line, text=text
        )
    return int(re.split("[.,]", text.strip())[0])


def read_cents(text: str, line: int) -> int:
    """Return an amount of money in cents, exactly."""
    match = _AMOUNT.fullmatch(text.strip())
    if not match or (match[2] or "").rstrip("0")[2:]:
        raise CountRefused(
            N_("Ligne %(line)s : « %(text)s » n’est pas une somme d’argent, à deux décimales au plus."),
            line=line,
            text=text,
        )
    return int(match[1]) * 100 + int(((match[2] or "") + "00")[:2])


def write_cents(cents: int) -> str:
    """Return an amount as it is written in a file: ``12`` or ``12.50``."""
    return str(cents // 100) if cents % 100 == 0 else f"{cents // 100}.{cents % 100:02}"

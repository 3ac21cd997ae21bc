"""Address files of the Base Adresse Nationale, read row by row. Pure."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from civic.kernel.errors import N_
from civic.kernel.text import clean_line
from civic.territories.errors import FileTooLarge, FileUnreadable
from civic.territories.rules import Problem

NEEDED = ("numero", "nom_voie", "lon", "lat")
MOST_PROBLEMS = 50
"""As many are told; all are counted."""
MOST_WRONG = 1_000
"""After so many, the rest is not read."""
MOST_ROWS = 300_000
MOST_ROWS_AT_THE_DESK = 60_000
"""Read and checked while the agent waits; a larger town has its file imported on the command line."""
LONGEST_LINE = 10_000
LONGEST_LABEL = 200
MOST_MEGABYTES = 20
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class AddressRow:
    label: str
    longitude: float
    latitude: float

    @property
    def position(self) -> tuple[float, float]:
        return self.longitude, self.latitude


@dataclass(frozen=True)
class AddressFile:
    """What a file holds: its addresses, and what is wrong with it. ``row`` of a problem is the line of the file, from 1."""

    rows: list[AddressRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0


class _Wrong(ValueError):
    """What is wrong with a line, as French source text."""


class _TooManyRows(ValueError):
    """There is more to read than what is accepted."""


def decode(content: bytes) -> io.StringIO:
    """Return the text of a file that was sent, compressed or not.

    Raises:
        FileUnreadable: it is neither UTF-8 nor gzip of UTF-8.
        FileTooLarge: it would be too large once decompressed.
    """
    most = MOST_MEGABYTES * 1024 * 1024
    try:
        if content.startswith(GZIP):
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
                content = file.read(most + 1)
        if len(content) > most:
            raise FileTooLarge(most=MOST_MEGABYTES)
        return io.StringIO(content.decode("utf-8"), newline="")
    except (UnicodeDecodeError, OSError, EOFError, zlib.error) as error:
        raise FileUnreadable from error


def read_addresses(lines: Iterable[str], *, most: int = MOST_ROWS) -> AddressFile:
    """Read a CSV export, its columns separated by commas or semicolons; no further than ``most`` rows, or ``MOST_WRONG`` wrong ones.

    Raises:
        FileUnreadable: a line is longer than any address.
    """
    try:
        return _read_rows(_bounded(lines, most))
    except _TooManyRows:
        message = N_("il y a plus de %(most)s lignes : ce fichier s’importe depuis le serveur")
        return AddressFile(problems=[Problem(0, message, {"most": most})], problem_count=1)


def _bounded(lines: Iterable[str], most: int) -> Iterator[str]:
    """Empty lines count too: what is read is bounded, whatever it holds."""
    for number, line in enumerate(lines):
        if number > most:
            raise _TooManyRows
        if len(line) > LONGEST_LINE:
            raise FileUnreadable
        yield line


def _read_rows(given: Iterator[str]) -> AddressFile:
    columns, delimiter = _read_header(next(given, ""))
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        values = {"columns": ", ".join(missing)}
        return AddressFile(
            problems=[Problem(1, N_("il manque ces colonnes : %(columns)s"), values)], problem_count=1
        )
    problems: list[Problem] = []
    rows: dict[str, AddressRow] = {}
    count = 0
    reader = csv.DictReader(given, fieldnames=columns, delimiter=delimiter)
    for record in _records(reader):
        try:
            row = _read_row(record)
            rows[row.label] = row
        except _Wrong as wrong:
            count += 1
            if len(problems) < MOST_PROBLEMS:
                problems.append(Problem(reader.line_num + 1, str(wrong)))
            if count == MOST_WRONG:
                break
    if not rows and not problems:
        problems, count = [Problem(0, N_("il n’y a aucune adresse dans ce fichier"))], 1
    return AddressFile(list(rows.values()), problems, count)


def _read_header(line: str) -> tuple[list[str], str]:
    header = line.removeprefix("\ufeff").strip()
    delimiter = ";" if header.count(";") > header.count(",") else ","
    return next(csv.reader([header], delimiter=delimiter), []), delimiter


def _records(reader: "csv.DictReader[str]") -> Iterator[dict[str, str] | None]:
    """Give each record; None for a line that cannot be read as one."""
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None


def _read_row(record: dict[str, str] | None) -> AddressRow:
    """Two former communes may each have a « rue de l’Église »: the former commune then tells them apart."""
    if record is None or any(record.get(name) is None for name in NEEDED):
        raise _Wrong(N_("il manque des cases sur cette ligne"))
    number = clean_line(f"{record['numero']} {record.get('rep') or ''}")
    street, former = clean_line(record["nom_voie"]), clean_line(record.get("nom_ancienne_commune") or "")
    if not street:
        raise _Wrong(N_("le nom de la rue manque"))
    try:
        longitude, latitude = float(record["lon"]), float(record["lat"])
    except ValueError:
        raise _Wrong(N_("la longitude et la latitude doivent être des nombres")) from None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise _Wrong(N_("la longitude ou la latitude n’existe pas"))
    label = f"{number} {street}" + (f" ({former})" if former else "")
    return AddressRow(clean_line(label)[:LONGEST_LABEL], longitude, latitude)

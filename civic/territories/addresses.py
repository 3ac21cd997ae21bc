"""Address files of the Base Adresse Nationale, read row by row."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from civic.kernel.text import clean_line
from civic.territories.errors import AddressesRefused

NEEDED = ("numero", "nom_voie", "lon", "lat")
MOST_PROBLEMS = 5
LONGEST_LABEL = 200


@dataclass(frozen=True)
class AddressRow:
    label: str
    longitude: float
    latitude: float


def read_addresses(lines: Iterable[str]) -> list[AddressRow]:
    """Read a CSV export, its columns separated by commas or semicolons.

    Raises:
        AddressesRefused: columns or rows are wrong; the message says which, five at most.
    """
    reader = _open(iter(lines))
    problems: list[str] = []
    rows: dict[str, AddressRow] = {}
    for number, record in enumerate(reader, start=2):
        try:
            row = _read_row(record)
        except (ValueError, TypeError, AttributeError):
            problems.append(str(number))
            if len(problems) == MOST_PROBLEMS:
                break
            continue
        rows[row.label] = row
    if problems:
        raise AddressesRefused(problems="lignes " + ", ".join(problems))
    return list(rows.values())


def _open(lines: Iterator[str]) -> "csv.DictReader[str]":
    header = next(lines, "").removeprefix("\ufeff").strip()
    delimiter = ";" if header.count(";") > header.count(",") else ","
    columns = next(csv.reader([header], delimiter=delimiter), [])
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise AddressesRefused(problems="colonnes absentes : " + ", ".join(missing))
    return csv.DictReader(lines, fieldnames=columns, delimiter=delimiter)


def _read_row(record: dict[str, str]) -> AddressRow:
    """Two former communes may each have a « rue de l’Église »: the former commune then tells them apart."""
    number = clean_line(f"{record['numero']} {record.get('rep') or ''}")
    street, former = clean_line(record["nom_voie"]), clean_line(record.get("nom_ancienne_commune") or "")
    longitude, latitude = float(record["lon"]), float(record["lat"])
    if not street or not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError("no street, or not on the globe")
    label = f"{number} {street}" + (f" ({former})" if former else "")
    return AddressRow(clean_line(label)[:LONGEST_LABEL], longitude, latitude)

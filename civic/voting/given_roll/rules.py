"""Reading the file of a roll: each line that is wrong is told with its number and what to correct. Pure."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from civic.accounts.rules import civil_identity
from civic.kernel.errors import N_, Sentence
from civic.kernel.text import clean_line, fold

MOST_LINES = 40_000
MOST_PROBLEMS = 100
OLDEST_YEARS = 120
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "family_name": ("nom", "nom de naissance", "nom de famille", "surname", "family name"),
    "first_names": ("prenom", "prenoms", "first name", "first names"),
    "born_on": ("date de naissance", "naissance", "date naissance", "date of birth"),
    "birth_place": (
        "lieu de naissance",
        "commune de naissance",
        "ville de naissance",
        "lieu naissance",
        "place of birth",
    ),
    "place": ("quartier", "territoire", "code quartier", "neighbourhood"),
    "email": ("courriel", "email", "e mail", "mail", "adresse electronique", "e mail address"),
}
"""How a column may be called, in French or in English, accents, capitals and punctuation apart. The last two may be left out (see ``read_roll``)."""
NAMES = {
    "family_name": N_("nom"),
    "first_names": N_("prénoms"),
    "born_on": N_("date de naissance"),
    "birth_place": N_("lieu de naissance"),
    "place": N_("quartier"),
    "email": N_("courriel"),
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MISREAD = re.compile("[\ufffd]|\u00c3[\u0080-\u00bf\u2018-\u203a\u0152-\u0192]")
"""A letter lost, or « Ã© » where « é » was written: the file was saved in one encoding and read in another."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line, counted as a spreadsheet does: the titles are line 1."""

    line: int
    sentence: Sentence


@dataclass(frozen=True)
class GivenLine:
    """Somebody, as the file names her. ``identity`` is what is hashed of her."""

    line: int
    name: str
    identity: str
    born_on: str
    territory_id: int
    email: str = ""


@dataclass(frozen=True)
class ReadRoll:
    lines: list[GivenLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Conditions:
    """What the poll asks of a line.

    Attributes:
        places: the territory by its folded name or code.
        only_place: of a poll of one neighbourhood, its id: the column may then be left out.
        latest_birth: the last day on which somebody old enough was born; None where no age is asked.
    """

    places: Mapping[str, int]
    only_place: int | None
    today: date
    latest_birth: date | None = None


def decode(content: bytes) -> str | None:
    """Return the text of a file in UTF-8 or, as spreadsheets of French Windows write it, Windows-1252; None where it is neither."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def read_roll(text: str, conditions: Conditions) -> ReadRoll:
    """Read a roll. Nothing of it is to be kept where there is a problem."""
    read = ReadRoll()
    rows = list(csv.reader(io.StringIO(text), delimiter=_separator_of(text)))
    rows = rows[: MOST_LINES + 2]
    if not any(any(cell.strip() for cell in row) for row in rows):
        return _refused(read, 1, N_("Le fichier est vide."))
    columns = _columns_of(rows[0], read, conditions)
    if read.problems:
        return read
    if len(rows) > MOST_LINES + 1:
        return _refused(read, MOST_LINES + 2, N_("Ce fichier a plus de %(most)s lignes."), most=MOST_LINES)
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row) and len(read.problems) < MOST_PROBLEMS:
            _read_line(number, row, columns, len(rows[0]), conditions, seen, read)
    if not read.lines and not read.problems:
        return _refused(read, 2, N_("Le fichier n’a que ses titres : aucune personne n’y figure."))
    return read


def _separator_of(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(";,\t", key=first.count)


def _columns_of(titles: Sequence[str], read: ReadRoll, conditions: Conditions) -> dict[str, int]:
    known = {fold(title): name for name, titles_of in COLUMNS.items() for title in titles_of}
    columns: dict[str, int] = {}
    for index, title in enumerate(titles):
        name = known.get(fold(title))
        if name in columns:
            _refuse(read, 1, N_("La colonne « %(name)s » est donnée deux fois."), name=title.strip()[:60])
        elif name:
            columns[name] = index
    optional = {"email"} | ({"place"} if conditions.only_place else set())
    for name in COLUMNS:
        if name not in columns and name not in optional:
            _refuse(read, 1, N_("Il manque la colonne « %(name)s »."), name=NAMES[name])
    return columns


def _read_line(
    number: int,
    row: Sequence[str],
    columns: Mapping[str, int],
    width: int,
    conditions: Conditions,
    seen: dict[str, int],
    read: ReadRoll,
) -> None:
    """Add what a line says, or each thing that is wrong with it."""
    before = len(read.problems)
    if len(row) != width:
        sentence = N_("Cette ligne a %(found)s cases, et les titres en ont %(asked)s.")
        _refuse(read, number, sentence, found=len(row), asked=width)
        return
    cells = {name: clean_line(row[index]) for name, index in columns.items()}
    if _MISREAD.search("".join(row)):
        _refuse(
            read,
            number,
            N_(
                "Les accents sont illisibles. Enregistrez le fichier au format « CSV UTF-8 », puis renvoyez-le."
            ),
        )
        return
    for name in ("family_name", "first_names", "birth_place"):
        if not fold(cells[name]):
            _refuse(read, number, N_("La case « %(name)s » est vide."), name=NAMES[name])
    born_on = _read_birth(number, cells["born_on"], conditions, read)
    territory_id = _read_place(number, cells.get("place", ""), conditions, read)
    email = cells.get("email", "").casefold()
    if email and not _EMAIL.fullmatch(email):
        _refuse(read, number, N_("« %(text)s » n’est pas une adresse électronique."), text=email[:60])
    if len(read.problems) > before or born_on is None or territory_id is None:
        return
    identity = civil_identity(
        family_name=cells["family_name"],
        first_names=cells["first_names"],
        born_on=born_on,
        birth_place=cells["birth_place"],
    )
    for key in filter(None, (identity, email and f"email:{email}")):
        if key in seen:
            _refuse(
                read,
                number,
                N_("Même personne, ou même courriel, qu’à la ligne %(other)s. Gardez une seule ligne."),
                other=seen[key],
            )
            return
        seen[key] = number
    name = f"{cells['first_names']} {cells['family_name']}"[:200]
    read.lines.append(GivenLine(number, name, identity, born_on.isoformat(), territory_id, email))


def _read_birth(number: int, text: str, conditions: Conditions, read: ReadRoll) -> date | None:
    born_on = _as_date(text)
    if born_on is None:
        sentence = N_("« %(text)s » n’est pas une date. Écrivez-la ainsi : 14/03/1957.")
        _refuse(read, number, sentence, text=text[:30])
        return None
    if born_on > conditions.today or born_on.year < conditions.today.year - OLDEST_YEARS:
        sentence = N_("Personne de vivant n’est né le %(text)s : corrigez l’année.")
        _refuse(read, number, sentence, text=text[:30])
        return None
    if conditions.latest_birth is not None and born_on > conditions.latest_birth:
        sentence = N_("Née le %(text)s, cette personne n’a pas l’âge demandé le jour de l’ouverture.")
        _refuse(read, number, sentence, text=text[:30])
        return None
    return born_on


def _as_date(text: str) -> date | None:
    try:
        if found := _FRENCH_DAY.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day)
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return None


def _read_place(number: int, text: str, conditions: Conditions, read: ReadRoll) -> int | None:
    if not text and conditions.only_place:
        return conditions.only_place
    if not text:
        _refuse(read, number, N_("La case « %(name)s » est vide."), name=NAMES["place"])
        return None
    territory_id = conditions.places.get(fold(text))
    if territory_id is None:
        sentence = N_("Le quartier « %(text)s » n’est pas l’un de ceux de ce scrutin.")
        _refuse(read, number, sentence, text=text[:60])
    return territory_id


def _refuse(read: ReadRoll, line: int, sentence: str, **values: object) -> None:
    read.problems.append(Problem(line, Sentence(sentence, values)))


def _refused(read: ReadRoll, line: int, sentence: str, **values: object) -> ReadRoll:
    _refuse(read, line, sentence, **values)
    return read

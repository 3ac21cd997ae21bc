"""What the lines of a register kept in a spreadsheet say, and what is wrong with them: no database, no clock."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from civic.checkins.register.rules import AskedBy, Entry, Ground, Way, ensure_lawful
from civic.kernel.errors import N_, Invalid, Sentence
from civic.kernel.telephone import read_number_of_cell
from civic.kernel.text import clean_line, fold

LONGEST_NAME, LONGEST_LINE = 80, 200


class Column(StrEnum):
    FAMILY_NAME = "family_name"
    FIRST_NAMES = "first_names"
    BORN_ON = "born_on"
    GROUND = "ground"
    ADDRESS = "address"
    PLACE = "place"
    PHONE = "phone"
    ASKED_BY = "asked_by"
    ASKER = "asker"
    ASKED_ON = "asked_on"
    RELATIVE_NAME = "relative_name"
    RELATIVE_PHONE = "relative_phone"
    HOME_SERVICE = "home_service"


HEADERS: dict[Column, tuple[str, ...]] = {
    Column.FAMILY_NAME: ("nom", "nom famille", "nom naissance", "nom usage"),
    Column.FIRST_NAMES: ("prenom", "prenoms"),
    Column.BORN_ON: ("date naissance", "ne", "nee", "ne e", "naissance"),
    Column.GROUND: ("motif", "qualite", "situation", "categorie", "titre"),
    Column.ADDRESS: ("adresse", "adresse postale", "domicile", "rue"),
    Column.PLACE: ("quartier", "secteur"),
    Column.PHONE: ("telephone", "tel", "numero telephone", "telephone fixe", "portable"),
    Column.ASKED_BY: ("demande par", "inscrit par", "demandeur", "inscription par"),
    Column.ASKER: ("nom demandeur", "tiers", "nom tiers", "demande"),
    Column.ASKED_ON: ("date demande", "demandee", "date inscription", "inscrit"),
    Column.RELATIVE_NAME: ("personne prevenir", "contact", "proche", "cas urgence"),
    Column.RELATIVE_PHONE: (
        "telephone personne prevenir",
        "tel personne prevenir",
        "telephone proche",
        "tel proche",
        "telephone contact",
        "tel contact",
    ),
    Column.HOME_SERVICE: ("service domicile", "service intervenant domicile", "aide domicile", "ssiad"),
}
"""As headings are once their small words are taken out (« Date de la demande » is « date demande »)."""
SMALL_WORDS = frozenset(("a", "au", "de", "du", "d", "en", "l", "la", "le", "les", "qui"))

GROUND_WORDS = {
    Ground.DISABLED: ("handicap", "aah", "invalid", "mdph", "pch"),
    Ground.UNFIT: ("inapt",),
    Ground.AGED: ("age", "65", "senior", "retrait"),
}
ASKED_BY_WORDS = {
    AskedBy.REPRESENTATIVE: ("represent", "tuteur", "tutrice", "curat", "mandataire"),
    AskedBy.THIRD_PARTY: (
        "tiers",
        "tierce",
        "famille",
        "fille",
        "fils",
        "voisin",
        "medecin",
        "proche",
        "ccas",
    ),
    AskedBy.HERSELF: ("elle-meme", "elle meme", "lui-meme", "lui meme", "interesse", "personne"),
}
"""The first that is found: « tierce personne » is somebody else."""
DATES = ("%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")


@dataclass(frozen=True)
class Line:
    """A line as it is understood; ``entry`` is None when something is wrong. ``number`` is that of the file, the headings being the first."""

    number: int
    name: str
    entry: Entry | None
    errors: tuple[Sentence, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    is_known: bool = False


def guess_columns(headings: Sequence[str]) -> dict[Column, int]:
    """Return which column holds what, from its heading; what is not recognised is left for a person to say."""
    plain = [_plain(heading) for heading in headings]
    found: dict[Column, int] = {}
    for column, words in HEADERS.items():
        index = next((i for i, each in enumerate(plain) if each in words and i not in found.values()), None)
        if index is not None:
            found[column] = index
    return found


def _plain(heading: str) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", fold(heading)).split()
    return " ".join(word for word in words if word not in SMALL_WORDS)


def read_lines(
    rows: Sequence[Sequence[str]],
    columns: Mapping[Column, int],
    *,
    places: Mapping[str, int],
    town_id: int,
    today: date,
) -> list[Line]:
    """Read the rows below the headings, each with what is wrong with it; a row without any text is skipped.

    Args:
        places: the ids of the neighbourhoods by folded name.
    """
    lines: list[Line] = []
    first: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        line = _read(number, row, columns, places, town_id, today)
        if line.entry is not None and (before := first.setdefault(line.entry.identity, number)) != number:
            same = Sentence(N_("C’est la même personne qu’à la ligne %(line)s."), {"line": before})
            line = replace(line, entry=None, errors=(same,))
        lines.append(line)
    return lines


def _read(
    number: int,
    row: Sequence[str],
    columns: Mapping[Column, int],
    places: Mapping[str, int],
    town_id: int,
    today: date,
) -> Line:
    def cell(column: Column) -> str:
        index = columns.get(column)
        return clean_line(row[index])[:LONGEST_LINE] if index is not None and index < len(row) else ""

    errors: list[Sentence] = []
    warnings: list[Sentence] = []
    family_name, first_names = (
        cell(Column.FAMILY_NAME)[:LONGEST_NAME],
        cell(Column.FIRST_NAMES)[:LONGEST_NAME],
    )
    if not family_name or not first_names:
        errors.append(Sentence(N_("Il manque le nom ou le prénom.")))
    born_on = _born_on(cell(Column.BORN_ON), errors)
    phone = read_number_of_cell(cell(Column.PHONE))
    if phone is None:
        errors.append(
            Sentence(N_("Il manque un numéro de téléphone valable : on ne pourrait pas l’appeler."))
        )
    if not cell(Column.ADDRESS):
        errors.append(Sentence(N_("Il manque l’adresse.")))
    asked_by = _asked_by(cell(Column.ASKED_BY), cell(Column.ASKER))
    ground = _ground(cell(Column.GROUND), born_on, today, errors)
    territory_id = _place(cell(Column.PLACE), places, town_id, warnings)
    name = f"{family_name} {first_names}".strip()
    if errors or born_on is None or phone is None or ground is None:
        return Line(number, name, None, tuple(errors), tuple(warnings))
    entry = Entry(
        family_name=family_name,
        first_names=first_names,
        born_on=born_on,
        ground=ground,
        address=cell(Column.ADDRESS),
        territory_id=territory_id,
        phone=phone,
        asked_by=asked_by,
        asked_on=_asked_on(cell(Column.ASKED_ON), today, warnings),
        way=Way.SPOKEN if asked_by is AskedBy.HERSELF else Way.WRITTEN,
        asker=cell(Column.ASKER) or ("" if asked_by is AskedBy.HERSELF else cell(Column.ASKED_BY)),
        relative_name=cell(Column.RELATIVE_NAME),
        relative_phone=_relative_phone(cell(Column.RELATIVE_PHONE), warnings),
        home_service=cell(Column.HOME_SERVICE),
    )
    try:
        ensure_lawful(entry, on=today)
    except Invalid as refusal:
        return Line(number, name, None, (Sentence(refusal.message),), tuple(warnings))
    return Line(number, name, entry, (), tuple(warnings))


def read_date(text: str) -> date | None:
    for style in DATES:
        try:
            return datetime.strptime(text.split("T")[0].split(" ")[0], style).date()
        except ValueError:
            continue
    return None


SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")


def has_short_year(text: str) -> bool:
    """Whether a day is written with two digits of its year: of a birth, they may be of one century or the next."""
    return SHORT_YEAR.fullmatch(text.split("T")[0].split(" ")[0]) is not None


def _born_on(said: str, errors: list[Sentence]) -> date | None:
    if has_short_year(said):
        short = N_(
            "L’année de naissance n’a que deux chiffres (« %(said)s ») : écrivez-la en entier, par exemple 14/03/1941."
        )
        errors.append(Sentence(short, {"said": said}))
        return None
    born_on = read_date(said)
    if born_on is None:
        errors.append(Sentence(N_("Il manque la date de naissance, ou elle n’est pas lisible.")))
    return born_on


def _ground(said: str, born_on: date | None, today: date, errors: list[Sentence]) -> Ground | None:
    """Without a word, who is 65 is in the register for her age; the law has no other reason that an age alone gives."""
    plain = fold(said)
    for ground, words in GROUND_WORDS.items():
        if any(word in plain for word in words):
            return ground
    if plain:
        errors.append(Sentence(N_("Le motif « %(said)s » n’est pas compris."), {"said": said}))
        return None
    return Ground.AGED


def _asked_by(said: str, asker: str) -> AskedBy:
    plain = fold(said)
    for asked_by, words in ASKED_BY_WORDS.items():
        if any(word in plain for word in words):
            return asked_by
    return AskedBy.THIRD_PARTY if plain or asker else AskedBy.HERSELF


def _asked_on(said: str, today: date, warnings: list[Sentence]) -> date:
    asked_on = read_date(said)
    if asked_on is None or asked_on > today:
        warnings.append(Sentence(N_("La date de la demande n’est pas connue : ce sera celle d’aujourd’hui.")))
        return today
    return asked_on


def _place(said: str, places: Mapping[str, int], town_id: int, warnings: list[Sentence]) -> int:
    if fold(said) in places:
        return places[fold(said)]
    if said:
        warnings.append(
            Sentence(N_("Le quartier « %(place)s » n’est pas connu : corrigez-le ensuite."), {"place": said})
        )
    return town_id


def _relative_phone(said: str, warnings: list[Sentence]) -> str:
    phone = read_number_of_cell(said) if said else ""
    if phone is None:
        warnings.append(
            Sentence(N_("Le téléphone de la personne à prévenir n’est pas valable : il est laissé de côté."))
        )
    return phone or ""

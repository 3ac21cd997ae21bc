"""What the lines of a file of offers say, and what is wrong with them: no database, no clock."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from civic.kernel.errors import N_, Sentence
from civic.kernel.telephone import read_number_of_cell
from civic.kernel.text import clean_line, clean_lines, fold
from civic.mutual_aid.rules import Category

MOST_LINES, MOST_COLUMNS, LONGEST_CELL = 2_000, 40, 2_000
LONGEST_NAME, LONGEST_TITLE, LONGEST_TEXT = 100, 100, 1_000
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


class Column(StrEnum):
    NAME = "name"
    FIRST_NAME = "first_name"
    EMAIL = "email"
    PHONE = "phone"
    CATEGORY = "category"
    TITLE = "title"
    TEXT = "text"
    PLACE = "place"


class ImportedState(StrEnum):
    TO_CONFIRM = "to_confirm"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


HEADERS: dict[Column, tuple[str, ...]] = {
    Column.NAME: ("nom", "prenom nom", "nom prenom", "benevole", "personne", "qui", "name"),
    Column.FIRST_NAME: ("prenom", "prenoms", "first name"),
    Column.EMAIL: ("courriel", "mail", "email", "e-mail", "adresse electronique", "adresse mail"),
    Column.PHONE: ("telephone", "tel", "portable", "mobile", "numero", "phone"),
    Column.CATEGORY: ("aide", "type", "categorie", "quoi", "type d aide", "domaine", "category"),
    Column.TITLE: ("titre", N_("en une ligne"), "resume", "title"),
    Column.TEXT: ("precisions", "details", "commentaire", "remarques", "description", "texte", "message"),
    Column.PLACE: ("quartier", "secteur", "lieu", "ou"),
}

CATEGORY_WORDS: dict[Category, tuple[str, ...]] = {
    Category.SHOPPING: ("course", "commission", "supermarche", "marche"),
    Category.MEDICINE: ("pharmacie", "medicament", "ordonnance"),
    Category.MEALS: ("repas", "cuisine", "plat", "legume"),
    Category.VISITS: ("visite", "compagnie", "conversation", "lecture", "promenade", "appel"),
    Category.TRANSPORT: ("transport", "trajet", "voiture", "conduire", "accompagnement", "covoiturage"),
    Category.CHILDCARE: ("enfant", "garde", "baby", "devoirs", "nounou"),
    Category.PETS: ("animal", "animaux", "chien", "chat"),
    Category.REPAIRS: ("reparation", "bricolage", "plomberie", "couture", "jardin", "depannage"),
    Category.ONLINE_PROCEDURES: ("demarche", "papier", "internet", "ordinateur", "administratif", "courrier"),
    Category.LOANS: ("pret", "partage", "outil", "materiel"),
}


@dataclass(frozen=True)
class Line:
    """A line of the file as it is understood. ``number`` is that of the file, the headings being the first."""

    number: int
    name: str
    email: str | None
    phone: str | None
    category: Category | None
    title: str
    text: str
    place: str
    errors: tuple[Sentence, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    doubts: tuple[Sentence, ...] = ()

    @property
    def contact(self) -> str:
        return self.email or self.phone or ""


def guess_columns(headings: Sequence[str]) -> dict[Column, int]:
    """Return which column holds what, from its heading; what is not recognised is left for a person to say."""
    found: dict[Column, int] = {}
    for column, words in HEADERS.items():
        for index, heading in enumerate(headings):
            plain = re.sub(r"[^a-z0-9]+", " ", fold(heading)).strip()
            if index not in found.values() and (plain in words or plain.split(" ")[0] in words):
                found[column] = index
                break
    return found


def guess_category(text: str) -> Category | None:
    """Return the kind of help that a few words name; None when they name none, or several."""
    plain = fold(text)
    if plain in {category.value for category in Category}:
        return Category(plain)
    found = {
        category
        for category, words in CATEGORY_WORDS.items()
        if any(re.search(rf"\b{word}", plain) for word in words)
    }
    return found.pop() if len(found) == 1 else None


def read_lines(
    rows: Sequence[Sequence[str]], columns: Mapping[Column, int], *, places: Mapping[str, int]
) -> list[Line]:
    """Read the rows below the headings, each with what is wrong with it; a row without any text is skipped.

    Args:
        places: the ids of the neighbourhoods by folded name.
    """
    lines = [_read(number, row, columns, places) for number, row in enumerate(rows, start=2) if any(row)]
    return _with_doubts(lines)


def _read(number: int, row: Sequence[str], columns: Mapping[Column, int], places: Mapping[str, int]) -> Line:
    def cell(column: Column) -> str:
        index = columns.get(column)
        return row[index] if index is not None and index < len(row) else ""

    errors: list[Sentence] = []
    warnings: list[Sentence] = []
    name = clean_line(f"{cell(Column.FIRST_NAME)} {cell(Column.NAME)}")
    if not 2 <= len(name) <= LONGEST_NAME:
        errors.append(Sentence(N_("Il manque le nom.")))
    email, phone = _contact(cell(Column.EMAIL), cell(Column.PHONE), errors, warnings)
    said = clean_line(cell(Column.CATEGORY))
    category = guess_category(f"{said}") or guess_category(cell(Column.TITLE))
    if category is None and not said:
        errors.append(Sentence(N_("Il manque l’aide proposée.")))
    elif category is None:
        errors.append(Sentence(N_("On ne sait pas de quelle aide il s’agit (« %(said)s »)."), {"said": said}))
    place = clean_line(cell(Column.PLACE))
    if place and fold(place) not in places:
        warnings.append(
            Sentence(
                N_("Le quartier « %(place)s » n’est pas connu : l’offre sera pour toute la commune."),
                {"place": place},
            )
        )
        place = ""
    text = clean_lines(cell(Column.TEXT))
    if len(text) > LONGEST_TEXT:
        warnings.append(Sentence(N_("Le texte est long : la fin sera coupée.")))
    title = clean_line(cell(Column.TITLE)) or said
    return Line(
        number,
        name,
        email,
        phone,
        category,
        title[:LONGEST_TITLE],
        text[:LONGEST_TEXT],
        place,
        tuple(errors),
        tuple(warnings),
    )


def _contact(
    typed_email: str, typed_phone: str, errors: list[Sentence], warnings: list[Sentence]
) -> tuple[str | None, str | None]:
    """Without any way to reach the person, she cannot say yes; with one that is right, the other may be wrong."""
    email = clean_line(typed_email).casefold() or None
    phone = read_number_of_cell(clean_line(typed_phone))
    if email and not EMAIL.match(email):
        warnings.append(Sentence(N_("L’adresse électronique n’est pas valable : elle est laissée de côté.")))
        email = None
    if typed_phone.strip() and phone is None:
        warnings.append(Sentence(N_("Le numéro de téléphone n’est pas valable : il est laissé de côté.")))
    if not email and not phone:
        errors.append(
            Sentence(N_("Il manque une adresse électronique ou un téléphone pour demander son accord."))
        )
    return email, phone


def _with_doubts(lines: list[Line]) -> list[Line]:
    """Say of a line that it looks like one before it: the same person, by contact or by name, for the same help."""
    first: dict[tuple[str, Category], int] = {}
    told = []
    for line in lines:
        doubts: list[Sentence] = []
        if line.category is not None:
            keys = [(key, line.category) for key in (line.contact, fold(line.name)) if key]
            before = next((first[key] for key in keys if key in first), None)
            if before is not None:
                doubts.append(Sentence(N_("Cette ligne ressemble à la ligne %(line)s."), {"line": before}))
            for key in keys:
                first.setdefault(key, line.number)
        told.append(_doubting(line, doubts))
    return told


def _doubting(line: Line, doubts: Sequence[Sentence]) -> Line:
    return replace(line, doubts=(*line.doubts, *doubts)) if doubts else line


def doubt_known(lines: Sequence[Line], known: set[tuple[str, Category]]) -> list[Line]:
    """Say of a line that the same person, reached the same way, offers that help already, or was asked to confirm it."""
    sentence = Sentence(N_("Cette personne propose déjà cette aide, ou son accord est déjà demandé."))
    return [
        _doubting(line, [sentence])
        if line.category is not None
        and any((each, line.category) in known for each in (line.email, line.phone) if each)
        else line
        for line in lines
    ]

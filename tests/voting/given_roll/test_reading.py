"""The file of a roll: what is read, and each thing that is refused with its line."""

from datetime import date

import pytest

from civic.voting.given_roll.rules import MOST_PROBLEMS, Conditions, ReadRoll, decode, read_roll

TITLES = "Nom;Prénoms;Date de naissance;Lieu de naissance;Quartier;Courriel"
ADA = "Lovelace;Ada;10/12/1985;Nantes;Centre;ada@example.org"
BOB = "Durand;Bob;1990-01-31;Rezé;Q-2;"
CONDITIONS = Conditions(places={"centre": 1, "q 2": 2}, only_place=None, today=date(2026, 11, 27))


def read(*lines: str, conditions: Conditions = CONDITIONS) -> ReadRoll:
    return read_roll("\n".join(lines) + "\n", conditions)


def problems(*lines: str, conditions: Conditions = CONDITIONS) -> list[tuple[int, str]]:
    found = read(*lines, conditions=conditions)
    return [(problem.line, str(problem.sentence)) for problem in found.problems]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_clerk_s_file_is_read_whatever_her_spreadsheet_writes(separator: str, encoding: str) -> None:
    content = "\r\n".join([TITLES, ADA, BOB]).replace(";", separator).encode(encoding)
    text = decode(content)
    assert text is not None

    found = read_roll(text, CONDITIONS)

    assert found.problems == []
    assert [(line.line, line.name, line.born_on, line.territory_id) for line in found.lines] == [
        (2, "Ada Lovelace", "1985-12-10", 1),
        (3, "Bob Durand", "1990-01-31", 2),
    ]
    assert found.lines[0].identity == "lovelace|ada|1985-12-10|nantes"


def test_other_columns_empty_lines_and_quoted_cells_do_no_harm() -> None:
    found = read(
        f"{TITLES};N° d’électeur", f"{ADA};77", ";;;;;;", '"Le Goff; Ker";Éloïse;1/2/1960;Brest;CENTRE;;'
    )

    assert found.problems == []
    assert [line.name for line in found.lines] == ["Ada Lovelace", "Éloïse Le Goff; Ker"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Lovelace;Ada;10/12/1985;Nantes;Nord;", "« Nord »"),
        ("Lovelace;Ada;10/12/1985;Nantes;;", "« quartier » est vide"),
        ("Lovelace;Ada;31/02/1985;Nantes;Centre;", "« 31/02/1985 »"),
        ("Lovelace;Ada;12-25-1985;Nantes;Centre;", "n’est pas une date"),
        ("Lovelace;Ada;10/12/85;Nantes;Centre;", "14/03/1957"),
        ("Lovelace;Ada;;Nantes;Centre;", "n’est pas une date"),
        ("Lovelace;Ada;10/12/2085;Nantes;Centre;", "corrigez l’année"),
        ("Lovelace;Ada;10/12/1785;Nantes;Centre;", "corrigez l’année"),
        (";Ada;10/12/1985;Nantes;Centre;", "« nom » est vide"),
        ("Lovelace; - ;10/12/1985;Nantes;Centre;", "« prénoms » est vide"),
        ("Lovelace;Ada;10/12/1985;;Centre;", "« lieu de naissance » est vide"),
        ("Lovelace;Ada;10/12/1985;Nantes;Centre;ada@", "adresse électronique"),
        ("Lovelace;Ada;10/12/1985;Nantes;Centre", "5 cases"),
        ("LefÃ¨vre;Ada;10/12/1985;Nantes;Centre;", "CSV UTF-8"),
        ("Lef\ufffdvre;Ada;10/12/1985;Nantes;Centre;", "CSV UTF-8"),
    ],
)
def test_a_wrong_line_is_told_with_its_number_and_what_to_correct(line: str, words: str) -> None:
    ((number, sentence),) = problems(TITLES, BOB, line)

    assert number == 3
    assert words in sentence


def test_somebody_named_twice_is_told_with_the_other_line() -> None:
    again = "LOVELACE;Ada;1985-12-10;nantes;Q-2;"
    same_mail = "Byron;Anne;01/01/1960;Londres;Centre;ADA@example.org"

    assert [(line, "ligne 2" in words) for line, words in problems(TITLES, ADA, BOB, again, same_mail)] == [
        (4, True),
        (5, True),
    ]


def test_somebody_too_young_on_the_day_of_the_opening_is_told() -> None:
    conditions = Conditions(CONDITIONS.places, None, CONDITIONS.today, latest_birth=date(1990, 1, 30))

    ((line, words),) = problems(TITLES, ADA, BOB, conditions=conditions)

    assert line == 3
    assert "âge" in words


def test_missing_and_doubled_titles_are_told_before_any_line() -> None:
    assert problems("Nom;Prénom;Nom", "a;b;c") == [
        (1, "La colonne « Nom » est donnée deux fois."),
        (1, "Il manque la colonne « date de naissance »."),
        (1, "Il manque la colonne « lieu de naissance »."),
        (1, "Il manque la colonne « quartier »."),
    ]


def test_in_a_poll_of_one_neighbourhood_its_column_may_be_left_out() -> None:
    one = Conditions(places={"centre": 1}, only_place=1, today=CONDITIONS.today)
    found = read(
        "Nom;Prénoms;Date de naissance;Lieu de naissance", "Lovelace;Ada;10/12/1985;Nantes", conditions=one
    )

    assert [line.territory_id for line in found.lines] == [1]


@pytest.mark.parametrize("text", ["", "\n\n", ";;;;\n", TITLES])
def test_a_file_that_names_nobody_is_refused(text: str) -> None:
    found = read_roll(text, CONDITIONS)

    assert found.lines == []
    assert found.problems


def test_what_is_no_text_is_not_read_and_a_long_list_of_problems_ends() -> None:
    assert decode(b"PK\x03\x04\x00\x00\x81") is None
    assert decode(b"\x81\x8d") is None
    assert len(problems(TITLES, *[";;;;;"] * 3, *["a;b;c;d;e;"] * 500)) <= MOST_PROBLEMS + 4

"""PrefLib, BLT and tables: read and written without a loss, refused with the line of what is wrong."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from civic.voting.formats.blt import blt_election, blt_of, read_blt, write_blt
from civic.voting.formats.preflib import preflib_election, preflib_of, read_preflib, write_preflib
from civic.voting.formats.reading import count_file
from civic.voting.formats.table import read_table, write_table
from civic.voting.methods.ballots import BallotKind, Election, Option, choosing, giving, ranking
from civic.voting.methods.refusals import CountRefused
from civic.voting.methods.registry import count_election
from tests.voting.methods.elections import grade_elections, ranking_elections, rankings
from tests.voting.real import burlington, orsay

TOI = """# FILE NAME: small.toi
# DATA TYPE: toi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 6
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: Ada
# ALTERNATIVE NAME 2: Bob
# ALTERNATIVE NAME 3: Cléo
3: 1,{2,3}
2: 2
1: {1,3},2
"""
BLT = """# a comment
4 2
-2
3 1 3=4 0
4 4 2 0 # another
1 0
0
"Ada"
"Bob"
"Cléo #1"
"Dan"
"Le bureau"
"""
TABLE = """bulletin;Ada;Bob
a;1;2
b;;1
c;2;
"""


def test_burlington_is_written_as_it_was_read() -> None:
    text = burlington().read_text()

    # The reader drops the space that ends an empty value ("# DESCRIPTION: "), and the writer puts it back.
    assert write_preflib(read_preflib(text)) == text


def test_a_small_file_of_rankings_says_what_it_means() -> None:
    election = preflib_election(read_preflib(TOI))

    assert election.options == (Option("1", "Ada"), Option("2", "Bob"), Option("3", "Cléo"))
    assert dict(election.piles) == {
        ranking(["1", "23"]): 3,
        ranking(["2"]): 2,
        ranking(["13", "2"]): 1,
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# DATA TYPE: toi", "# DATA TYPE toi", "Ligne 2 : l’en-tête"),
        ("DATA TYPE: toi", "DATA TYPE: cat", "« cat »"),
        ("DATA TYPE: toi", "DATA TYPE: soi", "Ligne 9 : ce type de fichier n’admet pas"),
        ("DATA TYPE: toi", "DATA TYPE: toc", "Ligne 10 : ce type de fichier classe toutes"),
        ("VOTERS: 6", "VOTERS: 7", "annonce « 7 »"),
        ("ORDERS: 3", "ORDERS: 4", "annonce « 4 »"),
        ("ALTERNATIVES: 3", "ALTERNATIVES: 2", "annonce « 2 »"),
        ("2: 2\n", "2; 2\n", "Ligne 10 : un bulletin s’écrit"),
        ("2: 2\n", "x: 2\n", "Ligne 10 : « x »"),
        ("2: 2\n", "2: 2,{1\n", "Ligne 10 : le classement"),
        ("2: 2\n", "2: 4\n", "Ligne 10 : la réponse « 4 »"),
        ("2: 2\n", "2: 2,2\n", "Ligne 10 : une réponse est classée deux fois"),
    ],
)
def test_a_ranking_that_is_wrong_is_refused_with_its_line(old: str, new: str, said: str) -> None:
    assert old in TOI
    with pytest.raises(CountRefused) as refused:
        read_preflib(TOI.replace(old, new, 1))

    assert said in str(refused.value)


def test_a_blt_file_says_what_it_means_and_those_who_withdrew_are_taken_out() -> None:
    file = read_blt(BLT)
    election = blt_election(file)

    assert (file.seats, file.withdrawn, file.title) == (2, (2,), "Le bureau")
    assert election.terms.seats == 2
    assert [option.label for option in election.options] == ["Ada", "Cléo #1", "Dan"]
    assert dict(election.piles) == {ranking(["1", "34"]): 3, ranking(["4"]): 4, ranking([]): 1}
    assert read_blt(write_blt(file)) == file


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("4 2\n", "4\n", "Ligne 2 : la première ligne"),
        ("4 2\n", "4 0\n", "Ligne 2 : la première ligne"),
        ("-2\n", "-5\n", "Ligne 3 : la réponse « 5 »"),
        ("3 1 3=4 0", "3 1 3=4", "Ligne 4 : un bulletin s’écrit"),
        ("3 1 3=4 0", "3 1 3=9 0", "Ligne 4 : la réponse « 9 »"),
        ("3 1 3=4 0", "3 1 1 0", "Ligne 4 : une réponse est classée deux fois"),
        ("3 1 3=4 0", "1.5 1 0", "Ligne 4 : « 1.5 »"),
        ('"Dan"\n"Le bureau"\n', "", "il faut 4 noms"),
        ('"Bob"', "Bob", "Ligne 9 : un nom s’écrit"),
    ],
)
def test_a_blt_file_that_is_wrong_is_refused_with_its_line(old: str, new: str, said: str) -> None:
    assert old in BLT
    with pytest.raises(CountRefused) as refused:
        read_blt(BLT.replace(old, new, 1))

    assert said in str(refused.value)


def test_a_blt_file_without_its_end_is_refused() -> None:
    with pytest.raises(CountRefused, match="ne finissent pas par une ligne « 0 »"):
        read_blt(BLT[: BLT.index("\n0\n")])
    with pytest.raises(CountRefused, match="vide"):
        read_blt("")


def test_the_cells_of_a_table_mean_what_the_method_reads() -> None:
    assert dict(read_table(TABLE, BallotKind.RANKING).piles) == {
        ranking([["Ada"], ["Bob"]]): 1,
        ranking([["Bob"]]): 1,
        ranking([["Ada"]]): 1,
    }
    points = read_table(TABLE, BallotKind.POINTS).piles
    assert (giving([("Ada", 1), ("Bob", 2)]), 1) in points
    chosen = read_table(TABLE.replace(";2", ";1"), BallotKind.CHOICES).piles
    assert (choosing(["Ada", "Bob"]), 1) in chosen


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("bulletin;Ada;Bob", "bulletin;Ada;Ada", "Ligne 1 : la première ligne"),
        ("bulletin;Ada;Bob", "bulletin;Ada;", "Ligne 1 : la première ligne"),
        ("b;;1", "b;1", "Ligne 3 : 2 cases au lieu de 3"),
        ("b;;1", "a;;1", "Ligne 3 : le bulletin « a »"),
        ("b;;1", "b;;oui", "Ligne 3 : « oui »"),
        ("b;;1", "b;;-1", "Ligne 3 : « -1 »"),
        ("b;;1", "b;;1.5", "Ligne 3 : « 1.5 »"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_line(old: str, new: str, said: str) -> None:
    assert old in TABLE
    with pytest.raises(CountRefused) as refused:
        read_table(TABLE.replace(old, new, 1), BallotKind.RANKING)

    assert said in str(refused.value)


def test_a_table_of_choices_holds_ones() -> None:
    with pytest.raises(CountRefused, match="Ligne 2 : une case vaut 1"):
        read_table(TABLE, BallotKind.CHOICES)


@settings(max_examples=40, deadline=None)
@given(ranking_elections())
def test_rankings_leave_and_come_back_the_same_by_three_roads(election: Election) -> None:
    counted = count_election(numbered(election), "schulze").winners

    assert (
        count_election(
            preflib_election(read_preflib(write_preflib(preflib_of(election)))),
            "schulze",
            seats=election.terms.seats,
        ).winners
        == counted
    )
    assert blt_election(read_blt(write_blt(blt_of(election)))).piles == numbered(election).piles
    back = read_table(write_table(election), BallotKind.RANKING)
    assert (back.piles, back.ids) == (election.piles, election.ids)


def numbered(election: Election) -> Election:
    """Return an election with its options named by their numbers, as these formats do, and without a seed."""
    names = {option.id: str(index) for index, option in enumerate(election.options, 1)}
    piles = [
        (" ".join("".join(names[one] for one in place) for place in ballot.places), count)
        for ballot, count in election.piles
    ]
    return rankings(piles, "".join(names.values()), seats=election.terms.seats)


@settings(max_examples=40, deadline=None)
@given(grade_elections())
def test_grades_leave_and_come_back_the_same(election: Election) -> None:
    assert read_table(write_table(election), BallotKind.POINTS).piles == election.piles


def test_orsay_leaves_and_comes_back_the_same(tmp_path: Path) -> None:
    copy = tmp_path / "orsay.csv"
    copy.write_text(write_table(read_table(orsay().read_text(), BallotKind.POINTS)))

    assert count_file(copy, "majority-judgment") == count_file(orsay(), "majority-judgment")

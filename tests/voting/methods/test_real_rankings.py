"""Burlington 2009 (rankings) and Orsay 2007 (grades), counted again."""

from dataclasses import replace
from typing import Any

import pytest

from civic.voting.formats.reading import count_file, read_election
from civic.voting.methods.registry import count_election
from tests.voting.real import burlington, orsay

KISS, MONTROLL, SIMPSON, SMITH, WRIGHT = "1", "2", "3", "4", "5"


@pytest.mark.parametrize(
    ("method", "winner"), [("irv", KISS), ("stv", KISS), ("schulze", MONTROLL), ("single", WRIGHT)]
)
def test_burlington_elects_another_mayor_by_another_method(method: str, winner: str) -> None:
    assert count_file(burlington(), method).winners == (winner,)


def test_the_last_round_of_burlington_is_the_official_one() -> None:
    """4,313 to 4,061 and 606 exhausted: so it is when a ballot that puts two who still run on one place is exhausted, once reached, for good."""
    last = count_file(burlington(), "irv").steps[-1]

    assert last["votes"] == {KISS: "4313", WRIGHT: "4061"}
    assert (last["outcome"], last["exhausted"]) == ("elected", "606")


def test_the_duels_of_burlington_are_the_published_ones() -> None:
    steps = count_file(burlington(), "schulze").steps
    duels = {tuple(step["options"]): step["votes"] for step in steps if step["kind"] == "duel"}

    assert duels[KISS, MONTROLL] == [3477, 4067]
    assert duels[MONTROLL, WRIGHT] == [4597, 3668]
    assert duels[KISS, WRIGHT] == [4314, 4064]
    assert [step["option"] for step in steps if step["kind"] == "condorcet-winner"] == [MONTROLL]


def test_orsay_ranks_its_twelve_candidates_as_published() -> None:
    tally = count_file(orsay(), "majority-judgment", seats=12)

    assert tally.winners[:3] == ("Bayrou", "Royal", "Sarkozy")
    assert len(tally.winners) == 12
    assert (tally.turnout, tally.blank, tally.invalid, tally.ties) == (601, 0, 0, ())


def test_orsay_ranks_them_alike_whichever_of_two_middle_grades_is_the_median() -> None:
    election, method = read_election(orsay(), "majority-judgment")
    worse = replace(election, terms=replace(election.terms, median="worse"))

    assert (
        count_election(worse, method, seats=12).winners == count_election(election, method, seats=12).winners
    )


def test_a_voter_of_orsay_without_opinion_rejects() -> None:
    merits: list[dict[str, Any]] = [
        step for step in count_file(orsay(), "majority-judgment").steps if step["kind"] == "merit"
    ]

    assert merits[0]["profile"] == {"6": 100, "5": 185, "4": 134, "3": 85, "2": 54, "1": 43}
    assert (merits[0]["median"], merits[0]["better"], merits[0]["worse"]) == (4, 285, 182)
    assert {sum(merit["profile"].values()) for merit in merits} == {601}

"""Files of participatory budgets: read and written without a loss, refused with the line of what is wrong."""

from pathlib import Path

import pytest

from civic.voting.formats.pabulib import (
    pabulib_election,
    pabulib_method,
    pabulib_of,
    read_pabulib,
    write_pabulib,
)
from civic.voting.formats.reading import count_file
from civic.voting.methods.ballots import Election, Option, Terms, giving, pile_up, ranking
from civic.voting.methods.refusals import CountRefused
from civic.voting.methods.registry import count_election
from tests.voting.methods.elections import grades, projects, rankings
from tests.voting.real import PABULIB, budget_file

SMALL = """META
key;value
description;Un petit budget
num_projects;2
num_votes;3
budget;100
vote_type;approval
rule;greedy
max_length;1
PROJECTS
project_id;cost;name
1;60.50;"Un ""banc""; au soleil"
2;30;Un arbre
VOTES
voter_id;vote
7;1
8;2
9;
"""


def refusal(text: str) -> str:
    with pytest.raises(CountRefused) as refused:
        pabulib_election(read_pabulib(text))
    return str(refused.value)


@pytest.mark.parametrize("name", PABULIB)
def test_a_real_file_is_written_as_it_was_read(name: str) -> None:
    text = budget_file(name).read_bytes().decode().replace("\r\n", "\n")

    assert write_pabulib(read_pabulib(text)).rstrip("\n") == text.rstrip("\n")


def test_a_small_file_says_what_it_means() -> None:
    election = pabulib_election(read_pabulib(SMALL))

    assert election.options == (Option("1", 'Un "banc"; au soleil', 6050), Option("2", "Un arbre", 3000))
    assert election.terms == Terms(budget_cents=10_000, most=1)
    assert [(ballot.named, count) for ballot, count in election.piles] == [((), 1), (("1",), 1), (("2",), 1)]
    assert write_pabulib(read_pabulib(SMALL)) == SMALL


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("META\n", "", 1, "META"),
        ("META\n", "META\nkey;value\nMETA\n", 3, "deux fois"),
        ("key;value\n", "", 2, "« key »"),
        ("PROJECTS\nproject_id;cost;name", "PROJECTS\nproject_id;price;name", 11, "« cost »"),
        ("num_votes;3", "num_votes;4", 5, "annonce 4"),
        ("num_projects;2", "num_projects;3", 4, "annonce 3"),
        ("budget;100", "budget;cent", 6, "« cent »"),
        ("budget;100", "budget;100.005", 6, "deux décimales"),
        ("vote_type;approval", "vote_type;telepathy", 7, "telepathy"),
        ("rule;greedy\n", "rule;greedy\nrule;greedy\n", 9, "deux fois"),
        ("max_length;1", "max_length;-1", 9, "« -1 »"),
        ("2;30;Un arbre", "2;-30;Un arbre", 13, "« -30 »"),
        ("2;30;Un arbre", "1;30;Un arbre", 13, "deux fois"),
        ("2;30;Un arbre", "2;30", 13, "2 cases au lieu de 3"),
        ("8;2\n", "8;3\n", 17, "« 3 » n’existe pas"),
        ("8;2\n", "7;2\n", 17, "deux fois"),
        ("8;2\n", "8;2;5\n", 17, "3 cases au lieu de 2"),
        ('"Un ""banc""; au soleil"', '"Un "banc"; au soleil"', 12, "guillemets"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert SMALL.count(old) >= 1
    told = refusal(SMALL.replace(old, new, 1))

    assert told.startswith(f"Ligne {line} : ")
    assert said in told


def test_a_file_cut_short_never_counts() -> None:
    for end in range(1, SMALL.index("9;\n")):
        refusal(SMALL[:end])


def test_as_many_points_as_projects() -> None:
    text = SMALL.replace("approval", "cumulative").replace("voter_id;vote", "voter_id;vote;points")
    rows = text.replace("7;1\n", "7;1,2;6\n").replace("8;2\n", "8;2;1\n").replace("9;\n", "9;;\n")

    assert refusal(rows) == "Ligne 16 : il faut autant de points que de projets."


@pytest.mark.parametrize(
    ("vote_type", "rule", "method"),
    [
        ("approval", "greedy", "budget-greedy"),
        ("choose-1", "greedy", "budget-greedy"),
        ("ordinal", "greedy", "budget-points"),
        ("cumulative", "greedy", "budget-cumulative"),
        ("approval", "greedy-no-skip", "budget-greedy-stop"),
        ("cumulative", "greedy-threshold", "budget-threshold"),
        ("approval", "equalshares/add1", "budget-equal-shares"),
    ],
)
def test_the_rule_of_the_file_is_followed(vote_type: str, rule: str, method: str) -> None:
    text = SMALL.replace("approval", vote_type).replace("rule;greedy", f"rule;{rule}")

    assert pabulib_method(read_pabulib(text)) == method


def test_a_rule_that_is_not_ours_has_to_be_named() -> None:
    with pytest.raises(CountRefused, match="Ligne 8 : la règle « greedy-custom »"):
        pabulib_method(read_pabulib(SMALL.replace("rule;greedy", "rule;greedy-custom")))


@pytest.mark.parametrize(
    ("election", "method"),
    [
        (
            projects(
                {"A": 60, "B": 50, "C": 40},
                [("AB", 2), ("C", 1), ("", 1)],
                100,
                exclusions=(("A", "C"),),
                most_projects=2,
            ),
            "budget-greedy",
        ),
        (
            projects({"A": 60, "B": 50}, [("AB", 2), ("B", 1)], 100, threshold=2, dearest_cents=5550),
            "budget-equal-shares",
        ),
    ],
)
def test_an_election_of_ours_leaves_and_comes_back_the_same(election: Election, method: str) -> None:
    back = pabulib_election(read_pabulib(write_pabulib(pabulib_of(election))))

    assert back == election
    assert count_election(back, method) == count_election(election, method)


def test_rankings_points_and_envelopes_leave_and_come_back_too() -> None:
    options = (Option("A", "Un banc", 1050, "nord"), Option("B", "Un arbre", 2000))
    terms = Terms(budget_cents=5000, envelopes=(("nord", 2000),), most=2)
    for made in (rankings([("A B", 2), ("B", 1)], "AB"), grades([("61", 1), ("09", 2)], "AB")):
        election = Election(made.kind, options, made.piles, terms)
        assert pabulib_election(read_pabulib(write_pabulib(pabulib_of(election)))) == election


def test_ballots_leave_in_an_order_that_says_nothing() -> None:
    options = (Option("A", cost_cents=100), Option("B", cost_cents=100))
    terms = Terms(budget_cents=100)
    one = [ranking("AB"), ranking("B"), ranking("BA")]
    other = [ranking("BA"), ranking("AB"), ranking("B")]
    kind = rankings([]).kind
    texts = {
        write_pabulib(pabulib_of(Election(kind, options, pile_up(cast), terms))) for cast in (one, other)
    }

    assert len(texts) == 1
    assert giving([("A", 0)]).named == ()


def test_a_ballot_that_names_too_much_is_invalid_and_not_an_error() -> None:
    text = SMALL.replace("7;1\n", "7;1,2\n").replace("9;\n", "9;2,2\n")
    tally = count_election(pabulib_election(read_pabulib(text)), "budget-greedy")

    assert (tally.turnout, tally.blank, tally.invalid, tally.winners) == (3, 0, 2, ("2",))


def test_a_file_in_another_encoding_says_on_which_line(tmp_path: Path) -> None:
    path = tmp_path / "vieux.pb"
    path.write_bytes(SMALL.replace("soleil", "zénith").encode("latin-1"))

    with pytest.raises(CountRefused, match="Ligne 12 : le fichier n’est pas écrit en UTF-8"):
        count_file(path)

"""Why an option won or did not is true: what is said to be lacking would have been enough, and no less."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings

from civic.voting.explain.budgets import count_served, explain_budget, list_projects
from civic.voting.explain.count import Count
from civic.voting.explain.duels import explain_duels
from civic.voting.explain.merit import explain_merit
from civic.voting.explain.rounds import explain_rounds
from civic.voting.explain.scores import explain_score
from civic.voting.explain.shares import explain_shares
from civic.voting.formats.reading import read_election
from civic.voting.methods.ballots import Election, Tally, choosing, pile_up
from civic.voting.methods.registry import count_election
from tests.voting.methods.elections import (
    BUDGETS,
    budget_elections,
    choice_elections,
    choices,
    grades,
    projects,
    ranking_elections,
    rankings,
)
from tests.voting.real import budget_file

BY_SCORE = tuple(method for method in BUDGETS if method != "budget-equal-shares")
some = settings(max_examples=60, deadline=None)


def counted(election: Election, method: str) -> Count:
    """The count as it comes back from where it is kept: what JSON holds of it."""
    kept = json.loads(json.dumps(count_election(election, method).published()))
    return Count(Tally(**kept))


def with_ballots(election: Election, option: str, number: int) -> Election:
    added = (choosing([option]), number)
    return replace(election, piles=pile_up([*election.piles, added]))


@pytest.mark.parametrize("method", BY_SCORE)
@some
@given(election=budget_elections())
def test_the_votes_that_a_project_lacked_fund_it_and_one_less_does_not(
    method: str, election: Election
) -> None:
    assume(election.terms.fewest in (None, 1))
    if method == "budget-threshold":
        election = replace(election, terms=replace(election.terms, threshold=3))
    count = counted(election, method)
    for line in list_projects(count):
        facts = explain_budget(count, line.option)
        if line.is_winner:
            assert facts.left_before is not None
            assert facts.left_before - facts.cost_cents == facts.left_after
            continue
        if facts.more is None:
            assert line.option not in count_election(with_ballots(election, line.option, 500), method).winners
            continue
        enough = count_election(with_ballots(election, line.option, facts.more), method)
        assert line.option in enough.winners
        if facts.more > 1:
            less = count_election(with_ballots(election, line.option, facts.more - 1), method)
            assert line.option not in less.winners


@some
@given(election=choice_elections())
def test_what_an_option_lacked_makes_it_equal_to_the_last_elected(election: Election) -> None:
    count = counted(election, "approval")
    for option in count.options:
        facts = explain_score(count, option)
        if facts.last_in is None or facts.is_winner:
            continue
        more = counted(with_ballots(election, option, int(facts.lacked)), "approval")
        assert explain_score(more, option).score == explain_score(more, facts.last_in).score


def test_each_supporter_pays_the_same_or_all_that_she_has_left() -> None:
    election = projects({"A": 60, "B": 40, "C": 90}, [("A", 2), ("AB", 2), ("C", 2)], budget=100)
    count = counted(election, "budget-equal-shares")

    bought = explain_shares(count, "A")
    left_out = explain_shares(count, "C")

    assert bought.is_winner
    assert bought.full * bought.share + bought.paid_less_cents == bought.cost_cents
    assert bought.price == bought.share / 6000
    assert left_out.reason == "supporters-money"
    assert left_out.supporters_have_cents + left_out.lacked_cents == left_out.cost_cents
    each = left_out.endowment.each
    assert left_out.more is not None
    assert (left_out.more - 1) * each < left_out.lacked_cents <= left_out.more * each


def test_two_neighbours_are_parted_by_the_medians_taken_away() -> None:
    count = counted(grades([("330", 2), ("212", 1), ("111", 2)], grades=3), "majority-judgment")
    first = explain_merit(count, "A")
    second = explain_merit(count, "B")

    assert first is not None
    assert second is not None
    assert (first.place, second.place) == (1, 2)
    assert (first.median, second.median) == (2, 1)
    assert first.after is not None
    assert (first.after.option, first.after.removed) == ("B", 0)
    assert second.before is not None
    assert (second.before.grade, second.before.other_grade) == (1, 2)


def test_a_chain_of_duels_is_told_step_by_step() -> None:
    """Three options that beat one another in a circle: the chains decide, and their way is shown."""
    count = counted(rankings([("A B C", 5), ("B C A", 4), ("C A B", 3)]), "schulze")
    facts = explain_duels(count, "C")

    assert facts is not None
    assert not facts.wins_all
    assert facts.rival == "A"
    assert facts.chain is not None
    assert facts.chain.path == ("C", "A")
    assert facts.chain_back is not None
    assert facts.chain_back.path == ("A", "B", "C")
    assert facts.chain_back.votes == 8


@some
@given(election=ranking_elections())
def test_the_strength_of_each_chain_is_the_one_that_decided(election: Election) -> None:
    count = counted(election, "schulze")
    known = {(step["from"], step["to"]): step["votes"] for step in count.steps("chain")}
    for option in count.options if count.steps("rank") else ():
        facts = explain_duels(count, option)
        assert facts is not None
        if facts.rival is None:
            continue
        for chain, pair in ((facts.chain, (option, facts.rival)), (facts.chain_back, (facts.rival, option))):
            assert known.get(pair) == ([chain.votes, chain.against] if chain else None)


def test_a_transfer_goes_where_the_next_round_finds_it() -> None:
    count = counted(rankings([("A", 5), ("B A", 3), ("C B", 2)]), "irv")
    last = explain_rounds(count, "C")

    assert last.end == "eliminated"
    assert last.went_to == (("B", Fraction(2)),)
    assert last.next_above == ("B", Fraction(1))
    assert explain_rounds(count, "A").history[0] == (1, Fraction(5), Fraction(0))


def test_an_option_that_nobody_names_is_told_so() -> None:
    count = counted(rankings([("A B", 2)]), "stv")

    assert explain_rounds(count, "C").end == "never-named"
    assert explain_score(counted(choices([("A", 1)]), "single"), "C").place is None


@pytest.mark.parametrize(
    "explain", [lambda count: explain_merit(count, "A"), lambda count: explain_duels(count, "A")]
)
def test_an_empty_box_explains_nothing_and_breaks_nothing(explain: Callable[[Count], object]) -> None:
    method, election = (
        ("majority-judgment", grades([]))
        if "merit" in explain.__code__.co_names[0]
        else ("schulze", rankings([]))
    )

    assert explain(counted(election, method)) is None


def test_toulouse_serves_as_many_voters_as_was_found_before() -> None:
    """94.1 % by votes: of 4,532 voters, those who named at least one of the 79 projects."""
    election, method = read_election(budget_file("France_Toulouse_2022"), None)
    served = count_served(election, count_election(election, method).winners)

    assert round(100 * served / 4532, 1) == 94.1

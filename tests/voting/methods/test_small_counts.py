"""Each method on a handful of ballots that anyone can count by hand."""

from dataclasses import replace
from typing import Any

import pytest

from civic.voting.methods.ballots import Election, Option, Tally
from civic.voting.methods.refusals import CountRefused
from civic.voting.methods.registry import METHODS, count_election
from tests.voting.methods.elections import choices, grades, projects, rankings


def steps_of(tally: Tally, kind: str) -> list[dict[str, Any]]:
    return [step for step in tally.steps if step["kind"] == kind]


def why_not(tally: Tally, option: str) -> dict[str, Any]:
    """Return why a project was not funded, without what is the same for all."""
    (step,) = (step for step in steps_of(tally, "not-funded") if step["option"] == option)
    return {
        name: value for name, value in step.items() if name not in ("kind", "option", "score", "cost_cents")
    }


# Choices


def test_blank_and_invalid_ballots_are_counted_apart() -> None:
    tally = count_election(choices([("A", 3), ("B", 2), ("", 4), ("AB", 1)]), "single")

    assert tally.winners == ("A",)
    assert (tally.turnout, tally.blank, tally.invalid) == (10, 4, 1)
    assert tally.steps[0]["expressed"] == 5
    assert steps_of(tally, "not-elected") == [{"kind": "not-elected", "option": "B", "score": 2, "lacked": 1}]


def test_an_option_that_nobody_names_is_not_elected_even_when_seats_are_left() -> None:
    assert count_election(choices([("A", 1), ("AB", 1)], seats=3), "approval").winners == ("A", "B")


def test_a_ballot_with_more_names_than_seats_is_invalid_unless_the_terms_allow_it() -> None:
    piles = [("ABC", 1), ("AB", 2), ("C", 1)]

    assert count_election(choices(piles, seats=2), "k-of-n").invalid == 1
    assert count_election(choices(piles, seats=2, most=3), "k-of-n").invalid == 0


def test_a_tie_is_decided_by_the_published_seed_and_written_down() -> None:
    election = choices([("A", 2), ("B", 2), ("C", 1)], seed="mairie 2026")
    tally = count_election(election, "single")
    (tie,) = tally.ties

    assert tie["options"][0] == tally.winners[0]
    assert sorted(tie["options"]) == ["A", "B"]
    assert (tie["by"], tie["decisive"], tie["place"]) == (["draw"], True, 1)
    # printf 'mairie 2026:A' | sha256sum
    assert tie["numbers"]["A"] == "0c699ac288c133e3105035c72095ab81a4c51d105182d8a4c35258daa61e1893"
    assert tie["numbers"][tie["options"][0]] < tie["numbers"][tie["options"][1]]


def test_another_seed_may_decide_otherwise_and_no_seed_follows_the_list() -> None:
    election = choices([("A", 2), ("B", 2)], letters="BA")
    winners = {count_election(election, "single", seed=str(number)).winners for number in range(20)}

    assert winners == {("A",), ("B",)}
    tally = count_election(election, "single")
    assert tally.winners == ("B",)
    assert tally.ties[0]["by"] == ["listed-order"]


def test_a_tie_that_changes_no_winner_is_told_as_such_and_one_among_the_losers_is_not_told() -> None:
    tally = count_election(choices([("A", 2), ("B", 2), ("C", 1), ("D", 1)], "ABCD", seats=2), "approval")

    assert [(tie["options"], tie["decisive"]) for tie in tally.ties] == [(["A", "B"], False)]


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"budget-threshold"}))
def test_an_empty_box_elects_nobody(method: str) -> None:
    elections: list[Election] = [choices([]), rankings([]), grades([]), projects({"A": 10}, [], 10)]
    counted = []
    for election in elections:
        costly = tuple(Option(option.id, cost_cents=100) for option in election.options)
        election = replace(election, options=costly, terms=replace(election.terms, budget_cents=1000))
        try:
            counted.append(count_election(election, method))
        except CountRefused:
            continue

    assert counted
    assert {tally.winners for tally in counted} == {()}


# Grades and points


def test_the_best_median_wins_whatever_the_average() -> None:
    tally = count_election(grades([("51", 2), ("13", 3)], "AB", grades=5), "majority-judgment")

    assert tally.winners == ("B",)
    assert steps_of(tally, "merit")[0] == {
        "kind": "merit",
        "option": "B",
        "profile": {"5": 0, "4": 0, "3": 3, "2": 0, "1": 2},
        "median": 3,
        "better": 0,
        "worse": 2,
    }


def test_two_equal_medians_are_taken_away_until_they_differ() -> None:
    # A: 3 2 2 1 1, B: 2 2 2 2 1. Both have 2, then 2 again; of what is left, A (3 1 1) has 1 and B (2 2 1) has 2.
    election = grades([("32", 1), ("22", 2), ("12", 1), ("11", 1)], "AB", grades=3)
    (comparison,) = steps_of(count_election(election, "majority-judgment"), "comparison")

    assert (comparison["better"], comparison["removed"], comparison["grades"]) == ("B", 2, [2, 1])


def test_the_median_of_an_even_number_is_the_better_or_the_worse_as_the_terms_say() -> None:
    piles = [("42", 1), ("12", 1)]

    assert count_election(grades(piles, "AB", grades=4), "majority-judgment").winners == ("A",)
    assert count_election(grades(piles, "AB", grades=4, median="worse"), "majority-judgment").winners == (
        "B",
    )


def test_an_option_left_without_grade_has_the_worst_and_a_ballot_without_any_is_blank() -> None:
    tally = count_election(grades([("30", 2), ("00", 1)], "AB", grades=3), "majority-judgment")

    assert tally.blank == 1
    assert steps_of(tally, "merit")[1]["profile"] == {"3": 0, "2": 0, "1": 2}


def test_a_grade_above_the_highest_is_refused() -> None:
    with pytest.raises(CountRefused, match="5 sur 3"):
        count_election(grades([("51", 1)], "AB", grades=3), "majority-judgment")


def test_places_give_points_and_equals_share_them_exactly() -> None:
    tally = count_election(rankings([("A B C", 1), ("ABC", 2), ("B", 1)]), "points")

    assert steps_of(tally, "scale")[0]["points"] == [3, 2, 1]
    assert steps_of(tally, "count")[0]["points"] == {"A": "7", "B": "9", "C": "5"}
    thirds = count_election(rankings([("ABC", 1)], rank_points=(5, 2, 0)), "points")
    assert steps_of(thirds, "count")[0]["points"] == {"A": "7/3", "B": "7/3", "C": "7/3"}


def test_three_ranked_choices_exactly_or_the_ballot_is_void() -> None:
    election = rankings([("A B C", 2), ("A B", 1), ("A B C D", 1), ("", 1)], "ABCD", fewest=3, most=3)
    tally = count_election(election, "points")

    assert (tally.blank, tally.invalid) == (1, 2)
    assert steps_of(tally, "count")[0]["points"] == {"A": "6", "B": "4", "C": "2", "D": "0"}


# Rankings


def test_who_wins_all_duels_wins_schulze() -> None:
    tally = count_election(rankings([("A B C", 4), ("B A C", 3), ("C B A", 2)]), "schulze")

    assert tally.winners == ("B",)
    assert steps_of(tally, "condorcet-winner") == [{"kind": "condorcet-winner", "option": "B"}]
    assert {"kind": "duel", "options": ["A", "B"], "votes": [4, 5]} in tally.steps


def test_schulze_decides_a_circle_by_its_weakest_duel() -> None:
    # A beats B 8-4, B beats C 9-3, C beats A 7-5: the weakest duel of the circle is the one that A lost.
    tally = count_election(rankings([("A B C", 5), ("B C A", 4), ("C A B", 3)], seats=3), "schulze")

    assert tally.winners == ("A", "B", "C")
    assert steps_of(tally, "condorcet-winner") == []
    assert {"kind": "chain", "from": "A", "to": "C", "votes": [8, 4]} in tally.steps


def test_the_last_option_of_each_round_passes_its_ballots_on() -> None:
    tally = count_election(rankings([("A", 4), ("B C", 3), ("C B", 2)]), "irv")
    rounds = steps_of(tally, "round")

    assert tally.winners == ("B",)
    assert [(one["outcome"], one["options"]) for one in rounds] == [("eliminated", ["C"]), ("elected", ["B"])]
    assert rounds[1]["votes"] == {"A": "4", "B": "5"}


def test_a_ballot_that_reaches_two_who_still_run_on_one_place_is_exhausted_for_good() -> None:
    tally = count_election(rankings([("AB", 1), ("A", 3), ("B", 2), ("C", 4)]), "irv")

    assert [one["exhausted"] for one in steps_of(tally, "round")] == ["1", "3"]


def test_who_is_left_when_every_ballot_is_exhausted_is_elected_with_none() -> None:
    tally = count_election(rankings([("AB", 2)]), "irv")

    assert len(tally.winners) == 1
    assert steps_of(tally, "round")[-1]["exhausted"] == "2"


def test_surpluses_pass_on_in_exact_fractions() -> None:
    # Quota: 20 // 3 + 1 = 7. A keeps 7 of its 12 votes; its ballots pass on at 5/12: B has 4 + 8 x 5/12, C 4 + 4 x 5/12.
    tally = count_election(rankings([("A B", 8), ("A C", 4), ("B", 4), ("C", 4)], seats=2), "stv")
    first, second = steps_of(tally, "round")[:2]

    assert tally.winners == ("A", "B")
    assert steps_of(tally, "quota") == [{"kind": "quota", "quota": "7", "seats": 2}]
    assert (first["surplus"], first["passed_on_at"]) == ("5", "5/12")
    assert second["votes"] == {"B": "22/3", "C": "17/3"}


def test_irv_fills_one_seat() -> None:
    with pytest.raises(CountRefused, match="stv"):
        count_election(rankings([("A", 1)], seats=2), "irv")


# Budgets

THREE = {"A": 60, "B": 50, "C": 40}


def test_the_project_that_does_not_fit_is_passed_over_and_told_what_it_lacked() -> None:
    tally = count_election(projects(THREE, [("A", 3), ("B", 2), ("C", 1)], 100), "budget-greedy")

    assert tally.winners == ("A", "C")
    assert why_not(tally, "B") == {"reason": "money", "lacked_cents": 1000, "left_cents": 4000}


def test_or_everything_stops_there() -> None:
    tally = count_election(projects(THREE, [("A", 3), ("B", 2), ("C", 1)], 100), "budget-greedy-stop")

    assert tally.winners == ("A",)
    assert why_not(tally, "B")["reason"] == "money"
    assert why_not(tally, "C") == {"reason": "after-stop", "lacked_cents": 0, "left_cents": 4000}


def test_projects_below_the_threshold_or_that_nobody_names_are_not_funded() -> None:
    election = projects({**THREE, "D": 1}, [("A", 3), ("B", 2), ("C", 1)], 200, threshold=2)
    tally = count_election(election, "budget-threshold")

    assert tally.winners == ("A", "B")
    assert why_not(tally, "C") == {"reason": "threshold", "lacked": "1"}
    assert why_not(tally, "D") == {"reason": "nobody"}


def test_a_threshold_is_needed_where_the_method_is_named_after_it() -> None:
    with pytest.raises(CountRefused, match="seuil"):
        count_election(projects(THREE, [("A", 1)], 100), "budget-threshold")


@pytest.mark.parametrize("method", ["budget-greedy", "budget-equal-shares"])
def test_two_incompatible_projects_are_not_both_funded(method: str) -> None:
    election = projects(THREE, [("A", 3), ("B", 2), ("C", 1)], 150, exclusions=(("A", "B"),))
    tally = count_election(election, method)

    assert set(tally.winners) == {"A", "C"}
    assert why_not(tally, "B") == {"reason": "excluded", "by": "A"}


@pytest.mark.parametrize("method", ["budget-greedy", "budget-equal-shares"])
def test_caps_on_the_number_of_projects_and_on_the_cost_of_one_hold(method: str) -> None:
    election = projects(THREE, [("A", 3), ("B", 2), ("C", 1)], 150, most_projects=1, dearest_cents=5000)
    tally = count_election(election, method)

    assert tally.winners == ("B",)
    assert why_not(tally, "A") == {"reason": "dearer-than-allowed", "excess_cents": 1000}
    assert why_not(tally, "C")["reason"] == "enough-projects"


@pytest.mark.parametrize("method", ["budget-greedy", "budget-equal-shares"])
def test_each_neighbourhood_spends_its_own_envelope(method: str) -> None:
    election = projects(THREE, [("A", 5), ("B", 1), ("C", 1)], 110, envelopes=(("nord", 5000),))
    options = tuple(replace(one, envelope="nord") if one.id == "B" else one for one in election.options)
    tally = count_election(replace(election, options=options), method)

    assert set(tally.winners) == {"A", "B"}
    assert why_not(tally, "C")["lacked_cents"] > 0


def test_points_that_voters_share_out_decide() -> None:
    election = grades([("91", 1), ("09", 1), ("01", 3)], "AB", most_sum=10, budget_cents=100)
    options = tuple(Option(letter, cost_cents=100) for letter in "AB")
    tally = count_election(replace(election, options=options), "budget-cumulative")

    assert tally.winners == ("B",)
    assert why_not(tally, "A") == {"reason": "money", "lacked_cents": 100, "left_cents": 0}


def test_a_ballot_whose_projects_cost_more_than_allowed_is_invalid() -> None:
    tally = count_election(
        projects(THREE, [("AB", 1), ("C", 1)], 150, most_cost_cents=10_000), "budget-greedy"
    )

    assert (tally.invalid, tally.winners) == (1, ("C",))


def test_equal_shares_say_who_pays_what() -> None:
    # 60 euros for 6 voters. B costs its 2 voters 5 each, then A costs its 4 voters 10 each.
    tally = count_election(
        projects({"A": 40, "B": 10, "C": 30}, [("A", 4), ("B", 1), ("BC", 1)], 60), "budget-equal-shares"
    )
    bought = {step["option"]: step for step in steps_of(tally, "bought")}

    assert bought["A"]["share_cents"] == "1000"
    assert (bought["A"]["pay_the_share"], bought["A"]["pay_less"]) == (4, 0)
    assert bought["B"]["share_cents"] == "500"
    assert set(tally.winners) == {"A", "B"}
    # At the round of 26 euros C's one voter could pay it after B: 90 euros of projects, more than there is.
    assert steps_of(tally, "endowment")[0]["ended"] == "over-budget"
    assert why_not(tally, "C")["reason"] == "supporters-money"


def test_who_has_less_gives_all_and_the_others_pay_more() -> None:
    # 30 euros for 3 voters. A costs its only voter 8 of her 10; then B, 15 euros, gets 2 from her and 6.5 from each of the others.
    election = projects({"A": 8, "B": 15}, [("AB", 1), ("B", 2)], 30)
    tally = count_election(election, "budget-equal-shares")
    shares = {step["option"]: step for step in steps_of(tally, "bought")}

    assert tally.winners == ("B", "A")
    assert shares["B"]["share_cents"] == "500"
    assert steps_of(tally, "endowment")[0]["ended"] == "nothing-left-to-buy"


def test_equal_shares_keep_the_round_before_the_one_that_spends_too_much_were_it_empty() -> None:
    # With 9 euros each nobody can buy; with 10, A and B are bought at once, for 50 euros of 30.
    tally = count_election(projects({"A": 30, "B": 20}, [("A", 3), ("B", 2)], 30), "budget-equal-shares")

    assert tally.winners == ()
    assert steps_of(tally, "endowment")[0]["next_round_would_cost_cents"] == 5000
    assert why_not(tally, "A") == {
        "reason": "supporters-money",
        "supporters_have_cents": 2700,
        "lacked_cents": 300,
    }


def test_two_projects_as_good_a_buy_are_told_apart_by_the_draw() -> None:
    twins = projects({"A": 20, "B": 20}, [("AB", 2)], 20, seed="x")
    tally = count_election(twins, "budget-equal-shares")

    assert len(tally.winners) == 1
    assert [(tie["by"], tie["decisive"]) for tie in tally.ties] == [(["draw"], True)]


@pytest.mark.parametrize(
    ("election", "method", "said"),
    [
        (choices([("A", 1)]), "schulze", "classements"),
        (choices([("A", 1)]), "stv", "classements"),
        (choices([("A", 1)]), "points", "points"),
        (rankings([("A", 1)]), "approval", "classent"),
        (rankings([("A", 1)]), "majority-judgment", "mentions"),
        (choices([("A", 1)]), "budget-points", "classements"),
        (choices([("A", 1)]), "budget-cumulative", "points"),
        (choices([("A", 1)]), "budget-greedy", "budget manque"),
        (choices([("A", 1)], budget_cents=100), "budget-greedy", "pas de coût"),
        (choices([("A", 1)]), "dice", "n’existe pas"),
        (choices([("A", 1)], seats=0), "single", "un siège"),
    ],
)
def test_a_method_that_does_not_count_such_ballots_says_so(
    election: Election, method: str, said: str
) -> None:
    with pytest.raises(CountRefused) as refused:
        count_election(election, method)

    assert said in str(refused.value)

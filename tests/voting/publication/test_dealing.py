"""A ballot that nobody else would write is not found among the published ones, and the count is the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from civic.voting.formats.reading import published_count
from civic.voting.methods.ballots import Election, open_box
from civic.voting.methods.registry import count_election
from civic.voting.publication.dealing import is_to_be_dealt, published_ballots, room_of
from tests.voting.methods.elections import (
    budget_elections,
    choice_elections,
    choices,
    grade_elections,
    grades,
    projects,
    rankings,
)

some = settings(max_examples=80, deadline=None)


@some
@given(
    st.one_of(
        st.tuples(choice_elections(), st.sampled_from(["approval", "k-of-n", "single"])),
        st.tuples(grade_elections(), st.sampled_from(["majority-judgment", "points"])),
        st.tuples(budget_elections(), st.just("budget-greedy")),
    )
)
def test_ballots_dealt_again_give_the_same_bytes(counted: tuple[Election, str]) -> None:
    election, method = counted
    published = published_ballots(election, method)

    assert published_count(count_election(published, method)) == published_count(
        count_election(election, method)
    )
    assert open_box(published) == open_box(election) or is_to_be_dealt(election, method)


def test_a_ballot_agreed_upon_is_not_among_those_published() -> None:
    """« Approve mine, and of the others B, D and F »: nobody else would."""
    signed = choices([("A", 20), ("C", 20), ("E", 20), ("BCDF", 1)], "ABCDEF")
    wanted = signed.piles[-2:] if signed.piles[-1][0].named == ("E",) else signed.piles

    assert is_to_be_dealt(signed, "approval")
    assert any(ballot.named == ("B", "C", "D", "F") for ballot, _ in wanted + signed.piles)
    published = published_ballots(signed, "approval")
    assert all(len(ballot.named) <= 2 for ballot, _ in published.piles)
    assert sum(count for _, count in published.piles) == 61


def test_grades_are_kept_option_by_option_and_parted_from_one_another() -> None:
    election = grades([("615", 1), ("661", 30), ("166", 30)], grades=6)
    published = published_ballots(election, "majority-judgment")

    assert ("A", 6) in {mark for ballot, _ in published.piles for mark in ballot.points}
    assert (("A", 6), ("B", 1), ("C", 5)) not in {ballot.points for ballot, _ in published.piles}


def test_a_crowd_hides_a_short_ballot_which_is_then_published_as_it_was_written() -> None:
    election = choices([("A", 40), ("B", 30), ("AB", 5)], "AB")

    assert room_of(election, "approval") == 3
    assert not is_to_be_dealt(election, "approval")
    assert published_ballots(election, "approval") == election


def test_what_a_method_reads_whole_is_published_whole() -> None:
    ranked = rankings([("A B C", 2), ("B C A", 1)])
    budget = projects({"A": 10, "B": 20}, [("AB", 2), ("A", 1)], budget=30)

    assert published_ballots(ranked, "irv") == ranked
    assert published_ballots(ranked, "points") == ranked
    assert published_ballots(budget, "budget-equal-shares") == budget


def test_an_empty_box_and_blank_ballots_stay_what_they_are() -> None:
    blank = choices([("", 4)])

    assert published_ballots(blank, "approval").piles == blank.piles
    assert published_ballots(choices([]), "approval").piles == ()

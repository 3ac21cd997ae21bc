"""From the sums of sealed questions to what is counted."""

from civic.voting.asking import ChoicePlan, QuestionPlan
from civic.voting.booth.questions import QuestionSums, election_of_sums, parts_of
from civic.voting.methods.ballots import Terms
from civic.voting.methods.registry import count_election
from tests.voting.booth.story import NAMES, YES_NO


def profiles(sums: QuestionSums) -> dict[str, list[int]]:
    tally = count_election(election_of_sums(NAMES, sums, Terms(grades=3)), "majority-judgment")
    return {
        step["option"]: [step["profile"][grade] for grade in ("3", "2", "1")]
        for step in tally.steps
        if step["kind"] == "merit"
    }


def test_blank_votes_leave_the_grades() -> None:
    (sums,) = parts_of([NAMES], [(2, 1, 0, 1), (2, 0, 1, 1)], 4)

    assert (sums.ballots, sums.blank) == (4, 2)
    assert profiles(sums) == {"c1": [1, 0, 1], "c2": [0, 1, 1]}


def test_an_option_alone_left_blank_has_the_worst_grade() -> None:
    """Another program than ours may leave some options blank: as many ballots are blank as every option was left by."""
    (sums,) = parts_of([NAMES], [(2, 2, 0, 0), (1, 3, 0, 0)], 4)

    assert sums.blank == 1
    assert profiles(sums) == {"c1": [2, 0, 1], "c2": [3, 0, 0]}


def test_a_poll_frozen_before_grades_had_a_blank_vote_is_counted_as_it_was() -> None:
    yes_no, names = parts_of([YES_NO, NAMES], [(1, 2, 1), (1, 2, 1), (4, 0, 0)], 4)

    assert (yes_no.blank, yes_no.rows) == (1, ((2, 1),))
    assert (names.blank, names.rows) == (0, ((1, 2, 1), (4, 0, 0)))
    assert profiles(names) == {"c1": [1, 2, 1], "c2": [4, 0, 0]}


def test_papers_are_added_to_what_was_sealed() -> None:
    several = QuestionPlan("Lesquels ?", tuple(ChoicePlan(name) for name in "ABC"), method="approval")
    total = QuestionSums(3, 1, ((2, 1, 0),)).plus(QuestionSums(2, 0, ((0, 2, 2),)))

    tally = count_election(election_of_sums(several, total, Terms()), "approval")

    assert (tally.turnout, tally.blank, tally.winners[0]) == (5, 1, "c2")

"""False ballots, drawn at random by the rules of a question, to see a count before anybody votes. Pure: nothing of them is ever put in a box."""

from collections.abc import Sequence
from random import Random

from civic.voting.answers import BLANK, ensure_answer
from civic.voting.asking import JUDGMENT, SINGLE, QuestionPlan, with_seed
from civic.voting.errors import BallotRefused
from civic.voting.methods.ballots import (
    Ballot,
    BallotKind,
    Election,
    Tally,
    choosing,
    giving,
    pile_up,
    ranking,
)
from civic.voting.methods.registry import count_election

BLANK_SHARE = 0.05
MOST_DRAWS = 30
"""How often a ballot is drawn again that breaks a rule (a cost, a sum); after that it is blank, which is always good."""


def count_false_ballots(questions: Sequence[QuestionPlan], *, voters: int, seed: str) -> tuple[Tally, ...]:
    """Return what the count of each question would be, by its own method, of as many false ballots as there are voters.

    Args:
        seed: the same one draws the same ballots.
    """
    return tuple(
        _count(question, voters, f"{seed}:{position}") for position, question in enumerate(questions, start=1)
    )


def _count(question: QuestionPlan, voters: int, seed: str) -> Tally:
    dice = Random(seed)  # false ballots need no secret chance
    favour = {option.id: dice.random() + 0.2 for option in question.options}
    ballots = [draw_ballot(question, dice, favour) for _ in range(voters)]
    election = Election(question.kind, question.options, pile_up(ballots), with_seed(question.terms, seed))
    return count_election(election, question.method)


def draw_ballot(question: QuestionPlan, dice: Random, favour: dict[str, float]) -> Ballot:
    """Return a ballot that keeps to the rules of a question, sometimes blank.

    Args:
        favour: how much each option is liked, so that the false result is no row of equals.
    """
    if dice.random() < BLANK_SHARE:
        return BLANK
    for _ in range(MOST_DRAWS):
        ballot = _draw(question, dice, favour)
        try:
            ensure_answer(ballot, question)
        except BallotRefused:
            continue
        return ballot
    return BLANK


def _draw(question: QuestionPlan, dice: Random, favour: dict[str, float]) -> Ballot:
    if question.method == JUDGMENT:
        return giving((option, _draw_grade(question.terms.grades, dice, favour[option])) for option in favour)
    named = _draw_options(question, dice, favour)
    if question.kind is BallotKind.POINTS:
        return giving(zip(named, _draw_points(question, dice, len(named)), strict=True))
    return ranking([one] for one in named) if question.kind is BallotKind.RANKING else choosing(named)


def _draw_grade(grades: int, dice: Random, liked: float) -> int:
    return min(grades, 1 + int(grades * dice.random() ** (1 / (0.4 + liked))))


def _draw_options(question: QuestionPlan, dice: Random, favour: dict[str, float]) -> list[str]:
    terms, count = question.terms, len(favour)
    most = 1 if question.method == SINGLE else min(count, terms.most or count)
    least = min(most, terms.fewest or 1)
    by_liking = sorted(favour, key=lambda option: dice.random() ** (1 / favour[option]), reverse=True)
    return by_liking[: dice.randint(least, most)]


def _draw_points(question: QuestionPlan, dice: Random, count: int) -> list[int]:
    """Share out the points that a ballot may give, at least one to each option that it names."""
    terms = question.terms
    most_each = terms.most_points or terms.most_sum or 1
    whole = min(terms.most_sum or count * most_each, count * most_each)
    points = [max(1, terms.least_points or 1)] * count
    for _ in range(whole - sum(points)):
        room = [index for index, given in enumerate(points) if given < most_each]
        if not room:
            break
        points[dice.choice(room)] += 1
    return points

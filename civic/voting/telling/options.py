"""The door of this package: any option of any count, told."""

from collections.abc import Callable

from civic.voting.explain.budgets import list_projects
from civic.voting.explain.count import Count, Line
from civic.voting.explain.duels import list_duellists
from civic.voting.explain.merit import list_merits
from civic.voting.explain.rounds import list_runners
from civic.voting.explain.scores import SCORED, list_scores
from civic.voting.explain.shares import with_scores
from civic.voting.telling.budgets import tell_budget
from civic.voting.telling.duels import tell_duels
from civic.voting.telling.merit import tell_merit
from civic.voting.telling.rounds import tell_rounds
from civic.voting.telling.scores import tell_score
from civic.voting.telling.shares import tell_shares

EQUAL_SHARES = "budget-equal-shares"
TELLERS: dict[str, Callable[[Count, str], list[str]]] = {
    **dict.fromkeys(SCORED, tell_score),
    "majority-judgment": tell_merit,
    "schulze": tell_duels,
    "irv": tell_rounds,
    "stv": tell_rounds,
    "budget-greedy": tell_budget,
    "budget-greedy-stop": tell_budget,
    "budget-threshold": tell_budget,
    "budget-points": tell_budget,
    "budget-cumulative": tell_budget,
    EQUAL_SHARES: tell_shares,
}


def tell_option(count: Count, option: str) -> list[str]:
    """Tell, in a few sentences, why an option won or did not, and what it lacked."""
    return TELLERS[count.method](count, option)


def list_lines(count: Count) -> tuple[Line, ...]:
    """Return every option in the order of the result."""
    if count.method in SCORED:
        return list_scores(count)
    if count.method == "majority-judgment":
        return list_merits(count)
    if count.method == "schulze":
        return list_duellists(count)
    if count.method in ("irv", "stv"):
        return list_runners(count)
    return list_projects(with_scores(count) if count.method == EQUAL_SHARES else count)

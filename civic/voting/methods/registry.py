"""Every method by its name."""

from collections.abc import Callable
from dataclasses import replace

from civic.voting.methods.ballots import Election, Progress, Tally
from civic.voting.methods.budget_shares import count_budget_equal_shares
from civic.voting.methods.budgets import (
    count_budget_cumulative,
    count_budget_greedy,
    count_budget_greedy_stop,
    count_budget_points,
    count_budget_threshold,
)
from civic.voting.methods.choices import count_approval, count_k_of_n, count_single
from civic.voting.methods.majority_judgment import count_majority_judgment
from civic.voting.methods.rank_points import count_points
from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.methods.schulze import count_schulze
from civic.voting.methods.ties import Draw
from civic.voting.methods.transfers import count_irv, count_stv

METHODS: dict[str, Callable[[Election, Draw], Tally]] = {
    "single": count_single,
    "approval": count_approval,
    "k-of-n": count_k_of_n,
    "majority-judgment": count_majority_judgment,
    "points": count_points,
    "schulze": count_schulze,
    "irv": count_irv,
    "stv": count_stv,
    "budget-greedy": count_budget_greedy,
    "budget-greedy-stop": count_budget_greedy_stop,
    "budget-threshold": count_budget_threshold,
    "budget-points": count_budget_points,
    "budget-cumulative": count_budget_cumulative,
    "budget-equal-shares": count_budget_equal_shares,
}


def count_election(
    election: Election,
    method: str,
    *,
    seats: int | None = None,
    seed: str | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Count an election.

    Args:
        seats, seed: in place of those of the election's terms.
        progress: told of each round of a count that takes long.

    Raises:
        CountRefused: the method is not known, or does not count such ballots.
    """
    if method not in METHODS:
        raise CountRefused(
            N_("La méthode « %(method)s » n’existe pas. Méthodes : %(known)s."),
            method=method,
            known=", ".join(METHODS),
        )
    terms = election.terms
    terms = replace(
        terms, seats=terms.seats if seats is None else seats, seed=terms.seed if seed is None else seed
    )
    if terms.seats < 1:
        raise CountRefused(N_("Il faut au moins un siège."))
    election = replace(election, terms=terms)
    draw = Draw(terms.seed, election.ids)
    if method == "budget-equal-shares":
        return count_budget_equal_shares(election, draw, progress)
    return METHODS[method](election, draw)

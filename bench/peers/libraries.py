"""votelib (Condorcet) and pabutools (budgets), which run only in the peers' own environment."""

from typing import Any

import votelib.convert
import votelib.evaluate.condorcet
import votelib.evaluate.core
from pabutools.election import ApprovalBallot, ApprovalProfile, Cost_Sat, Instance, Project
from pabutools.rules import exhaustion_by_budget_increase, greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule

from bench.peers.belenios import SAME
from civic.voting.methods.ballots import Election
from civic.voting.methods.registry import count_election
from civic.voting.methods.ties import Draw

EURO = 100


def compare_condorcet(election: Election) -> str:
    """Compare the Condorcet winner and, where Schulze leaves no equals, the whole order.

    votelib's chains know winning votes alone: the order is compared where all ballots are complete, since there they say the same.
    """
    tally = count_election(election, "schulze")
    ours = [step["option"] for step in tally.steps if step["kind"] == "condorcet-winner"]
    votes = {
        tuple(place[0] if len(place) == 1 else frozenset(place) for place in ballot.places): count
        for ballot, count in election.piles
    }
    duels = votelib.convert.RankedToCondorcetVotes().convert(votes)
    theirs = votelib.evaluate.condorcet.CondorcetWinner().evaluate(duels)
    if ours != theirs and len(election.ids) == len({one for pair in duels for one in pair}):
        return f"winner: ours {ours}, theirs {theirs}"
    groups = [step["options"] for step in tally.steps if step["kind"] == "rank"]
    is_complete = all(len(ballot.places) == len(election.ids) for ballot, _ in election.piles)
    if is_complete and all(len(group) == 1 for group in groups):
        order = votelib.evaluate.condorcet.EVALUATORS["schulze"].evaluate(duels, len(election.ids))
        if [group[0] for group in groups] != order:
            return f"order: ours {groups}, theirs {order}"
    return SAME


def _as_pabutools(election: Election) -> tuple[Any, Any, TieBreakingRule]:
    """Return the election, and a rule that decides ties as ours: more votes, the cheaper, the draw."""
    projects = {option.id: Project(option.id, option.cost_cents) for option in election.options}
    instance = Instance(projects.values(), budget_limit=election.terms.budget_cents)
    profile = ApprovalProfile(
        [
            ApprovalBallot(projects[name] for name in ballot.named)
            for ballot, count in election.piles
            for _ in range(count)
        ]
    )
    votes = {name: profile.approval_score(project) for name, project in projects.items()}
    draw = Draw(election.terms.seed, election.ids)
    # Their key is one value: a text that sorts as ours does.
    rule = TieBreakingRule(
        lambda _instance, _profile, project: (
            f"{10**6 - votes[project.name]:07} {int(project.cost):012} {draw.number(project.name)}"
        )
    )
    return instance, profile, rule


def compare_greedy(election: Election) -> str:
    """Compare the projects funded by votes. Theirs also takes projects that nobody named, as long as there is money."""
    instance, profile, rule = _as_pabutools(election)
    funded = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat, tie_breaking=rule)
    theirs = sorted(project.name for project in funded if profile.approval_score(project))
    ours = sorted(count_election(election, "budget-greedy").winners)
    return SAME if ours == theirs else f"ours {ours}, theirs {theirs}"


def compare_equal_shares(election: Election) -> str:
    """Compare the projects bought, and their order, by equal shares with one euro a voter more at each round."""
    instance, profile, rule = _as_pabutools(election)
    bought = exhaustion_by_budget_increase(
        instance,
        profile,
        method_of_equal_shares,
        {"sat_class": Cost_Sat, "tie_breaking": rule},
        budget_step=profile.num_ballots() * EURO,
        exhaustive_stop=False,
    )
    theirs = [project.name for project in bought]
    ours = list(count_election(election, "budget-equal-shares").winners)
    return SAME if ours == theirs else f"ours {ours}, theirs {theirs}"

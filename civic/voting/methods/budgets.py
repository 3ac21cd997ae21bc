"""Participatory budgets, the simple way: projects are taken by their score, as long as there is money."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from civic.voting.methods.ballots import (
    BallotKind,
    Box,
    Election,
    Option,
    Step,
    Tally,
    Terms,
    make_tally,
    open_box,
)
from civic.voting.methods.choices import count_names
from civic.voting.methods.exact import Exact, exact_text
from civic.voting.methods.rank_points import sum_points
from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.methods.ties import Draw, groups_by_score

Scores = dict[str, Exact]


def count_budget_greedy(election: Election, draw: Draw) -> Tally:
    """By the number of voters who name it, each project that the money left can pay; what does not fit is passed over."""
    return _take_in_order("budget-greedy", election, draw)


def count_budget_greedy_stop(election: Election, draw: Draw) -> Tally:
    """By the number of voters who name it, each project until the first that the money left cannot pay."""
    return _take_in_order("budget-greedy-stop", election, draw, stops=True)


def count_budget_threshold(election: Election, draw: Draw) -> Tally:
    """As ``budget-greedy`` (by points, where ballots give points or rank), among the projects that reach the threshold of the terms."""
    if not election.terms.threshold:
        raise CountRefused(
            N_(
                "Le seuil manque : la méthode « budget-threshold » a besoin du nombre de voix ou de points à atteindre."
            )
        )
    return _take_in_order(
        "budget-threshold", election, draw, by_points=election.kind is not BallotKind.CHOICES
    )


def count_budget_points(election: Election, draw: Draw) -> Tally:
    """As ``budget-greedy``, by the points of the places where ballots rank the projects."""
    if election.kind is not BallotKind.RANKING:
        raise CountRefused(
            N_("La méthode « budget-points » compte des classements : ces bulletins n’en sont pas.")
        )
    return _take_in_order("budget-points", election, draw, by_points=True)


def count_budget_cumulative(election: Election, draw: Draw) -> Tally:
    """As ``budget-greedy``, by the points that voters share out between projects."""
    if election.kind is not BallotKind.POINTS:
        raise CountRefused(
            N_(
                "La méthode « budget-cumulative » compte des points répartis : ces bulletins n’en donnent pas."
            )
        )
    return _take_in_order("budget-cumulative", election, draw, by_points=True)


def money_of(terms: Terms, options: Iterable[Option]) -> dict[str, int]:
    """Return the money of each envelope, in cents; "" is the common one, which has what the others leave.

    Raises:
        CountRefused: there is no budget, a project has no cost, or the envelopes do not fit.
    """
    if terms.budget_cents <= 0:
        raise CountRefused(N_("Le budget manque : cette méthode répartit une somme entre des projets."))
    kept = dict(terms.envelopes)
    if sum(kept.values()) > terms.budget_cents:
        raise CountRefused(N_("Les enveloppes dépassent ensemble le budget."))
    for option in options:
        if option.cost_cents <= 0:
            raise CountRefused(N_("Le projet « %(option)s » n’a pas de coût."), option=option.id)
        if option.envelope and option.envelope not in kept:
            raise CountRefused(N_("L’enveloppe « %(name)s » n’existe pas."), name=option.envelope)
    return {"": terms.budget_cents - sum(kept.values()), **kept}


def why_not_eligible(option: Option, score: Exact, terms: Terms, money: dict[str, int]) -> Step | None:
    """Return why a project cannot be funded whatever the others get, and what it lacks; None when it can."""
    if score <= 0:
        return {"reason": "nobody"}
    if score < terms.threshold:
        return {"reason": "threshold", "lacked": exact_text(terms.threshold - score)}
    if terms.dearest_cents is not None and option.cost_cents > terms.dearest_cents:
        return {"reason": "dearer-than-allowed", "excess_cents": option.cost_cents - terms.dearest_cents}
    if option.cost_cents > money[option.envelope]:
        return {"reason": "dearer-than-budget", "lacked_cents": option.cost_cents - money[option.envelope]}
    return None


def rivals_of(option: str, exclusions: Iterable[tuple[str, str]]) -> set[str]:
    """Return the projects that cannot be funded together with this one."""
    return {two if one == option else one for one, two in exclusions if option in (one, two)}


@dataclass
class Till:
    """The money as it is spent, and the steps written down."""

    terms: Terms
    money: dict[str, int]
    stops: bool
    winners: list[str] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)

    def consider(self, option: Option, score: Exact) -> None:
        """Fund a project, or write down why not."""
        refused = self._why_not(option)
        step: Step = {"option": option.id, "score": exact_text(score), "cost_cents": option.cost_cents}
        if refused is None:
            self.money[option.envelope] -= option.cost_cents
            self.winners.append(option.id)
            left = self.money[option.envelope]
            self.steps.append({"kind": "funded", **step, "place": len(self.winners), "left_cents": left})
        else:
            self.steps.append({"kind": "not-funded", **step, **refused})

    def _why_not(self, option: Option) -> Step | None:
        left = self.money[option.envelope]
        chosen = [one for one in self.winners if one in rivals_of(option.id, self.terms.exclusions)]
        if chosen:
            return {"reason": "excluded", "by": chosen[0]}
        if self.terms.most_projects is not None and len(self.winners) >= self.terms.most_projects:
            return {"reason": "enough-projects"}
        if option.envelope in self.stopped:
            return {
                "reason": "after-stop",
                "lacked_cents": max(option.cost_cents - left, 0),
                "left_cents": left,
            }
        if option.cost_cents > left:
            if self.stops:
                self.stopped.add(option.envelope)
            return {"reason": "money", "lacked_cents": option.cost_cents - left, "left_cents": left}
        return None


def _take_in_order(
    method: str, election: Election, draw: Draw, *, by_points: bool = False, stops: bool = False
) -> Tally:
    box = open_box(election)
    scores = score_projects(election, box, by_points=by_points)
    money = money_of(election.terms, election.options)
    till = Till(election.terms, dict(money), stops)
    refused: list[Step] = []
    options = {option.id: option for option in election.options}
    order, met = order_by_score(scores, options, draw)
    for name in order:
        reason = why_not_eligible(options[name], scores[name], election.terms, money)
        # The rule that stops, stops at the first project that does not fit, were it dearer than all the money.
        if reason is None or (stops and reason["reason"] == "dearer-than-budget"):
            till.consider(options[name], scores[name])
        else:
            step = {"option": name, "score": exact_text(scores[name]), "cost_cents": options[name].cost_cents}
            refused.append({"kind": "not-funded", **step, **reason})
    ties = [tie for tie in met if any(one in till.winners for one in tie["options"])]
    for tie in ties:
        tie["decisive"] = not all(one in till.winners for one in tie["options"])
    return make_tally(method, election, box, till.winners, [*till.steps, *refused], ties)


def score_projects(election: Election, box: Box, *, by_points: bool) -> Scores:
    """Return the score of each project: the voters who name it, or its points."""
    if by_points:
        return sum_points(election, box)
    return {option: Exact(votes) for option, votes in count_names(election, box).items()}


def order_by_score(
    scores: Scores, options: dict[str, Option], draw: Draw
) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the projects by score, then the cheaper first, then by the draw; and the ties that were met.

    Without a seed, projects of one score come in the order of the list, whatever they cost.
    """
    costs = costs_that_decide(options, draw)
    order: list[str] = []
    ties: list[dict[str, Any]] = []
    for score, group in groups_by_score(scores):
        ranked = sorted(group, key=lambda name: (costs[name], draw.number(name)))
        order += ranked
        if len(group) > 1:
            ties.append({"score": exact_text(score), **describe_tie(ranked, [("cost", costs)], draw)})
    return order, ties


def costs_that_decide(options: dict[str, Option], draw: Draw) -> dict[str, int]:
    """Return the cost of each project, the same for all where there is no seed, hence no other rule than the order of the list."""
    return {name: option.cost_cents if draw.seed else 0 for name, option in options.items()}


def describe_tie(
    ranked: Sequence[str], levels: Iterable[tuple[str, Mapping[str, int]]], draw: Draw
) -> dict[str, Any]:
    """Return how equals were told apart: by which of the levels, and by the draw where none did.

    Args:
        levels: (name, value of each option), the first to be asked first.
    """
    groups, by = [list(ranked)], []
    for level, values in levels:
        split = [
            [name for name in group if values[name] == value]
            for group in groups
            for value in sorted({values[name] for name in group})
        ]
        if len(split) > len(groups):
            by.append(level)
        groups = split
    drawn = [name for group in groups if len(group) > 1 for name in group]
    return {
        "options": list(ranked),
        "by": [*by, *([draw.way] if drawn else [])],
        "numbers": {name: draw.number(name) for name in drawn},
    }

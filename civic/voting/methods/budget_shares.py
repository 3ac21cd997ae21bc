"""A budget by equal shares: the endowment grows by one euro a voter (Add1), and the last one that the budget can pay is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from civic.voting.methods.ballots import (
    Box,
    Election,
    Option,
    Progress,
    Step,
    Tally,
    choosing,
    make_tally,
    open_box,
    pile_up,
)
from civic.voting.methods.budgets import (
    Scores,
    costs_that_decide,
    describe_tie,
    money_of,
    order_by_score,
    rivals_of,
    score_projects,
    why_not_eligible,
)
from civic.voting.methods.equal_shares import Buyable, Purchase, Round, buy_with
from civic.voting.methods.exact import Exact, exact_text, whole_part
from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.methods.ties import Draw

ADDED_CENTS = 100
"""What each round gives to each voter more: one euro."""


@dataclass(frozen=True)
class Market:
    """The projects of one envelope, the voters who name at least one of them, and the money."""

    envelope: str
    money: int
    projects: tuple[Buyable, ...]
    sizes: tuple[int, ...]
    most: int | None

    @property
    def voters(self) -> int:
        return sum(self.sizes)


@dataclass(frozen=True)
class Growth:
    """How far the rounds of a market are.

    Attributes:
        number: the round to run.
        kept: the last one that the money can pay.
        cost: what the last one run would spend (cents).
        ended: why there is no further round; "" while there is one.
    """

    number: int = 0
    kept: int = 0
    cost: int = 0
    ended: str = ""


def count_budget_equal_shares(
    election: Election,
    draw: Draw,
    progress: Progress | None = None,
    grown: Mapping[str, Growth] | None = None,
) -> Tally:
    """Share the money out equally between the voters who name a project that can be funded, and let them buy.

    At equal price per euro, the project that more voters name comes first, then the cheaper, then the draw. A round gives every voter one
    euro more than the one before; the purchases kept are those of the last round before one would spend more than there is. The money
    of an envelope is shared out between the voters who name one of its projects.

    Args:
        grown: how the rounds ended, by envelope, where they were run before (``grow_once``): a long count is done in several times.
    """
    box = open_box(election)
    money = money_of(election.terms, election.options)
    _refuse_what_does_not_combine(election)
    scores = score_projects(election, box, by_points=False)
    options = {option.id: option for option in election.options}
    winners: list[str] = []
    steps: list[Step] = []
    ties: list[Step] = []
    for market in open_markets(election, draw):
        outcome, opening = grow(market, progress, (grown or {}).get(market.envelope, Growth()))
        steps += [opening, *_explain_purchases(market, outcome, start=len(winners))]
        steps += _explain_rest(market, outcome, options, scores)
        ties += _describe_ties(outcome, options, draw)
        winners += [purchase.project.id for purchase in outcome.purchases]
    steps += _explain_refused(election, scores, money)
    return make_tally("budget-equal-shares", election, box, winners, steps, ties)


def _refuse_what_does_not_combine(election: Election) -> None:
    terms = election.terms
    if not terms.envelopes:
        return
    if terms.most_projects is not None:
        raise CountRefused(
            N_("Par parts égales, un nombre maximal de projets ne se combine pas avec des enveloppes.")
        )
    envelopes = {option.id: option.envelope for option in election.options}
    if any(envelopes.get(one) != envelopes.get(other) for one, other in terms.exclusions):
        raise CountRefused(
            N_("Par parts égales, deux projets incompatibles doivent être de la même enveloppe.")
        )


def open_markets(election: Election, draw: Draw) -> list[Market]:
    """Return the market of each envelope, the common one first."""
    box = open_box(election)
    money = money_of(election.terms, election.options)
    scores = score_projects(election, box, by_points=False)
    options = {option.id: option for option in election.options}
    order, _ = order_by_score(scores, options, draw)
    return [open_market(election, box, scores, order, envelope, money) for envelope in money]


def open_market(
    election: Election, box: Box, scores: Scores, order: Sequence[str], envelope: str, money: dict[str, int]
) -> Market:
    """Return who buys what with the money of an envelope. Ballots are reduced to its projects, and piled up again."""
    options = {option.id: option for option in election.options if option.envelope == envelope}
    eligible = {
        name
        for name, option in options.items()
        if why_not_eligible(option, scores[name], election.terms, money) is None
    }
    reduced = pile_up(
        (choosing(one for one in ballot.named if one in eligible), count) for ballot, count in box.piles
    )
    piles = [(ballot.named, count) for ballot, count in reduced if ballot.named]
    supporters: dict[str, list[int]] = {name: [] for name in eligible}
    for pile, (named, _) in enumerate(piles):
        for name in named:
            supporters[name].append(pile)
    projects = tuple(
        Buyable(
            id=name,
            cost=options[name].cost_cents,
            order=place,
            supporters=tuple(supporters[name]),
            rivals=frozenset(rivals_of(name, election.terms.exclusions)),
        )
        for place, name in enumerate(order)
        if name in eligible
    )
    sizes = tuple(count for _, count in piles)
    return Market(envelope, money[envelope], projects, sizes, election.terms.most_projects)


def grow_once(market: Market, growth: Growth) -> Growth:
    """Run one round. Returns how far the market then is."""
    if not market.voters:
        return replace(growth, ended="nobody")
    number = growth.number
    attempt = buy_with(endowment_of(market, number), market.projects, market.sizes, most=market.most)
    if attempt.cost > market.money:
        return replace(growth, cost=attempt.cost, ended="over-budget")
    ended = ""
    if attempt.is_full or _is_complete(market, attempt):
        ended = "enough-projects" if attempt.is_full else "nothing-left-to-buy"
    return Growth(number=number + 1, kept=number, cost=attempt.cost, ended=ended)


def grow(
    market: Market, progress: Progress | None = None, growth: Growth | None = None
) -> tuple[Round, Step]:
    """Run the rounds that are left. Returns the last that the money can pay, explained, and the step that says how it was found."""
    growth = growth or Growth()
    while not growth.ended:
        number = growth.number
        growth = grow_once(market, growth)
        if progress is not None and market.voters:
            progress(number, growth.cost, market.money)
    endowment = endowment_of(market, growth.kept)
    outcome = buy_with(endowment, market.projects, market.sizes, most=market.most, explained=True)
    opening: Step = {
        "kind": "endowment",
        "envelope": market.envelope,
        "money_cents": market.money,
        "voters": market.voters,
        "rounds": growth.kept,
        "endowment_cents": exact_text(endowment),
        "spent_cents": outcome.cost,
        "ended": growth.ended,
    }
    if growth.ended == "over-budget":
        opening["next_round_would_cost_cents"] = growth.cost
    return outcome, opening


def endowment_of(market: Market, number: int) -> Exact:
    """Return what each voter gets in a round."""
    return Exact(market.money, market.voters or 1) + ADDED_CENTS * number


def _is_complete(market: Market, outcome: Round) -> bool:
    """Tell whether no more money could buy anything: every project is bought, or barred by one that is."""
    bought = {purchase.project.id for purchase in outcome.purchases}
    return all(project.id in bought or project.rivals & bought for project in market.projects)


def _explain_purchases(market: Market, outcome: Round, start: int) -> list[Step]:
    steps: list[Step] = []
    left = market.money
    for place, purchase in enumerate(outcome.purchases, start=start + 1):
        left -= purchase.project.cost
        steps.append({"kind": "bought", "place": place, **_describe_purchase(purchase), "left_cents": left})
    return steps


def _describe_purchase(purchase: Purchase) -> Step:
    """Say who pays what: so many pay the share, the others all that they have left: so much together, in whole cents, rounded down."""
    full = sum(voters for amount, voters in purchase.payments if amount == purchase.share)
    less = [(amount, voters) for amount, voters in purchase.payments if amount < purchase.share]
    return {
        "option": purchase.project.id,
        "cost_cents": purchase.project.cost,
        "share_cents": exact_text(purchase.share),
        "pay_the_share": full,
        "pay_less": sum(voters for _, voters in less),
        "paid_by_those_cents": whole_part(sum((amount * voters for amount, voters in less), Exact(0))),
    }


def _explain_rest(market: Market, outcome: Round, options: dict[str, Option], scores: Scores) -> list[Step]:
    """Say of each project that was not bought what its supporters have left (whole cents, rounded down), and what they lack."""
    bought = {purchase.project.id for purchase in outcome.purchases}
    steps: list[Step] = []
    for project in market.projects:
        if project.id in bought:
            continue
        step: Step = {
            "kind": "not-funded",
            "option": project.id,
            "score": exact_text(scores[project.id]),
            "cost_cents": options[project.id].cost_cents,
        }
        chosen = sorted(project.rivals & bought)
        have = outcome.purses.left_to(project.supporters)
        if chosen:
            step |= {"reason": "excluded", "by": chosen[0]}
        elif have >= project.cost:
            step |= {"reason": "enough-projects"}
        else:
            step |= {"reason": "supporters-money", "supporters_have_cents": whole_part(have)}
            step |= {"lacked_cents": project.cost - whole_part(have)}
        steps.append(step)
    return steps


def _explain_refused(election: Election, scores: Scores, money: dict[str, int]) -> list[Step]:
    steps: list[Step] = []
    for option in election.options:
        reason = why_not_eligible(option, scores[option.id], election.terms, money)
        if reason is not None:
            step = {
                "option": option.id,
                "score": exact_text(scores[option.id]),
                "cost_cents": option.cost_cents,
            }
            steps.append({"kind": "not-funded", **step, **reason})
    return steps


def _describe_ties(outcome: Round, options: dict[str, Option], draw: Draw) -> list[Step]:
    """Return the ties met: projects that were bought while others would have cost their supporters just as much per euro."""
    bought = {purchase.project.id for purchase in outcome.purchases}
    order = {project.id: project.order for project in outcome.projects}
    sizes = outcome.purses.sizes
    support = {project.id: -sum(sizes[pile] for pile in project.supporters) for project in outcome.projects}
    levels = [("votes", support), ("cost", costs_that_decide(options, draw))]
    ties: list[Step] = []
    for place, purchase in enumerate(outcome.purchases, start=1):
        if purchase.equals:
            equals = sorted((purchase.project.id, *purchase.equals), key=order.__getitem__)
            is_decisive = not all(name in bought for name in equals)
            ties.append({**describe_tie(equals, levels, draw), "place": place, "decisive": is_decisive})
    return ties

"""Equal shares as its definition reads: no queue, no piles, each voter apart, every project asked at every step."""

from fractions import Fraction

from civic.voting.methods.ballots import Election


def buy_plainly(election: Election, order: list[str], endowment: Fraction) -> list[str]:
    """Return what voters buy with an endowment, ties going to the first in the order."""
    start = Fraction(int(endowment.numerator), int(endowment.denominator))
    voters = [(set(ballot.named), [start]) for ballot, count in election.piles for _ in range(count)]
    costs = {option.id: Fraction(option.cost_cents) for option in election.options}
    bought: list[str] = []
    while True:
        offers = []
        for name in order:
            purses = [purse for named, purse in voters if name in named]
            if name not in bought and sum(purse[0] for purse in purses) >= costs[name]:
                offers.append(
                    (
                        share_plainly(costs[name], [purse[0] for purse in purses]) / costs[name],
                        order.index(name),
                        name,
                    )
                )
        if not offers:
            return bought
        price, _, name = min(offers)
        for named, purse in voters:
            if name in named:
                purse[0] -= min(purse[0], price * costs[name])
        bought.append(name)


def share_plainly(cost: Fraction, purses: list[Fraction]) -> Fraction:
    """Return the least share at which ``sum(min(purse, share))`` is the cost: the poorest are taken one by one."""
    left = cost
    for number, purse in enumerate(sorted(purses)):
        share = left / (len(purses) - number)
        if share <= purse:
            return share
        left -= purse
    raise AssertionError("these purses do not pay the cost")

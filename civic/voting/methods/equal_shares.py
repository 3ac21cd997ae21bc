"""The Method of Equal Shares: the budget is shared out equally between voters, who buy together the projects that they named."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from civic.voting.methods.exact import Exact


@dataclass(frozen=True)
class Buyable:
    """A project that may be bought. ``order`` decides between two that cost their supporters the same per euro: the lower first."""

    id: str
    cost: int
    order: int
    supporters: tuple[int, ...]
    rivals: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Purchase:
    """A project bought: each supporter pays ``share``, or all that she has left if it is less.

    ``payments`` are (what a voter pays, how many voters pay it), the highest first. ``equals`` are the projects that were as good a buy.
    """

    project: Buyable
    share: Exact
    payments: tuple[tuple[Exact, int], ...]
    equals: tuple[str, ...] = ()


@dataclass
class Purses:
    """What voters have left. Those who have paid the same for the same projects share a purse, so that each sum is done once.

    Attributes:
        sizes: how many voters each pile of ballots stands for.
        money: what a voter of each purse has left, in cents.
        held: the purse of each pile.
    """

    sizes: Sequence[int]
    money: list[Exact]
    held: list[int] = field(default_factory=list)

    def of(self, supporters: Sequence[int]) -> dict[int, int]:
        """Return how many of these piles' voters hold each purse."""
        sizes, held = self.sizes, self.held
        voters: dict[int, int] = {}
        for pile in supporters:
            purse = held[pile]
            voters[purse] = voters.get(purse, 0) + sizes[pile]
        return voters

    def left_to(self, supporters: Sequence[int]) -> Exact:
        """Return what these piles' voters have left together."""
        return sum((self.money[purse] * voters for purse, voters in self.of(supporters).items()), Exact(0))

    def pay(self, supporters: Sequence[int], share: Exact) -> None:
        """Take the share, or all that is left if it is less, from every voter of these piles."""
        moved: dict[int, int] = {}
        for pile in supporters:
            purse = self.held[pile]
            if purse not in moved:
                moved[purse] = len(self.money)
                self.money.append(max(self.money[purse] - share, Exact(0)))
            self.held[pile] = moved[purse]


def share_of(cost: int, voters: Mapping[int, int], money: Sequence[Exact]) -> Exact | None:
    """Return the least share with which these voters pay the cost, each giving at most what she has; None when they cannot.

    Those who have less than the share give all; the share of the others grows for it, and may in turn be more than some have.
    """
    left, number, purses = Exact(cost), sum(voters.values()), list(voters)
    while number:
        share = left / number
        poor = [purse for purse in purses if money[purse] < share]
        if not poor:
            return share
        for purse in poor:
            left -= money[purse] * voters[purse]
            number -= voters[purse]
        purses = [purse for purse in purses if money[purse] >= share]
    return None


@dataclass
class Round:
    """All the purchases that one endowment permits."""

    projects: Sequence[Buyable]
    purses: Purses
    most: int | None = None
    explained: bool = False
    purchases: list[Purchase] = field(default_factory=list)
    cost: int = 0

    def run(self) -> "Round":
        """Buy the best project, again and again: the one whose share, for each euro of its cost, is the lowest.

        Shares only grow as purses empty, so that a project whose last known share is beaten need not be looked at again.
        """
        names = {project.order: project for project in self.projects}
        queue = [
            (Exact(1, sum(self.purses.sizes[pile] for pile in project.supporters)), project.order)
            for project in self.projects
            if project.supporters
        ]
        heapq.heapify(queue)
        barred: set[str] = set()
        while queue and not self.is_full:
            _, order = heapq.heappop(queue)
            project = names[order]
            if project.id in barred:
                continue
            voters = self.purses.of(project.supporters)
            share = share_of(project.cost, voters, self.purses.money)
            if share is None:
                continue
            price = share / project.cost
            if queue and (price, order) > queue[0]:
                heapq.heappush(queue, (price, order))
                continue
            self._buy(
                project, share, voters, self._equals(price, queue, names, barred) if self.explained else ()
            )
            barred |= project.rivals
        return self

    @property
    def is_full(self) -> bool:
        return self.most is not None and len(self.purchases) >= self.most

    def _buy(
        self, project: Buyable, share: Exact, voters: Mapping[int, int], equals: tuple[str, ...]
    ) -> None:
        money = self.purses.money
        paid: dict[Exact, int] = {}
        if self.explained:
            for purse, number in voters.items():
                amount = min(money[purse], share)
                paid[amount] = paid.get(amount, 0) + number
        self.purses.pay(project.supporters, share)
        self.cost += project.cost
        self.purchases.append(Purchase(project, share, tuple(sorted(paid.items(), reverse=True)), equals))

    def _equals(
        self, price: Exact, queue: list[tuple[Exact, int]], names: Mapping[int, Buyable], barred: set[str]
    ) -> tuple[str, ...]:
        """Return the projects that could be bought now at the very same price per euro."""
        found = []
        for known, order in sorted(queue):
            if known > price:
                break
            project = names[order]
            share = share_of(project.cost, self.purses.of(project.supporters), self.purses.money)
            if share is not None and share / project.cost == price and project.id not in barred:
                found.append(project.id)
        return tuple(found)


def buy_with(
    endowment: Exact,
    projects: Sequence[Buyable],
    sizes: Sequence[int],
    *,
    most: int | None = None,
    explained: bool = False,
) -> Round:
    """Return what voters buy when each is given ``endowment`` (cents).

    Args:
        projects: each with the piles of ballots that name it.
        sizes: how many voters each pile stands for.
        most: how many projects may be bought.
        explained: write down who pays what, and the ties.
    """
    purses = Purses(sizes, [endowment], [0] * len(sizes))
    return Round(projects, purses, most=most, explained=explained).run()

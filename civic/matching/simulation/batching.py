"""A way of asking that the product does not use: flexible requests wait, and volunteers are dealt out among all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp

from civic.matching.choosing import choose
from civic.matching.simulation.clairvoyant import ScipyMissing
from civic.matching.simulation.policies import Product
from civic.matching.simulation.running import Run, Search
from civic.mutual_aid.rules import Urgency

EVERY = timedelta(hours=2)

Shares = dict[int, list[tuple[int, datetime]]]


@dataclass(frozen=True)
class Batched(Product):
    """As the product does, but for what is flexible: every two hours, who is asked for which is the assignment (scipy) that makes the
    greatest sum of likelihoods, as the score of the product weighs them; nobody is asked twice in one batch."""

    dealt: dict[tuple[int, datetime], Shares] = field(default_factory=dict, compare=False)

    def timers(self, search: Search) -> Iterable[datetime]:
        window = search.request.window
        if search.request.urgency is not Urgency.FLEXIBLE:
            return super().timers(search)
        first = window.starts_at + (EVERY - _after_the_last(window.starts_at))
        count = (window.ends_at - first) // EVERY
        return [first + step * EVERY for step in range(count + 1)]

    def ask(self, search: Search, town: Run, now: datetime) -> Iterable[tuple[int, datetime]]:
        if search.request.urgency is not Urgency.FLEXIBLE:
            return super().ask(search, town, now)
        if _after_the_last(now):
            return []
        if (id(town), now) not in self.dealt:
            self.dealt.clear()
            self.dealt[id(town), now] = self._deal(town, now)
        return self.dealt[id(town), now].get(search.request.number, [])

    def _deal(self, town: Run, now: datetime) -> Shares:
        try:
            import numpy as np
            from scipy.optimize import linear_sum_assignment
        except ImportError as error:
            raise ScipyMissing from error

        rows: list[Search] = []
        for search in town.searches:
            request = search.request
            if request.urgency is Urgency.FLEXIBLE and not search.is_over and now < request.window.ends_at:
                rows += [search] * max(0, self.missing(search, now))
        values = np.zeros((len(rows), len(town.people)))
        for index, search in enumerate(rows):
            if index and rows[index - 1] is search:
                values[index] = values[index - 1]
                continue
            need = self.need(search)
            eligible = self.eligible(search, town, need, now)
            for choice in choose(eligible, len(eligible), need=need, now=now):
                values[index, choice.candidate.volunteer_id] = exp(choice.reasons.score)
        shares: Shares = {}
        for row, number in zip(*linear_sum_assignment(values, maximize=True), strict=True):
            if values[row, number] > 0:
                share = shares.setdefault(rows[row].request.number, [])
                share.append((int(number), self.until(rows[row], now)))
        return shares


def _after_the_last(now: datetime) -> timedelta:
    return (now - now.replace(hour=0, minute=0, second=0, microsecond=0)) % EVERY

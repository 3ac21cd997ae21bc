"""Which quotas a list cannot hold, and by how much. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from civic.councils.sortition.rules import Entrant, Plan, Quota, find_panel

FARTHEST = 3
"""By how much a quota is loosened, at most, to say which ones contradict one another."""


@dataclass(frozen=True)
class Shortfall:
    """A quota that cannot be held, and by how much. ``value`` None: of a whole criterion; ``criterion`` None: of the whole list.

    Attributes:
        reason: ``few_people``, ``least_above_most``, ``leasts_above_seats``, ``mosts_below_seats``, ``few_of_value``,
            ``least_with_others``, ``most_with_others`` or ``together``.
    """

    reason: str
    by: int
    criterion: str | None = None
    value: str | None = None


def shortfalls(plan: Plan, entrants: Sequence[Entrant]) -> list[Shortfall]:
    """Return the quotas that cannot be held with this list, and by how much; none when a panel can be drawn."""
    if len(entrants) < plan.seats:
        return [Shortfall("few_people", plan.seats - len(entrants))]
    if alone := [*_of_criteria(plan, entrants), *_of_values(plan, entrants)]:
        return alone
    if find_panel(plan, entrants) is not None:
        return []
    return _with_others(plan, entrants) or [Shortfall("together", 1)]


def _of_criteria(plan: Plan, entrants: Sequence[Entrant]) -> list[Shortfall]:
    found = []
    for place, criterion in enumerate(plan.criteria):
        bounds = {quota.value: quota for quota in plan.quotas if quota.criterion == criterion}
        there = Counter(entrant.profile[place] for entrant in entrants)
        leasts = sum(quota.least for quota in bounds.values())
        mosts = sum(bounds[value].most if value in bounds else count for value, count in there.items())
        if leasts > plan.seats:
            found.append(Shortfall("leasts_above_seats", leasts - plan.seats, criterion))
        if mosts < plan.seats:
            found.append(Shortfall("mosts_below_seats", plan.seats - mosts, criterion))
    return found


def _of_values(plan: Plan, entrants: Sequence[Entrant]) -> list[Shortfall]:
    found = []
    for quota in plan.quotas:
        there = sum(
            entrant.profile[plan.criteria.index(quota.criterion)] == quota.value for entrant in entrants
        )
        if quota.least > quota.most:
            found.append(
                Shortfall("least_above_most", quota.least - quota.most, quota.criterion, quota.value)
            )
        elif there < quota.least:
            found.append(Shortfall("few_of_value", quota.least - there, quota.criterion, quota.value))
    return found


def _with_others(plan: Plan, entrants: Sequence[Entrant]) -> list[Shortfall]:
    """Return, where each quota could be held alone, those that a panel could be drawn without holding, each by its smallest step."""
    found = []
    for quota in plan.quotas:
        for reason, farthest in (
            ("least_with_others", quota.least),
            ("most_with_others", plan.seats - quota.most),
        ):
            steps = range(1, min(farthest, FARTHEST) + 1)
            by = next((by for by in steps if _can_draw(plan, entrants, quota, reason, by)), None)
            if by is not None:
                found.append(Shortfall(reason, by, quota.criterion, quota.value))
    return found


def _can_draw(plan: Plan, entrants: Sequence[Entrant], quota: Quota, reason: str, by: int) -> bool:
    lower, higher = (by, 0) if reason == "least_with_others" else (0, by)
    other = replace(quota, least=quota.least - lower, most=quota.most + higher)
    quotas = tuple(other if each == quota else each for each in plan.quotas)
    return find_panel(replace(plan, quotas=quotas), entrants, patience=1) is not None

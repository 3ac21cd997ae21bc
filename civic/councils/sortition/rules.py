"""Drawing a panel by lot under quotas. Pure: the script that anyone runs is made of this very file, and needs Python alone.

The seed puts everybody in an order that nobody chose. The order is followed: a person is taken unless, with her, the quotas could no
longer be held. Whether they can is a search over *profiles* (people alike in every criterion stand for one another), which keeps one
way of ending the panel at hand: it needs to look again only when a person is not in it.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from civic.councils.sortition.settling import Row, settle

Profile = tuple[str, ...]

PATIENCE = 10
"""How many times more steps the first search has: it says whether there can be a draw at all."""
SHORT = 5
"""What is told of fewer people would tell of each."""


@dataclass(frozen=True)
class Entrant:
    """A line of the list: a number, and what the quotas are about, in the order of the criteria."""

    number: str
    profile: Profile


@dataclass(frozen=True)
class Quota:
    """How many of the panel have a value of a criterion, both bounds included."""

    criterion: str
    value: str
    least: int
    most: int


@dataclass(frozen=True)
class Plan:
    """What is to be drawn. A value without a quota is free."""

    criteria: tuple[str, ...]
    seats: int
    substitutes: int
    quotas: tuple[Quota, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """The numbers drawn, in the order in which they were taken, and the order of everybody."""

    panel: tuple[str, ...]
    substitutes: tuple[str, ...]
    order: tuple[str, ...]


# The order


def rank_of(seed: str, number: str) -> str:
    """Return where the seed puts a number: the SHA-256 of ``seed|number``, the smallest first."""
    return hashlib.sha256(f"{seed}|{number}".encode()).hexdigest()


def order_of(seed: str, entrants: Sequence[Entrant]) -> list[Entrant]:
    return sorted(entrants, key=lambda entrant: (rank_of(seed, entrant.number), entrant.number))


# Whether quotas can be held


def _rows_of(plan: Plan, profiles: Sequence[Profile]) -> list[Row]:
    rows = [Row(tuple(range(len(profiles))), plan.seats, plan.seats)]
    for quota in plan.quotas:
        place = plan.criteria.index(quota.criterion)
        cells = tuple(rank for rank, profile in enumerate(profiles) if profile[place] == quota.value)
        rows.append(Row(cells, quota.least, quota.most))
    return rows


def find_panel(
    plan: Plan, entrants: Sequence[Entrant], patience: int = PATIENCE
) -> dict[Profile, int] | None:
    """Return how many people of each profile would make a panel that holds the quotas; None when no panel does."""
    there = Counter(entrant.profile for entrant in entrants)
    profiles = sorted(there)
    low, high = [0] * len(profiles), [there[each] for each in profiles]
    settled = settle(_rows_of(plan, profiles), low, high, patience=patience)
    return None if settled is None else dict(zip(profiles, settled, strict=True))


# Drawing


def draw(plan: Plan, entrants: Sequence[Entrant], seed: str) -> Drawn | None:
    """Draw the panel and its substitutes; None when the quotas cannot be held (``shortfalls`` says which)."""
    order = order_of(seed, entrants)
    panel = _draw_panel(plan, order)
    if panel is None:
        return None
    substitutes = _draw_substitutes(plan, order, panel)
    return Drawn(_numbers(panel), _numbers(substitutes), _numbers(order))


def _numbers(entrants: Sequence[Entrant]) -> tuple[str, ...]:
    return tuple(entrant.number for entrant in entrants)


def _draw_panel(plan: Plan, order: Sequence[Entrant]) -> list[Entrant] | None:
    there = Counter(entrant.profile for entrant in order)
    profiles = sorted(there)
    rows, places = _rows_of(plan, profiles), {profile: rank for rank, profile in enumerate(profiles)}
    taken, most = [0] * len(profiles), [there[each] for each in profiles]
    at_hand = settle(rows, taken, most, patience=PATIENCE)
    if at_hand is None:
        return None
    panel: list[Entrant] = []
    for entrant in order:
        cell = places[entrant.profile]
        if taken[cell] == most[cell]:
            continue  # nobody else of this profile can be taken, now or later
        if taken[cell] == at_hand[cell]:
            taken[cell] += 1
            other = settle(rows, taken, most, at_hand)
            taken[cell] -= 1
            if other is None:
                most[cell] = taken[cell]
                continue
            at_hand = other
        taken[cell] += 1
        panel.append(entrant)
    return panel


def _draw_substitutes(plan: Plan, order: Sequence[Entrant], panel: Sequence[Entrant]) -> list[Entrant]:
    """Follow the same order: each one taken can replace a member who has no substitute yet; then each has one more, and so on."""
    free = [entrant for entrant in order if entrant not in set(panel)]
    chosen: list[Entrant] = []
    while len(chosen) < plan.substitutes:
        uncovered, before = list(panel), len(chosen)
        for entrant in [each for each in free if each not in chosen]:
            if len(chosen) == plan.substitutes:
                break
            covered = next(
                (member for member in uncovered if can_replace(plan, panel, member, entrant)), None
            )
            if covered is not None:
                uncovered.remove(covered)
                chosen.append(entrant)
        if len(chosen) == before:
            break
    return chosen


def can_replace(plan: Plan, panel: Sequence[Entrant], leaving: Entrant, coming: Entrant) -> bool:
    """Tell whether no quota is worse held once a person has taken the place of another."""
    for quota in plan.quotas:
        place = plan.criteria.index(quota.criterion)
        leaves, comes = leaving.profile[place] == quota.value, coming.profile[place] == quota.value
        if leaves == comes:
            continue
        count = sum(member.profile[place] == quota.value for member in panel)
        if (comes and count + 1 > quota.most) or (leaves and count - 1 < quota.least):
            return False
    return True


def find_replacement(
    plan: Plan, entrants: Mapping[str, Entrant], drawn: Drawn, *, members: Sequence[str], leaving: str, gone: set[str]
) -> str | None:  # fmt: skip
    """Return the number that takes the place of one that declined: the first, among the substitutes and then in the order of everybody,
    with which no quota is worse held. None: nobody is left with whom they hold.

    Args:
        members: the numbers of the panel now, with the one that leaves.
        gone: the numbers that were called already.
    """
    panel = [entrants[number] for number in members]
    for number in (*drawn.substitutes, *drawn.order):
        if number in gone or number in members:
            continue
        if can_replace(plan, panel, entrants[leaving], entrants[number]):
            return number
    return None


def shown_counts(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return counts of people as they may be told: None for fewer than five, and for the next smallest while what is hidden would be found by
    difference: one alone, or so few together that each is known.
    """
    hidden = {value for value, count in counts.items() if 0 < count < SHORT}
    others = sorted((counts[value], value) for value in counts if counts[value] and value not in hidden)
    while hidden and others and (len(hidden) == 1 or sum(counts[value] for value in hidden) < SHORT):
        hidden.add(others.pop(0)[1])
    return {value: None if value in hidden else count for value, count in counts.items()}

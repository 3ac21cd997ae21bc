"""The public figures of mutual aid: how much is asked for, how much is found, how soon. Never of fewer than five people. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

LEAST_PEOPLE = 5
"""A figure of fewer people would tell what somebody asked for."""


@dataclass(frozen=True)
class Asked:
    """A request: where, by whom, when, and when somebody first said yes to it (None: nobody)."""

    territory_id: int
    requester_id: int
    asked_at: datetime
    found_at: datetime | None


@dataclass(frozen=True)
class Figures:
    """Figures of one place, or of all that is shown. ``median_minutes``: None with too few answers to tell."""

    requests: int
    matched_percent: int
    median_minutes: int | None


@dataclass(frozen=True)
class HelpFigures:
    """``by_place`` in the order of the places' names; ``others``: the small ones together, where they are enough.

    The total counts what is shown and nothing else, so that no subtraction gives back a small place.
    """

    total: Figures | None
    by_place: list[tuple[str, Figures]]
    others: Figures | None


def figures_of(asked: Iterable[Asked], names: dict[int, str]) -> HelpFigures:
    """Return the figures that may be shown of some requests."""
    by_place: dict[int, list[Asked]] = defaultdict(list)
    for each in asked:
        by_place[each.territory_id].append(each)
    large = {place: found for place, found in by_place.items() if _is_enough(found)}
    small = [each for place, found in by_place.items() if place not in large for each in found]
    shown = [each for found in large.values() for each in found]
    others = _figures(small) if _is_enough(small) else None
    if others is not None:
        shown += small
    return HelpFigures(
        total=_figures(shown) if shown else None,
        by_place=sorted((names[place], _figures(found)) for place, found in large.items()),
        others=others,
    )


def _is_enough(asked: list[Asked]) -> bool:
    return len({each.requester_id for each in asked}) >= LEAST_PEOPLE


def _figures(asked: list[Asked]) -> Figures:
    found = [each for each in asked if each.found_at is not None]
    waits = [(each.found_at - each.asked_at) / timedelta(minutes=1) for each in found if each.found_at]
    return Figures(
        requests=len(asked),
        matched_percent=round(100 * len(found) / len(asked)),
        median_minutes=round(median(waits)) if _is_enough(found) else None,
    )

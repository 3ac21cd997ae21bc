"""What is measured of a run."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

from civic.matching.simulation.running import Run, Search
from civic.matching.simulation.world import World
from civic.mutual_aid.rules import Urgency

FEWEST_IN_A_ZONE = 5


def figures_of(run: Run) -> dict[str, Any]:
    matched = [search for search in run.searches if search.matched is not None]
    weeks = [asked for person in run.people for asked in person.per_week[: ceil(run.world.days / 7)]]
    return {
        **found(
            run.world,
            {search.request.number: search.matched for search in matched if search.matched is not None},
        ),
        "invitations_per_match": _rounded(run.invitations / len(matched)) if matched else None,
        "already_taken_per_match": _rounded(_taken(run.searches) / len(matched)) if matched else None,
        "invitations_per_volunteer_week": _rounded(sum(weeks) / len(weeks)),
        "p99_invitations_per_volunteer_week": percentile(weeks, 99),
        "zone_gini": zone_gini(run.world, {search.request.number for search in matched}),
    }


def found(world: World, matches: dict[int, tuple[int, float]]) -> dict[str, Any]:
    """Return what is measured of who was matched with whom, after how many minutes, by the number of the request."""
    minutes = sorted(after for _, after in matches.values())
    urgent = [request for request in world.requests if request.urgency is Urgency.URGENT]
    km = [
        world.km(world.volunteers[volunteer], world.requests[number])
        for number, (volunteer, _) in matches.items()
    ]
    return {
        "match_rate": _rounded(len(matches) / len(world.requests)),
        "urgent_match_rate": _rounded(sum(request.number in matches for request in urgent) / len(urgent)),
        "median_minutes": _rounded(percentile(minutes, 50)),
        "p90_minutes": _rounded(percentile(minutes, 90)),
        "mean_km": _rounded(sum(km) / len(km)) if km else None,
    }


def _taken(searches: Iterable[Search]) -> int:
    return sum(search.already_taken for search in searches)


def percentile(values: Sequence[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


def zone_gini(world: World, matched: set[int]) -> float:
    """Return the Gini coefficient of the part of the requests that were matched, over the zones that made five or more."""
    asked: defaultdict[int, list[bool]] = defaultdict(list)
    for request in world.requests:
        asked[request.zone].append(request.number in matched)
    rates = sorted(sum(each) / len(each) for each in asked.values() if len(each) >= FEWEST_IN_A_ZONE)
    if not rates or not sum(rates):
        return 0.0
    weighted = sum(rank * rate for rank, rate in enumerate(rates, start=1))
    return _rounded(2 * weighted / (len(rates) * sum(rates)) - (len(rates) + 1) / len(rates))


def _rounded(value: float) -> float:
    return round(value, 4)

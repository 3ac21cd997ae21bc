"""What could have been matched at best by whoever knew every answer beforehand: no policy does better."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from civic.matching.simulation.figures import found, zone_gini
from civic.matching.simulation.world import Asked, World

HALF_DAY = timedelta(hours=12)
WINDOW_OF_PLACES = timedelta(hours=2)
"""Two appointments of one person that begin in the same two hours overlap: the shortest lasts two hours."""


class ScipyMissing(Exception):
    """What assigns many at once is computed with scipy, which only the development environment has."""


def best_possible(world: World) -> dict[str, Any]:
    """Return the figures of the assignment of most requests, in the least kilometres, to volunteers who would say yes in time.

    Nobody is tired, for nobody is asked in vain; a volunteer makes one promise for each two hours in which appointments begin.
    """
    try:
        from scipy.sparse import coo_matrix
        from scipy.sparse.csgraph import min_weight_full_bipartite_matching
    except ImportError as error:
        raise ScipyMissing from error
    edges, minutes, places = _edges(world)
    rows = [request for request, _ in edges]
    columns = [place for _, place in edges]
    count = len(world.requests)
    # one column a request for being left alone, dearer than any volunteer
    weights = [*edges.values(), *[1e6] * count]
    graph = coo_matrix(
        (weights, ([*rows, *range(count)], [*columns, *range(places, places + count)])),
        shape=(count, places + count),
    )
    chosen = dict(zip(*min_weight_full_bipartite_matching(graph.tocsr()), strict=True))
    matches = {
        request: minutes[request, place] for request, place in chosen.items() if (request, place) in minutes
    }
    return {
        **found(world, matches),
        "invitations_per_match": 1.0,
        "already_taken_per_match": 0.0,
        "invitations_per_volunteer_week": round(len(matches) / len(world.volunteers) / (world.days / 7), 4),
        "p99_invitations_per_volunteer_week": None,
        "zone_gini": zone_gini(world, set(matches)),
    }


Edges = dict[tuple[int, int], float]


def _edges(world: World) -> tuple[Edges, dict[tuple[int, int], tuple[int, float]], int]:
    """Return the cost of each (request, place of a volunteer's time), who it is and after how long, and how many places there are."""
    places: defaultdict[tuple[int, int], int] = defaultdict(lambda: len(places))
    edges, minutes = Edges(), {}
    for request in world.requests:
        longest = (request.window.ends_at - request.window.starts_at).total_seconds() / 60
        for volunteer in world.volunteers:
            if request.category not in volunteer.categories:
                continue
            answer = world.answer(volunteer, request)
            if not answer.is_yes or answer.minutes is None or answer.minutes >= longest:
                continue
            key = (
                request.number,
                places[volunteer.number, _hours_of(request, world.requests[0].window.starts_at)],
            )
            edges[key] = 1 + world.km(volunteer, request)
            minutes[key] = volunteer.number, answer.minutes
    return edges, minutes, len(places)


def _hours_of(request: Asked, first: datetime) -> int:
    """Two requests with a long window hold nobody: each is its own."""
    if request.window.ends_at - request.window.starts_at > HALF_DAY:
        return -1 - request.number
    return (request.window.starts_at - first) // WINDOW_OF_PLACES

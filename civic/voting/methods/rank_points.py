"""Rankings turned into points, or points as given: the highest sums win."""

from civic.voting.methods.ballots import Ballot, BallotKind, Box, Election, Step, Tally, make_tally, open_box
from civic.voting.methods.exact import Exact, exact_text
from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.methods.ties import Draw, groups_by_score, order_groups


def count_points(election: Election, draw: Draw) -> Tally:
    """The options with most points are elected."""
    box = open_box(election)
    scale, scores = point_scale(election), sum_points(election, box)
    seats = election.terms.seats
    order = order_groups([group for score, group in groups_by_score(scores) if score > 0], seats, draw)
    last = scores[order[min(seats, len(order)) - 1]] if order else Exact(0)
    steps: list[Step] = [
        {"kind": "scale", "points": list(scale) if election.kind is BallotKind.RANKING else []},
        {"kind": "count", "points": {option: exact_text(score) for option, score in scores.items()}},
    ]
    for place, option in enumerate(order, start=1):
        step = {"option": option, "score": exact_text(scores[option])}
        if place <= seats:
            steps.append({"kind": "elected", **step, "place": place})
        else:
            steps.append({"kind": "not-elected", **step, "lacked": exact_text(last - scores[option])})
    return make_tally("points", election, box, order[:seats], steps, draw.ties)


def point_scale(election: Election) -> tuple[int, ...]:
    """Return the points of each place: those of the terms or, from as many as a ballot may rank, one less at each place."""
    terms = election.terms
    if terms.rank_points:
        return terms.rank_points
    places = len(election.options) if terms.most is None else min(terms.most, len(election.options))
    return tuple(range(places, 0, -1))


def sum_points(election: Election, box: Box) -> dict[str, Exact]:
    """Return the points of each option. Raises CountRefused for ballots that neither rank nor give points."""
    if election.kind is BallotKind.CHOICES:
        raise CountRefused(
            N_(
                "Cette méthode compte des points ou des rangs : ces bulletins ne font que cocher des réponses."
            )
        )
    scale = point_scale(election)
    scores = dict.fromkeys(election.ids, Exact(0))
    for ballot, count in box.piles:
        for option, points in _points_of(ballot, scale):
            scores[option] += points * count
    return scores


def _points_of(ballot: Ballot, scale: tuple[int, ...]) -> list[tuple[str, Exact]]:
    """Equals share the points of the places that they fill together; places beyond the scale give none."""
    if ballot.points:
        return [(option, Exact(points)) for option, points in ballot.points]
    given, start = [], 0
    for place in ballot.places:
        share = Exact(sum(scale[start : start + len(place)]), len(place))
        given += [(option, share) for option in place]
        start += len(place)
    return given

"""One choice, several, or as many as one likes: the options named by most ballots win."""

from collections import Counter
from dataclasses import replace

from civic.voting.methods.ballots import (
    Ballot,
    BallotKind,
    Box,
    Election,
    Step,
    Tally,
    Terms,
    make_tally,
    open_box,
    pile_up,
)
from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.methods.ties import Draw, groups_by_score, order_groups


def count_single(election: Election, draw: Draw) -> Tally:
    """One option a ballot; a ballot that ranks counts for its first place, if one option is alone there."""
    firsts = pile_up((Ballot(places=ballot.places[:1]), count) for ballot, count in election.piles)
    is_ranked = election.kind is BallotKind.RANKING
    return _count_names(
        "single",
        replace(election, piles=firsts) if is_ranked else election,
        replace(election.terms, fewest=1, most=1),
        draw,
    )


def count_approval(election: Election, draw: Draw) -> Tally:
    """As many options as one likes, within the terms."""
    return _count_names("approval", election, election.terms, draw)


def count_k_of_n(election: Election, draw: Draw) -> Tally:
    """At most as many options as the terms say or, where they say nothing, as there are seats."""
    most = election.terms.seats if election.terms.most is None else election.terms.most
    return _count_names("k-of-n", election, replace(election.terms, most=most), draw)


def _count_names(method: str, election: Election, terms: Terms, draw: Draw) -> Tally:
    if election.kind is BallotKind.RANKING and method != "single":
        raise CountRefused(
            N_(
                "La méthode « %(method)s » compte des bulletins qui cochent des réponses : ceux-ci les classent."
            ),
            method=method,
        )
    box = open_box(election, terms)
    votes = count_names(election, box)
    seats = terms.seats
    groups = [group for score, group in groups_by_score(votes) if score > 0]
    order = order_groups(groups, seats, draw)
    steps = [{"kind": "count", "votes": votes}, *explain_scores(order, votes, seats)]
    return make_tally(method, election, box, order[:seats], steps, draw.ties)


def count_names(election: Election, box: Box) -> dict[str, int]:
    """Return how many valid ballots name each option."""
    votes: Counter[str] = Counter()
    for ballot, count in box.piles:
        for option in ballot.named:
            votes[option] += count
    return {option: votes[option] for option in election.ids}


def explain_scores(order: list[str], scores: dict[str, int], seats: int) -> list[Step]:
    """Return a step for each option that got something: elected, or how much it lacked to equal the last elected."""
    last = scores[order[min(seats, len(order)) - 1]] if order else 0
    return [
        {"kind": "elected", "option": option, "score": scores[option], "place": place}
        if place <= seats
        else {
            "kind": "not-elected",
            "option": option,
            "score": scores[option],
            "lacked": last - scores[option],
        }
        for place, option in enumerate(order, start=1)
    ]

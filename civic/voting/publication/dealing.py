"""Ballots that could bear a mark are dealt again before they are published: the same count, no paper that anybody could recognise.

Whoever buys or orders a vote may ask for a ballot that nobody else would write (this one first, then those grades to the others), and look
for it among the published ones. Where a ballot leaves that much room, and the method counts each option by itself, what is published is
not what each voter wrote: the marks given to each option are kept, every one, but shared out again between as many ballots. Pure.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import comb

from civic.voting.methods.ballots import (
    Ballot,
    BallotKind,
    Election,
    Piles,
    Terms,
    choosing,
    giving,
    open_box,
    pile_up,
)

CROWD = 10
"""How many voters there must be, at least, for each ballot that can be written: then any ballot has company."""
COUNTED_APART = ("approval", "k-of-n", "majority-judgment", "points")
"""Methods that count each option by itself, so that who gave which marks together changes nothing."""


def room_of(election: Election, method: str) -> int:
    """Return how many different ballots, blank ones left out, a voter could write."""
    terms, options = election.terms, len(election.options)
    if election.kind is BallotKind.CHOICES:
        most = terms_of_count(election, method).most
        fewest, most = terms.fewest or 1, options if most is None else most
        return sum(comb(options, number) for number in range(fewest, min(most, options) + 1))
    highest = max((given for ballot, _ in election.piles for _, given in ballot.points), default=1)
    grades = terms.grades or terms.most_points or highest
    return (grades + 1) ** options - 1


def terms_of_count(election: Election, method: str) -> Terms:
    """Return the terms by which the method tells valid ballots: « k of n » allows as many names as seats where nothing else is said."""
    terms = election.terms
    return replace(terms, most=terms.seats) if method == "k-of-n" and terms.most is None else terms


def is_to_be_dealt(election: Election, method: str) -> bool:
    """Tell whether the ballots of a question are published dealt again."""
    return (
        method in COUNTED_APART
        and election.kind is not BallotKind.RANKING
        and not _limits_what_goes_together(election.terms)
        and room_of(election, method) * CROWD > open_box(election, terms_of_count(election, method)).expressed
    )


def _limits_what_goes_together(terms: Terms) -> bool:
    """Tell whether a ballot is bound by a sum: dealt again, it might break it."""
    sums = (terms.least_sum, terms.most_sum, terms.least_cost_cents, terms.most_cost_cents)
    return any(limit is not None for limit in sums)


def published_ballots(election: Election, method: str) -> Election:
    """Return the ballots as they are published: as they were written, or dealt again. The count is the same to the byte."""
    if not is_to_be_dealt(election, method):
        return election
    return Election(
        election.kind,
        election.options,
        pile_up(_deal(election, terms_of_count(election, method))),
        election.terms,
    )


def _deal(election: Election, terms: Terms) -> Iterator[tuple[Ballot, int]]:
    """Give out the marks of the first option, one a ballot, then those of the next from where the first left off, and so on around.

    Every ballot gets as many marks as any other, or one less: hence no fewer, and no more, than the terms allow.
    """
    box = open_box(election, terms)
    valid = {ballot for ballot, _ in box.piles}
    yield from ((ballot, count) for ballot, count in election.piles if ballot not in valid)
    hands: list[list[tuple[str, int]]] = [[] for _ in range(box.expressed)]
    at = 0
    for option, mark in _marks(election, box.piles):
        hands[at].append((option, mark))
        at = (at + 1) % len(hands)
    is_of_choices = election.kind is BallotKind.CHOICES
    for hand in hands:
        yield (choosing(option for option, _ in hand) if is_of_choices else giving(hand)), 1


def _marks(election: Election, piles: Piles) -> Iterator[tuple[str, int]]:
    """Give every mark of the ballots, those of an option together."""
    given: dict[str, list[tuple[int, int]]] = {option.id: [] for option in election.options}
    for ballot, count in piles:
        marks = ballot.points or tuple((option, 1) for option in ballot.named)
        for option, mark in marks:
            given[option].append((mark, count))
    for name, piled in given.items():
        for mark, count in sorted(piled, reverse=True):
            yield from ((name, mark) for _ in range(count))

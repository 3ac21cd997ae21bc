"""Schulze: duels, and the strongest chains of duels between two options."""

from dataclasses import dataclass

from civic.voting.explain.count import Count, Line
from civic.voting.methods.ballots import Step

Strength = tuple[int, int]
NO_CHAIN: Strength = (0, 0)


@dataclass(frozen=True)
class Duel:
    """An option against another: how many voters put the one first, and how many the other."""

    other: str
    votes: int
    against: int


@dataclass(frozen=True)
class Chain:
    """The strongest chain of won duels from one option to another; ``votes`` are those of its weakest duel, ``path`` both ends included."""

    path: tuple[str, ...]
    votes: int
    against: int


@dataclass(frozen=True)
class DuelFacts:
    """Why an option comes where it does.

    Attributes:
        place: that of its group of equals, from 1.
        wins_all: it wins each of its duels.
        rival: the first of the options that were elected (or, of the first elected, the next in the order), with the chains between them.
        chain, chain_back: from the option to its rival, and back; None where there is none.
    """

    option: str
    place: int
    is_winner: bool
    wins_all: bool
    duels: tuple[Duel, ...]
    rival: str | None
    chain: Chain | None
    chain_back: Chain | None
    tie: Step | None


def votes_of(count: Count) -> dict[tuple[str, str], int]:
    """Return how many voters put one option before another."""
    votes: dict[tuple[str, str], int] = {}
    for step in count.steps("duel"):
        one, other = step["options"]
        votes[one, other], votes[other, one] = step["votes"]
    return votes


def list_duellists(count: Count) -> tuple[Line, ...]:
    """Return the options, the elected first, then by their group of equals."""
    ranked = [option for step in count.steps("rank") for option in step["options"]]
    order = [*count.winners, *(one for one in ranked or count.options if one not in count.winners)]
    return tuple(
        Line(option, count.label(option), place, option in count.winners)
        for place, option in enumerate(order, start=1)
    )


def explain_duels(count: Count, option: str) -> DuelFacts | None:
    """Return the duels of an option; None when no ballot was counted."""
    groups = [step["options"] for step in count.steps("rank")]
    if not groups:
        return None
    votes = votes_of(count)
    order = [line.option for line in list_duellists(count)]
    rival = next((one for one in order if one != option), None)
    duels = tuple(
        Duel(other, votes[option, other], votes[other, option]) for other in order if other != option
    )
    at = next(index for index, group in enumerate(groups) if option in group)
    chains = _chains(list(count.options), votes)
    return DuelFacts(
        option=option,
        place=1 + sum(len(group) for group in groups[:at]),
        is_winner=option in count.winners,
        wins_all=any(step["option"] == option for step in count.steps("condorcet-winner")),
        duels=duels,
        rival=rival,
        chain=chains.get((option, rival)) if rival else None,
        chain_back=chains.get((rival, option)) if rival else None,
        tie=count.tie_of(option),
    )


def _chains(options: list[str], votes: dict[tuple[str, str], int]) -> dict[tuple[str, str], Chain]:
    """Return the strongest chains; the tally holds their strengths alone, and a reader wants the way."""
    chains = {
        pair: Chain(pair, won, votes[pair[1], pair[0]])
        for pair, won in votes.items()
        if won > votes[pair[1], pair[0]]
    }
    for middle in options:
        for one in options:
            if (one, middle) not in chains:
                continue
            for other in options:
                if other in (one, middle) or (middle, other) not in chains:
                    continue
                first, second = chains[one, middle], chains[middle, other]
                weakest = min(first, second, key=_strength)
                known = chains.get((one, other))
                if known is None or _strength(weakest) > _strength(known):
                    path = (*first.path, *second.path[1:])
                    chains[one, other] = Chain(path, weakest.votes, weakest.against)
    return chains


def _strength(chain: Chain) -> Strength:
    return (chain.votes, -chain.against)

"""Schulze's method: every two options meet in a duel, and the strongest chains of duels decide (winning votes, then fewest losing votes)."""

from itertools import combinations

from civic.voting.methods.ballots import BallotKind, Box, Election, Step, Tally, make_tally, open_box
from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.methods.ties import Draw, order_groups

Duels = dict[tuple[str, str], int]
"""(one, other): how many voters put the one before the other."""

Strength = tuple[int, int]
"""(votes for, minus votes against) of the weakest duel of a chain: more is stronger."""

NO_CHAIN: Strength = (0, 0)


def count_schulze(election: Election, draw: Draw) -> Tally:
    """Rank the options by their strongest chains of won duels. Options that a ballot does not name come last on it, equal."""
    if election.kind is not BallotKind.RANKING:
        raise CountRefused(N_("La méthode de Schulze compte des classements : ces bulletins n’en sont pas."))
    box = open_box(election)
    duels = count_duels(election, box)
    chains = strongest_chains(election.ids, duels)
    groups = rank_by_chains(election.ids, chains)
    seats = election.terms.seats
    order = order_groups(groups, seats, draw) if box.expressed else []
    steps: list[Step] = [
        {"kind": "duel", "options": [one, other], "votes": [duels[one, other], duels[other, one]]}
        for one, other in combinations(election.ids, 2)
    ]
    steps += [
        {"kind": "condorcet-winner", "option": one}
        for one in election.ids
        if wins_all_duels(one, election.ids, duels)
    ]
    steps += [
        {"kind": "chain", "from": one, "to": other, "votes": [chain[0], -chain[1]]}
        for (one, other), chain in chains.items()
        if chain != NO_CHAIN
    ]
    steps += [{"kind": "rank", "options": sorted(group)} for group in groups if order]
    steps += [
        {"kind": "elected", "option": option, "place": place} for place, option in enumerate(order[:seats], 1)
    ]
    return make_tally("schulze", election, box, order[:seats], steps, draw.ties)


def count_duels(election: Election, box: Box) -> Duels:
    """Return the votes of every duel."""
    ids = election.ids
    duels = {(one, other): 0 for one in ids for other in ids if one != other}
    for ballot, count in box.piles:
        place = dict.fromkeys(ids, len(ballot.places))
        place.update({option: at for at, options in enumerate(ballot.places) for option in options})
        for one, other in combinations(ids, 2):
            if place[one] < place[other]:
                duels[one, other] += count
            elif place[other] < place[one]:
                duels[other, one] += count
    return duels


def wins_all_duels(option: str, ids: tuple[str, ...], duels: Duels) -> bool:
    return len(ids) > 1 and all(
        duels[option, other] > duels[other, option] for other in ids if other != option
    )


def strongest_chains(ids: tuple[str, ...], duels: Duels) -> dict[tuple[str, str], Strength]:
    """Return, for every two options, the strength of the strongest chain of won duels from one to the other."""
    chains = {
        (one, other): (votes, -duels[other, one]) if votes > duels[other, one] else NO_CHAIN
        for (one, other), votes in duels.items()
    }
    for middle in ids:
        for one in ids:
            if one == middle or chains[one, middle] == NO_CHAIN:
                continue
            for other in ids:
                if other not in (one, middle):
                    through = min(chains[one, middle], chains[middle, other])
                    chains[one, other] = max(chains[one, other], through)
    return chains


def rank_by_chains(ids: tuple[str, ...], chains: dict[tuple[str, str], Strength]) -> list[list[str]]:
    """Return the options in groups of equals, best first: those whom none of the options left beats, again and again."""
    left, groups = list(ids), []
    while left:
        unbeaten = [
            one
            for one in left
            if all(chains[other, one] <= chains[one, other] for other in left if other != one)
        ]
        groups.append(unbeaten)
        left = [one for one in left if one not in unbeaten]
    return groups

"""Compare, and print the figures as JSON; the exit status is 1 when something differs."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from random import Random

from bench.peers.belenios import ROUNDED, SAME, compare_majority_judgment, compare_schulze, compare_stv
from bench.peers.libraries import compare_condorcet, compare_equal_shares, compare_greedy
from bench.peers.random_votes import draw_budget, draw_grades, draw_rankings
from civic.voting.methods.ballots import Election
from civic.voting.methods.registry import count_election

Compare = Callable[[Election], str]
Draw = Callable[[Random], Election]

with_ties: Draw = partial(draw_rankings, has_ties=True)
strict: Draw = partial(draw_rankings, has_ties=False)
PROFILES: dict[str, tuple[Draw, Compare, str]] = {
    "schulze beside belenios-tool": (with_ties, compare_schulze, "schulze"),
    "majority-judgment beside belenios-tool": (draw_grades, compare_majority_judgment, "majority-judgment"),
    "stv beside belenios-tool": (strict, compare_stv, "stv"),
    "condorcet beside votelib": (with_ties, compare_condorcet, "schulze"),
    "schulze order beside votelib": (strict, compare_condorcet, "schulze"),
}
INSTANCES: dict[str, tuple[Draw, Compare, str]] = {
    "budget-greedy beside pabutools": (draw_budget, compare_greedy, "budget-greedy"),
    "budget-equal-shares beside pabutools": (draw_budget, compare_equal_shares, "budget-equal-shares"),
}


def run(draw: Draw, compare: Compare, method: str, number: int, seed: int) -> dict[str, object]:
    began, differing, tied, rounded = time.monotonic(), [], 0, 0
    for index in range(number):
        election = draw(Random(f"{seed} {index}"))
        said = compare(election)
        tied += bool(count_election(election, method).ties)
        rounded += said == ROUNDED
        if said not in (SAME, ROUNDED):
            differing.append(f"{index}: {said}")
    seconds = round(time.monotonic() - began, 1)
    return {
        "compared": number,
        "with_ties": tied,
        "parted_by_their_rounding": rounded,
        "differing": len(differing),
        "first": differing[:3],
        "seconds": seconds,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=1000)
    parser.add_argument("--instances", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    figures = {}
    for part, number in ((PROFILES, asked.profiles), (INSTANCES, asked.instances)):
        for name, (draw, compare, method) in part.items():
            figures[name] = run(draw, compare, method, number, asked.seed)
            print(f"{name}: {figures[name]}", file=sys.stderr)
    print(json.dumps(figures, indent=2))
    return 1 if any(one["differing"] for one in figures.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

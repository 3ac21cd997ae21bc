"""The map of opinions: Bowling Green as published, and 2,000 people with 900 statements, counted as the job counts them.

python -m bench.opinions

Prints JSON figures; the exit status is 1 when groups differ from those of Polis, or when a count takes 2 s of processor or more.
"""

import json
import random
import resource
import sys
import time
from dataclasses import dataclass

from civic.opinions.groups.holding import what_all_hold, what_groups_hold
from civic.opinions.groups.mapping import map_opinions
from civic.opinions.groups.table import ReactionTable, make_table
from civic.opinions.service.mapping import count_reactions
from tests.opinions.test_groups import EXPORTS, read_export

PEOPLE, STATEMENTS, SEEN = 2_000, 900, 110
MOST_SECONDS = 2.0


@dataclass(frozen=True)
class Asked:
    """The shape of ``map_queries.ToCount``, without a database."""

    participants: list[int]
    statements: list[int]
    rows: list[int]
    columns: list[int]
    values: list[int]


def large_conversation() -> Asked:
    """Return three camps that agree on a third of the statements and answer the rest each its own way."""
    chance = random.Random(1)
    told = []
    for person in range(PEOPLE):
        camp = person % 3
        for statement in chance.sample(range(STATEMENTS), SEEN):
            agrees = statement % 3 == 0 or statement % 9 % 3 == camp
            value = 0 if chance.random() < 0.1 else (1 if agrees == (chance.random() < 0.85) else -1)
            told.append((person, statement, value))
    rows, columns, values = (list(column) for column in zip(*told, strict=True))
    return Asked(list(range(PEOPLE)), list(range(STATEMENTS)), rows, columns, values)


def of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    from sklearn.metrics import adjusted_rand_score

    figures: dict[str, dict[str, object]] = {}
    is_right = True
    for name in EXPORTS:
        reactions, published = read_export(name)
        began = time.process_time()
        found = map_opinions(reactions)
        seconds = time.process_time() - began
        both = [
            (one.group, published[one.person])
            for one in found.places
            if one.group is not None and published[one.person]
        ]
        index = adjusted_rand_score(*zip(*both, strict=True))
        is_right &= index >= 0.8 and len(found.groups) == len({group for group in published if group})
        figures[name] = {
            "groups": [group.people for group in found.groups],
            "considered": found.considered,
            "adjusted_rand_index": round(index, 3),
            "processor_seconds": round(seconds, 2),
        }
    asked = large_conversation()
    table = make_table(asked.rows, asked.columns, asked.values, people=PEOPLE, statements=STATEMENTS)
    figures["2,000 people, 900 statements"] = measure(asked, table)
    is_right &= float(str(figures["2,000 people, 900 statements"]["map_processor_seconds"])) < MOST_SECONDS
    print(json.dumps(figures, indent=2))
    return 0 if is_right else 1


def measure(asked: Asked, table: ReactionTable) -> dict[str, object]:
    map_opinions(table)  # the library is imported
    began = time.process_time()
    found = map_opinions(table)
    map_seconds = time.process_time() - began
    groups = table.per_person * 0 - 1
    for place in found.places:
        groups[place.person] = -1 if place.group is None else place.group
    began = time.process_time()
    held = what_groups_hold(table, groups, len(found.groups))
    what_all_hold(held.agreed, held.disagreed, held.seen)
    consensus_seconds = time.process_time() - began
    before = of_children()
    count_reactions(asked)  # type: ignore[arg-type]
    return {
        "groups": [group.people for group in found.groups],
        "reactions": len(asked.values),
        "consensus_processor_seconds": round(consensus_seconds, 3),
        "map_processor_seconds": round(map_seconds, 2),
        "whole_process_processor_seconds": round(of_children() - before, 2),
    }


if __name__ == "__main__":
    sys.exit(main())

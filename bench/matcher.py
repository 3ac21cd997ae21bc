"""How many voters of 500 a matcher names, from the whole database, its files, its write-ahead log and the logs.

python -m bench.matcher [--voters 500] [--seed 1] [--only sqlite]
python -m bench.matcher --runs 6

In one run, chance alone moves what a way names by a few voters in a hundred, so that « one in a hundred more than chance » can only be
told of many: with ``--runs``, that many votes are held, and each way is judged on all their questions together.
"""

import argparse
import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from tests.conftest import make_tables
from tests.servers import PostgresServer
from tests.voting.matcher.traces import PostgresTraces, SqliteTraces
from tests.voting.matcher.trying import Tried, most_by_chance, try_all
from tests.voting.matcher.voting import Held, hold

RISK = 0.001


def on_sqlite(voters: int, dice: Random) -> Held:
    with tempfile.TemporaryDirectory(prefix="civic-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'civic.sqlite3'}"
        make_tables(url)
        return hold(url, SqliteTraces(url), voters=voters, dice=dice)


def on_postgresql(voters: int, dice: Random) -> Held:
    server = PostgresServer()
    server.start()
    try:
        url = server.create_database()
        make_tables(url)
        return hold(url, PostgresTraces(server, url), voters=voters, dice=dice)
    finally:
        server.close()


def figures(held: Held) -> list[dict[str, Any]]:
    """What each way named, of each question; of the ways that compare two orders, the best."""
    found = []
    for asked in held.asked:
        for moment, traces in (
            ("open", held.opened),
            ("mixed", held.closed),
            ("mixed, came after", held.left),
        ):
            for has_key in (False, True):
                tried = try_all(traces, asked, has_key=has_key)
                most = most_by_chance(len(asked.truth), asked.chance + 0.01, risk=RISK / len(tried))
                found.append(
                    {
                        "poll": asked.poll_id,
                        "question": asked.position,
                        "moment": moment,
                        "secret_known": has_key,
                        "voters": len(asked.truth),
                        "chance": round(asked.chance, 3),
                        "chance_explains_up_to": round(most / len(asked.truth), 3),
                        "ways": len(tried),
                        "named": _named(tried),
                    }
                )
    return found


def _named(tried: list[Tried]) -> dict[str, float]:
    orders = [one.share for one in tried if one.way.startswith("order:")]
    rest = {one.way: round(one.share, 3) for one in tried if not one.way.startswith("order:")}
    mean = sum(orders) / len(orders)
    return {**rest, "two orders, mean": round(mean, 3), "two orders, best": round(max(orders), 3)}


def pooled(runs: list[Held]) -> dict[str, Any]:
    """What each way named over every question of several runs, without the installation's secret, as shares of the voters.

    The ways that compare two orders are judged as one: each voter counts as often as there are orders.
    """
    sums: dict[str, list[float]] = {}
    for held in runs:
        for asked in held.asked:
            for moment, traces in (("open", held.opened), ("mixed", held.closed), ("mixed", held.left)):
                for tried in try_all(traces, asked, has_key=False):
                    way = f"{moment}: {'two orders' if tried.way.startswith('order:') else tried.way}"
                    total = sums.setdefault(way, [0, 0, 0.0])
                    total[0] += tried.named
                    total[1] += tried.voters
                    total[2] += tried.chance * tried.voters
    return {
        way: {
            "voters": voters,
            "named": round(named / voters, 4),
            "chance": round(chance / voters, 4),
            "more_than_chance": round((named - chance) / voters, 4),
        }
        for way, (named, voters, chance) in sums.items()
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.matcher")
    parser.add_argument("--voters", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--runs", type=int, default=1)
    given = parser.parse_args()
    for name, run in (("sqlite", on_sqlite), ("postgresql", on_postgresql)):
        if given.only in (None, name):
            votes = [run(given.voters, Random(given.seed + more)) for more in range(given.runs)]
            found = figures(votes[0]) if given.runs == 1 else pooled(votes)
            print(json.dumps({name: found}, indent=1))

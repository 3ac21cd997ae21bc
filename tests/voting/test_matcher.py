"""Everything at rest, the database, its files, its write-ahead log and the logs, names no more voters than chance plus 1 %."""

from collections.abc import Callable
from math import comb
from random import Random

import pytest

from civic.voting.closed_ballots import CLOSED
from tests.servers import PostgresServer
from tests.voting.matcher.traces import PostgresTraces, SqliteTraces
from tests.voting.matcher.trying import Tried, most_by_chance, try_all
from tests.voting.matcher.voting import Held, hold

VOTERS = 30
RISK = 1e-6
"""How often, over all the ways tried in a run, chance alone would make these tests fail."""


def held_on(database: str, request: pytest.FixtureRequest) -> Held:
    if database == "sqlite":
        url = request.getfixturevalue("sqlite_url")
        return hold(url, SqliteTraces(url), voters=VOTERS, dice=Random(4))
    server: PostgresServer = request.getfixturevalue("postgres_server")
    make: Callable[[], str] = request.getfixturevalue("new_postgres_url")
    url = make()
    return hold(url, PostgresTraces(server, url), voters=VOTERS, dice=Random(4))


def too_many(tried: list[Tried], *, risk: float = RISK) -> list[Tried]:
    """Which ways name more than chance plus 1 %, beyond what chance explains: a binomial bound, shared between the ways."""
    return [
        one
        for one in tried
        if one.named > most_by_chance(one.voters, one.chance + 0.01, risk=risk / len(tried))
    ]


def test_the_bound_is_the_one_that_chance_exceeds_less_often_than_the_risk() -> None:
    def above(most: int) -> float:
        return sum(comb(60, named) * 0.4**named * 0.6 ** (60 - named) for named in range(most + 1, 61))

    for risk in (0.05, 1e-3, 1e-8):
        most = most_by_chance(60, 0.4, risk=risk)
        assert above(most) <= risk < above(most - 1)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_at_rest_tells_what_anybody_voted_while_the_vote_is_open_nor_once_it_is_mixed(
    database: str, request: pytest.FixtureRequest
) -> None:
    held = held_on(database, request)

    for asked in held.asked:
        for traces in (held.opened, held.closed):
            tried = try_all(traces, asked, has_key=False)
            assert len(tried) > 50
            assert too_many(tried) == []
    # With the secret of the installation too, the same ways name nearly everybody while the vote is open: they do look well.
    told = {one.way: one.share for one in try_all(held.opened, held.asked[0], has_key=True)}
    assert told["the write-ahead log"] > 0.6
    if database == "postgresql":
        assert told["the same number of transaction"] == told["rows in the files, deleted or not"] == 1
        mixed = try_all(held.closed, held.asked[0], has_key=True)
        assert too_many([one for one in mixed if one.way == "the same number of transaction"]) == []
    if (
        database == "sqlite"
    ):  # who comes after the mixing finds no closed ballot any more, in the file or in its log
        assert too_many(try_all(held.left, held.asked[0], has_key=True)) == []
        assert not [text for _, text in held.left.old_rows if text.startswith(CLOSED)]
    kept = [row["content"] for row in held.left.rows["ballot"]]
    assert kept
    assert not [content for content in kept if content.startswith(CLOSED)]

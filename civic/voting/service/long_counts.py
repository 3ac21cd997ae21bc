"""Counts that take long, done beside the requests: one round of equal shares after the other, each kept in the work."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from civic.kernel import work
from civic.kernel.work import LongWork
from civic.voting import queries
from civic.voting.methods.ballots import Election, Tally
from civic.voting.methods.budget_shares import (
    Growth,
    Market,
    count_budget_equal_shares,
    grow_once,
    open_markets,
)
from civic.voting.methods.ties import Draw
from civic.voting.models import Question
from civic.voting.service import counting

COUNT = "voting.count"
TOTAL = 1_000
"""The unit of progress: thousandths of the money."""
STEP_SECONDS = 0.15
"""A step that has lasted so long ends: on SQLite, writers wait for it."""


@dataclass(frozen=True)
class _Opened:
    key: str
    election: Election
    draw: Draw
    markets: list[Market]


_last: _Opened | None = None
"""What the last step read. The ballots of a closed poll do not change: the next step need not read them again."""


def key_of(question_id: int) -> str:
    return f"{COUNT}:{question_id}"


def start_long_count(question: Question) -> None:
    """Begin a count beside the requests; nothing is done when it is under way."""
    place: dict[str, Any] = {"question_id": question.id, "grown": {}}
    work.start_work(COUNT, owner_id=None, total=TOTAL, place=place, key=key_of(question.id))


def find_progress(question_id: int) -> int | None:
    """Return how far a long count is, in thousandths; None when none is under way."""
    running = work.find_work(key_of(question_id))
    return running.done if running else None


@work.works(COUNT)
def count_some_rounds(running: LongWork) -> bool:
    """Run some rounds; when there are no more, keep the count. Returns whether it is finished."""
    question = queries.get_question(running.place["question_id"])
    tally = grow_some(running, key_of(question.id), lambda: counting.election_of(question))
    if tally is None:
        return False
    counting.keep_tally(question, tally)
    return True


def grow_some(running: LongWork, key: str, read: Callable[[], Election]) -> Tally | None:
    """Run some rounds of equal shares for a work. Returns the count when there are no more.

    Args:
        key: what tells these ballots from all others.
        read: reads them, unless the last step of this process did.
    """
    opened = _open(key, read)
    grown = {name: Growth(**how_far) for name, how_far in running.place["grown"].items()}
    deadline, rounds = time.monotonic() + STEP_SECONDS, 0
    for market in opened.markets:
        growth = grown.get(market.envelope, Growth())
        while not growth.ended and (rounds == 0 or time.monotonic() < deadline):
            growth = grow_once(market, growth)
            rounds += 1
        grown[market.envelope] = growth
    running.place = {**running.place, "grown": {name: asdict(growth) for name, growth in grown.items()}}
    running.done = max(running.done, _thousandths(opened.markets, grown))
    if not all(growth.ended for growth in grown.values()):
        return None
    return count_budget_equal_shares(opened.election, opened.draw, grown=grown)


def _open(key: str, read: Callable[[], Election]) -> _Opened:
    global _last
    if _last is None or _last.key != key:
        election = read()
        draw = Draw(election.terms.seed, election.ids)
        _last = _Opened(key, election, draw, open_markets(election, draw))
    return _last


def _thousandths(markets: list[Market], grown: dict[str, Growth]) -> int:
    money = sum(market.money for market in markets)
    spent = sum(
        market.money if grown[market.envelope].ended else min(grown[market.envelope].cost, market.money)
        for market in markets
    )
    return (TOTAL - 1) * spent // money if money else 0

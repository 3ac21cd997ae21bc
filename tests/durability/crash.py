"""A server that is killed under its clients again and again, and started again each time."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from civic.kernel.clock import utc_now
from civic.kernel.outbox import OutboxMessage
from tests.conftest import build, dispose
from tests.durability.checker import Fault, check
from tests.durability.clients import Client
from tests.durability.history import Line, by_key, read_histories
from tests.durability.timers import TakenTimers
from tests.durability.town import LIVE_CLIENTS, Town, build_town
from tests.live import LiveServer
from tests.servers import wait_until

SHORTEST_LIFE, LONGEST_LIFE = 0.3, 1.5
DRAIN_SECONDS = 60
LAST_LIFE_SECONDS = 45
OPS = {"vote", "propose", "offer", "ask", "accept", "say"}
"""Everything that the clients do."""


class CrashServer(LiveServer):
    """A server in a process group of its own, which is killed whole.

    Args:
        fault: serves the platform with this fault planted in it.
    """

    def __init__(self, database_url: str, *, fault: str = ""):
        super().__init__(database_url, writes_per_minute="1000000", sockets_per_address="100")
        self.fault = fault

    def command(self) -> list[str]:
        *rest, served = super().command()
        return [*rest, "tests.durability.faulty:app" if self.fault else served]

    def account(self) -> dict[str, Any]:
        given = super().account()
        return {"env": {**given["env"], "FAULT": self.fault}, "start_new_session": True}

    def crash(self) -> None:
        process = self._process
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._process = None


def crash(
    url: str, folder: Path, *, kills: int, seed: int, fault: str = ""
) -> tuple[list[Line], list[Fault], list[int]]:
    """Return the clients' histories, what the checker finds in them, and how many timers of searches each kill struck."""
    app = build(url)
    server = CrashServer(url, fault=fault)
    try:
        town = build_town(app)
        server.start()
        delivered_until, struck = crash_under_load(server, town, folder, kills=kills, seed=seed)
    finally:
        server.close()
        dispose(app)
    lines = read_histories(folder)
    return lines, check(lines, url, now=delivered_until), struck


def crash_under_load(
    server: CrashServer, town: Town, folder: Path, *, kills: int, seed: int
) -> tuple[datetime, list[int]]:
    """Kill and start the server again so many times under the clients, let them get their last answers, and what is owed go out.

    Returns:
        The instant until which all that was due must have been delivered (timers come due after it), and how many timers of
        searches the relay had taken, and not done, at each kill.
    """
    stop = threading.Event()
    clients = [
        Client(
            number,
            town=town,
            url=server.url,
            folder=folder,
            seed=seed,
            stop=stop,
            is_live=number < LIVE_CLIENTS,
        )
        for number in range(town.clients)
    ]
    for client in clients:
        client.start()
    struck = _kill_often(server, kills, random.Random(seed))
    _let_everything_be_tried(folder)
    stop.set()
    for client in clients:
        client.join()
        client.finish()
    return deliver_what_is_owed(server.database_url), struck


def _kill_often(server: CrashServer, kills: int, rng: random.Random) -> list[int]:
    """Half of the kills come at any moment; the others when the relay has just taken the timer of a search."""
    timers, struck = TakenTimers(server.database_url), []
    for number in range(kills):
        began = utc_now()
        time.sleep(rng.uniform(SHORTEST_LIFE, LONGEST_LIFE))
        if number % 2:
            timers.wait_for_one(since=began)
        server.crash()
        struck.append(timers.count(since=began))
        server.start_again()
    timers.close()
    return struck


def _let_everything_be_tried(folder: Path) -> None:
    """Leave the server alive until each kind of call was acknowledged and a vote was sent again: how long depends on the machine."""
    time.sleep(LONGEST_LIFE)
    with contextlib.suppress(TimeoutError):  # what was never acknowledged is the test's to say
        wait_until(lambda: _was_all_tried(folder), seconds=LAST_LIFE_SECONDS)


def _was_all_tried(folder: Path) -> bool:
    try:
        lines = read_histories(folder)
    except ValueError:
        return False  # a client was writing its last line
    voted = [attempts for attempts in by_key(lines).values() if attempts[0].op == "vote"]
    is_vote_repeated = any(sum(line.outcome != "unknown" for line in attempts) > 1 for attempts in voted)
    return is_vote_repeated and set(figures(lines)["acknowledged"]) == OPS


def deliver_what_is_owed(database_url: str) -> datetime:
    """Let the leases of the dead relays end, as a minute would, and wait until the relay that lives has delivered what is due now.

    Returns:
        The instant that was now.
    """
    engine = sa.create_engine(database_url, connect_args={"timeout": 30} if "sqlite" in database_url else {})
    now = utc_now()
    with engine.begin() as connection:
        connection.execute(sa.update(OutboxMessage).values(leased_until=now - timedelta(seconds=1)))
    due = sa.select(sa.func.count()).select_from(OutboxMessage).where(OutboxMessage.due_at <= now)

    def is_drained() -> bool:
        with engine.connect() as connection:
            return connection.scalar(due) == 0

    try:
        wait_until(is_drained, seconds=DRAIN_SECONDS)
    except TimeoutError:
        pass  # what is still owed is the checker's to say
    finally:
        engine.dispose()
    return now


def figures(lines: Iterable[Line]) -> dict[str, Any]:
    """Return how many calls there were, by their last outcome, and how often they were sent."""
    calls = by_key(lines)
    words = {key: {line.outcome for line in attempts} for key, attempts in calls.items()}
    return {
        "calls": len(calls),
        "sent": sum(len(attempts) for attempts in calls.values()),
        "acknowledged": dict(Counter(calls[key][0].op for key, said in words.items() if "ok" in said)),
        "cut_off": sum("unknown" in said for said in words.values()),
        "cut_off_then_answered": sum(
            attempts[-1].outcome != "unknown" and "unknown" in words[key] for key, attempts in calls.items()
        ),
        "refusals": dict(
            Counter(f"{each.op} {each.answer['code']}" for attempts in calls.values() for each in attempts if each.outcome == "refused")
        ),
    }  # fmt: skip

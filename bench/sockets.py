"""How many live connections one process holds, and how soon all of them hear of a new proposal.

python -m bench.sockets [--sockets 2000] [--broadcasts 10] [--database URL]

Each connection follows one consultation; a proposal published over the API is then told to all. The client speaks WebSocket
itself, on asyncio, so that it costs less than the server that it measures.
"""

import argparse
import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests

from bench.served import memory_megabytes, percentile, served
from bench.wire import Wire
from civic.accounts.service import people
from tests.conftest import add_person, add_town
from tests.consultations.making import add_consultation

AT_ONCE = 50
OPEN_SECONDS = 60
BROADCAST_SECONDS = 30


class Listener(Wire):
    """One Socket.IO connection over WebSocket. ``heard`` is told the instant of each event of the name that it awaits."""

    def __init__(self, address: str, heard: "Heard", *, awaits: str = "proposal:published"):
        super().__init__(address)
        self.heard, self.awaits = heard, f'["{awaits}"'
        self.is_open = False
        self.task: asyncio.Task[None] | None = None

    async def open(self, consultation_id: int) -> None:
        """Connect as nobody, and follow a consultation. Raises ConnectionError or asyncio.TimeoutError."""
        await self.enter()
        self.ask("consultation:follow", {"consultation_id": consultation_id})
        if '"ok":true' not in await self.until("430"):
            raise ConnectionError("the consultation cannot be followed")
        self._begin_to_listen()

    async def open_as(self, token: str) -> None:
        """Connect as the bearer of a token. Raises ConnectionError or asyncio.TimeoutError."""
        await self.enter({"token": token})
        self._begin_to_listen()

    def _begin_to_listen(self) -> None:
        self.is_open = True
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                if self.awaits in await self.next():
                    self.heard.note()
        self.is_open = False


class Heard:
    """When each connection heard of the proposal that was just published."""

    def __init__(self) -> None:
        self.began = 0.0
        self.delays: list[float] = []

    def begin(self) -> None:
        self.began, self.delays = time.monotonic(), []

    def note(self) -> None:
        self.delays.append(time.monotonic() - self.began)


async def open_all(openings: Iterable[Callable[[], Awaitable[None]]]) -> Counter[str]:
    """Open all of them, some at once. Returns why some could not, and how many."""
    gate, failures = asyncio.Semaphore(AT_ONCE), Counter[str]()

    async def open_one(opening: Callable[[], Awaitable[None]]) -> None:
        async with gate:
            try:
                await asyncio.wait_for(opening(), OPEN_SECONDS)
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                failures[f"{type(error).__name__}: {error}"] += 1

    await asyncio.gather(*map(open_one, openings))
    return failures


async def broadcast(heard: Heard, listeners: list[Listener], publish: Any) -> tuple[list[float], float]:
    """Publish one proposal. Returns how long it took to reach each connection, and its author an answer, in seconds."""
    expected = sum(listener.is_open for listener in listeners)
    heard.begin()
    await asyncio.to_thread(publish)
    answered = time.monotonic() - heard.began
    deadline = heard.began + BROADCAST_SECONDS
    while len(heard.delays) < expected and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    return heard.delays, answered


async def measure(sockets: int, broadcasts: int, database_url: str) -> dict[str, Any]:
    with served(database_url) as (app, server):
        with app.app_context():
            town, (place, *_) = add_town()
            consultation = add_consultation(town)
            token = people.issue_api_token(person_id=add_person(lives_in=place))
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {token}"
        address = f"{server.url}/api/v1/consultations/{consultation}/proposals"
        body = {"title": "Planter des tilleuls", "body": "Devant l’école, pour l’ombre.", "category": "nature", "territory_id": place}  # fmt: skip

        def publish() -> None:
            session.post(address, json=body, timeout=BROADCAST_SECONDS).raise_for_status()

        heard = Heard()
        before = memory_megabytes(server)
        listeners = [Listener(urlsplit(server.url).netloc, heard) for _ in range(sockets)]
        began = time.monotonic()
        failures = await open_all(partial(listener.open, consultation) for listener in listeners)
        opened = time.monotonic() - began
        results = [await broadcast(heard, listeners, publish) for _ in range(broadcasts)]
        held = sum(listener.is_open for listener in listeners)
        figures = {
            "asked": sockets,
            "held": held,
            "not_opened": dict(failures),
            "connect_seconds": round(opened, 1),
            "broadcasts": broadcasts,
            "told": sum(len(delays) for delays, _ in results),
            "expected": broadcasts * held,
            **_milliseconds([delay for delays, _ in results for delay in delays], "broadcast"),
            **_milliseconds([answered for _, answered in results], "author_answered"),
            "rss_mb_before": before,
            "rss_mb": memory_megabytes(server),
        }
        for listener in listeners:
            if listener.task is not None:
                listener.task.cancel()
                listener.writer.close()
    return figures


def _milliseconds(seconds: list[float], name: str) -> dict[str, int]:
    if not seconds:
        return {}
    return {f"{name}_p{percent}_ms": round(percentile(seconds, percent) * 1000) for percent in (50, 95, 100)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.sockets")
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--broadcasts", type=int, default=10)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    print(json.dumps(asyncio.run(measure(given.sockets, given.broadcasts, given.database)), indent=2))

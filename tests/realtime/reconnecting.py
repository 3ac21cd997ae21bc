"""Clients whose connection is cut again and again, at any moment of its life, and who keep what a good client keeps.

A good client knows the number of the last event up to which it missed none. It asks for what came after it at each connection, and when a
number jumps; it ignores what it has.
"""

import asyncio
import contextlib
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.wire import Wire

SHORTEST_LIFE, LONGEST_LIFE = 0.0005, 0.3
LONGEST_ABSENCE = 0.2
LAST_SECONDS = 60
MOST_TOLD_LIVE = 3


@dataclass
class Client:
    """One person's screen.

    Attributes:
        shown: the number and what was said of each event, in the order in which the screen showed it.
        came: how many events came ``live``, were ``resumed``, or were ``ignored``, because the screen had shown them.
        cut: how often the connection was cut ``opening``, before the screen knew what it had missed, or ``open``.
    """

    address: str
    token: str
    rng: random.Random
    shown: list[tuple[int, int]] = field(default_factory=list)
    came: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    is_told: bool = False

    @property
    def last(self) -> int:
        return self.shown[-1][0] if self.shown else 0

    async def reconnect_often(self, times: int) -> None:
        for _ in range(times):
            await asyncio.sleep(self.rng.uniform(0, LONGEST_ABSENCE))
            await self.live_until(self._some_time())

    async def _some_time(self) -> None:
        """A third of the times counted from the beginning, short as well as long, a third once the screen knows what it missed, and a
        third once it was then told something live: right after it, or while the next comes."""
        kind = self.rng.randrange(3)
        if kind > 0:
            await self._until(lambda: self.is_told)
        if kind > 1:
            wanted = self.came["live"] + self.rng.randint(1, MOST_TOLD_LIVE)
            await self._until(lambda: self.came["live"] >= wanted)
        await asyncio.sleep(LONGEST_LIFE * (SHORTEST_LIFE / LONGEST_LIFE) ** self.rng.random())

    async def _until(self, holds: Callable[[], bool]) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                while not holds():
                    await asyncio.sleep(0.005)

    async def live_until(self, end: Any) -> None:
        """Be connected until then; the connection is cut wherever it is."""
        self.is_told = False
        wire = Wire(self.address)
        living = asyncio.create_task(self._live(wire))
        await end
        self.cut["open" if self.is_told else "opening"] += 1
        living.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError, EOFError):
            await living
        if hasattr(wire, "writer"):
            wire.writer.transport.abort() if self.rng.random() < 0.5 else wire.writer.close()

    async def _live(self, wire: Wire) -> None:
        await wire.enter({"token": self.token})
        wire.ask("feed:resume", {"after": self.last})
        while True:
            text = await wire.next()
            if text.startswith("430"):
                has_more = self._take_resumed(json.loads(text[3:])[0]["data"])
                if has_more:
                    wire.ask("feed:resume", {"after": self.last})
            elif text.startswith("42") and not self._take(*json.loads(text[2:])[1:], how="live"):
                wire.ask("feed:resume", {"after": self.last})

    def _take_resumed(self, data: dict[str, Any]) -> bool:
        for event in data["events"]:
            assert self._take(event["payload"], how="resumed"), "what is given again has a hole"
        self.is_told = not data["has_more"]
        return bool(data["has_more"])

    def _take(self, payload: dict[str, Any], *, how: str) -> bool:
        """Show an event, unless it was shown. Returns whether none is missing before it."""
        if payload["seq"] > self.last + 1:
            return False
        if payload["seq"] <= self.last:
            self.came["ignored"] += 1
        else:
            self.shown.append((payload["seq"], payload["number"]))
            self.came[how] += 1
        return True


async def reconnect_all(clients: list[Client], times: int) -> None:
    await asyncio.gather(*(client.reconnect_often(times) for client in clients))


async def catch_up(clients: list[Client], last: dict[str, int]) -> None:
    """Let each come back for good, until it has shown the event that was the last (by token), or some time has passed."""

    async def has_all(client: Client) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                while client.last < last[client.token]:
                    await asyncio.sleep(0.02)

    await asyncio.gather(*(client.live_until(has_all(client)) for client in clients))

"""Signed-in volunteers who watch their screens, each on a live connection, in a process of their own.

Reads ``{"address", "tokens"}`` from its standard input, connects all, says how many hold and why others do not, and then, once each was
told that the request is taken (or some time has passed), the instants at which they were, on the clock that all processes share.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from functools import partial
from typing import Any

from bench.sockets import Heard, Listener, open_all

PATIENCE_SECONDS = 60


async def watch(address: str, tokens: list[str]) -> None:
    heard = Heard()
    listeners = [Listener(address, heard, awaits="invitation:superseded") for _ in tokens]
    openings = [partial(listener.open_as, token) for listener, token in zip(listeners, tokens, strict=True)]
    failures = await open_all(openings)
    held = sum(listener.is_open for listener in listeners)
    print(json.dumps({"held": held, "not_opened": failures}), flush=True)
    before = time.process_time()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(heard.delays) < held and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    await asyncio.sleep(1)  # an event that came twice would come now
    used = time.process_time() - before
    print(json.dumps({"told_at": heard.delays, "processor_seconds": used}), flush=True)


class Watchers:
    """The process, seen from the one that measures."""

    def __init__(self, address: str, tokens: list[str]):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.watchers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None
        json.dump({"address": address, "tokens": tokens}, self._process.stdin)
        self._process.stdin.close()
        self.opened = self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said

    def finish(self) -> dict[str, Any]:
        said = self._read()
        self._process.wait()
        return said


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    asyncio.run(watch(**json.load(sys.stdin)))

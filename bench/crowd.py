"""People who all ask the same server at the same moment, in a process of their own, so that they cost it nothing.

Reads a line ``{"host", "port", "calls": [[path, token], ...]}``, opens a connection for each, says so, and at the next line sends
everything at once. Writes what each was told (``code``, or the status), how long it took, and how much processor it used itself.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60
AT_ONCE = 50


@dataclass
class Connection:
    """One that is kept open, as a browser's is. ``outcome`` is what was answered."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str
    outcome: str = "nothing"
    seconds: float = PATIENCE_SECONDS

    async def ask(self, method: str, path: str, token: str = "") -> tuple[int, bytes]:
        sign = f"Authorization: Bearer {token}\r\n" if token else ""
        size = "Content-Length: 0\r\n" if method == "POST" else ""
        self.writer.write(f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\n{sign}{size}\r\n".encode())
        head = await self.reader.readuntil(b"\r\n\r\n")
        status, *headers = head.decode("latin-1").split("\r\n")
        length = next(int(line[15:]) for line in headers if line.lower().startswith("content-length:"))
        return int(status.split()[1]), await self.reader.readexactly(length)

    async def ask_and_note(self, path: str, token: str) -> None:
        began = time.monotonic()
        try:
            status, body = await asyncio.wait_for(self.ask("POST", path, token), PATIENCE_SECONDS)
            self.outcome = str(json.loads(body).get("code", status))
        except (TimeoutError, OSError, EOFError, ValueError) as error:
            self.outcome = type(error).__name__
        self.seconds = time.monotonic() - began


async def ask_all(host: str, port: int, calls: list[tuple[str, str]]) -> dict[str, Any]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one() -> Connection:
        async with gate:
            connection = Connection(*await asyncio.open_connection(host, port), f"{host}:{port}")
            await connection.ask("GET", "/healthz")
            return connection

    connections = await asyncio.gather(*(open_one() for _ in calls))
    print("open", flush=True)
    sys.stdin.readline()
    before = time.process_time()
    await asyncio.gather(
        *(
            connection.ask_and_note(path, token)
            for connection, (path, token) in zip(connections, calls, strict=True)
        )
    )
    return {
        "outcomes": [connection.outcome for connection in connections],
        "seconds": [connection.seconds for connection in connections],
        "processor_seconds": time.process_time() - before,
    }


class Crowd:
    """The process, seen from the one that measures. Each connection is open once this is made."""

    def __init__(self, url: str, calls: list[tuple[str, str]]):
        address = urlsplit(url)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.crowd"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._say(json.dumps({"host": address.hostname, "port": address.port, "calls": calls}))
        self._hear()

    def ask(self) -> dict[str, Any]:
        """Have all of it asked at once. Returns what was noted."""
        self._say("now")
        noted: dict[str, Any] = json.loads(self._hear())
        self._process.wait()
        return noted

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    print(json.dumps(asyncio.run(ask_all(**json.loads(sys.stdin.readline())))))

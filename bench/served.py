"""A served process on a new database, for a measure."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from tests.conftest import build, dispose
from tests.live import LiveServer


@contextmanager
def served(database_url: str = "") -> Iterator[tuple[Flask, LiveServer]]:
    """Serve a database whose tables are made here: the one named, which must be empty, or an SQLite file of its own."""
    with tempfile.TemporaryDirectory(prefix="civic-bench-") as folder:
        url = database_url or f"sqlite:///{Path(folder) / 'civic.sqlite3'}"
        app = build(url)
        server = LiveServer(url, writes_per_minute="1000000", sockets_per_address="100000")
        try:
            server.start()
            yield app, server
        finally:
            server.close()
            dispose(app)


def memory_megabytes(server: LiveServer) -> float:
    """Return the resident memory of the serving worker, in MB."""
    sizes = [
        line.split()[1]
        for worker in _workers(server)
        for line in Path(f"/proc/{worker}/status").read_text().splitlines()
        if line.startswith("VmRSS:")
    ]
    return round(sum(map(int, sizes)) / 1024, 1)


def processor_seconds(server: LiveServer) -> float:
    """Return how long the serving worker has used a processor."""
    stats = [
        Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split() for worker in _workers(server)
    ]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def _workers(server: LiveServer) -> list[str]:
    process = server._process
    assert process is not None
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


def percentile(values: list[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

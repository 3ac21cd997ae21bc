"""How many reactions and supports a second one process keeps, each written to the disk before it is acknowledged, with their page open beside.

python -m bench.reactions [--database postgresql] [--people 1500] [--clients 8] [--alone]

Real HTTP to a real server, by clients in a process of their own; a browser (headless Chromium) stands on the page of the proposal that is supported, and reads it again every
five seconds; two more sockets listen. The bare insert of ``bench.bare`` is measured in the same run under the same clients, and the fall is told. Wall clock, and the processor of all of the
server's processes and of the database's. The exit status is 1 under 65 a second, or when what was acknowledged is not what is stored.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from queue import Empty, SimpleQueue
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser, sync_playwright

from bench.city import City, Size, build_city
from bench.page_cost import BareServer, Call
from bench.processes import seconds_of
from bench.served import percentile, served
from civic.kernel.database import db
from civic.opinions.models import Reaction
from civic.proposals.models import Support
from tests.servers import LOOPBACK, LocalServer, PostgresServer

LEAST_A_SECOND = 65
READ_AGAIN_SECONDS = 5


def calls_of(city: City, kind: str) -> list[Call]:
    """Each person acts once."""
    proposal, statement = city.proposals[0], city.statements[0]
    calls = {
        "support": lambda person: Call(
            "PUT", f"/api/v1/proposals/{proposal}/support", token=city.token(person)
        ),
        "reaction": lambda person: Call(
            "PUT", f"/api/v1/statements/{statement}/reaction", b'{"value": "agree"}', city.token(person)
        ),
        "bare insert": lambda person: Call(
            "PUT", f"/propositions/{city.proposals[1]}/soutien?person={person}"
        ),
    }
    return [calls[kind](person) for person in city.people]


def fire(server: LocalServer, calls: list[Call], clients: int) -> dict[str, Any]:
    """Send every call by so many connections, each as soon as the one before is acknowledged."""
    queue: SimpleQueue[Call] = SimpleQueue()
    for call in calls:
        queue.put(call)
    waits: list[float] = []
    refused: list[int] = []

    def run() -> None:
        connection = HTTPConnection(LOOPBACK, server.port)
        while True:
            try:
                call = queue.get_nowait()
            except Empty:
                return
            headers = {"Authorization": f"Bearer {call.token}"} if call.token else {}
            if call.body:
                headers["Content-Type"] = "application/json"
            began = time.perf_counter()
            connection.request(call.method, call.path, call.body or None, headers)
            answer = connection.getresponse()
            answer.read()
            waits.append(1000 * (time.perf_counter() - began))
            if answer.status >= 400:
                refused.append(answer.status)

    threads = [threading.Thread(target=run) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return {
        "acknowledged": len(waits) - len(refused),
        "refused": len(refused),
        "a_second": round((len(waits) - len(refused)) / seconds),
        "p95_ms": round(percentile(waits, 95)),
    }


@contextmanager
def page_open(server: LocalServer, path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://{LOOPBACK}:{server.port}{path}")
        page.evaluate(f"setInterval(() => fetch(location.href), {1000 * READ_AGAIN_SECONDS})")
        yield browser
        browser.close()


def measure(url: str, database: list[int], people: int, clients: int, *, is_alone: bool) -> dict[str, Any]:
    size = Size(proposals=200, people=people, supports=0, reactions=0, statements=20, arguments=200)
    figures: dict[str, Any] = {}
    with served(url) as (app, ours), ExitStack() as stack:
        with app.app_context():
            city = build_city(size)
            db.session.remove()
        bare = BareServer(app.config["SQLALCHEMY_DATABASE_URI"])
        stack.callback(bare.close)
        bare.start()
        if not is_alone:
            stack.enter_context(page_open(ours, f"/propositions/{city.proposals[0]}"))
        for kind in ("bare insert", "support", "reaction"):
            server = bare if kind == "bare insert" else ours
            assert server._process is not None
            roots = [server._process.pid, *database]
            before = seconds_of(roots)
            figures[kind] = fire(server, calls_of(city, kind), clients)
            figures[kind]["processor_ms"] = round(1000 * (seconds_of(roots) - before) / people, 2)
        with app.app_context():
            stored = {
                "support": db.session.scalar(sa.select(sa.func.count(Support.id)).filter_by(proposal_id=city.proposals[0])),
                "reaction": db.session.scalar(sa.select(sa.func.count()).select_from(Reaction)),
            }  # fmt: skip
    for kind, count in stored.items():
        figures[kind]["stored"] = count
        figures[kind]["times_the_bare_insert"] = round(
            figures[kind]["processor_ms"] / figures["bare insert"]["processor_ms"], 1
        )
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.reactions")
    parser.add_argument("--database", default="")
    parser.add_argument("--people", type=int, default=1_500)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--alone", action="store_true", help="no browser beside")
    given = parser.parse_args()
    with ExitStack() as stack:
        url, database = "", []
        if given.database == "postgresql":
            server = PostgresServer(durable=True)
            stack.callback(server.close)
            server.start()
            assert server._process is not None
            url, database = server.create_database(), [server._process.pid]
        figures = measure(url, database, given.people, given.clients, is_alone=given.alone)
    print(json.dumps({"database": given.database or "sqlite", **figures}, indent=2))
    kinds = [figures[kind] for kind in ("support", "reaction")]
    return int(
        any(each["a_second"] < LEAST_A_SECOND or each["stored"] != each["acknowledged"] for each in kinds)
    )


if __name__ == "__main__":
    sys.exit(main())

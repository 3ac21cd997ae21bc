"""What a page costs, against a bare page that shows the same content with one query, in the same run.

python -m bench.page_cost [--database postgresql] [--times 200] [--only argument]

The processor time per request of everything that answers it: the whole tree of the server's processes, and of the database's. Ours and the bare one
(``bench.bare``, which says what « bare » leaves out) are served by the same program from the same database, asked one after the other by one client that keeps
its connection and whose own time is not counted, in turns. Writes are measured until what they owe (mail, live events, notifications) is delivered.

Each of the two pages is read in three ways: while nothing is written; while something that it does not show is written before each reading (by this process, between
the measured moments); and made anew each time, as the first reader after a change of what it shows has it. The last has no target, and is told.
The exit status is 1 when one is over its target.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPResponse
from itertools import cycle
from statistics import median
from typing import Any

import sqlalchemy as sa

from bench.city import City, Size, build_city
from bench.processes import seconds_of
from bench.served import served
from civic.accounts.models import Person
from civic.consultations.rules import Activity
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from civic.proposals.models import Support
from tests.live import GUNICORN, LiveServer
from tests.servers import LOOPBACK, LocalServer, PostgresServer

SIZE = Size(
    proposals=100, people=400, supports=800, reactions=0, statements=0, arguments=0, arguments_on_first=50
)
ARGUMENT = json.dumps({"side": "for", "body": "Les enfants du quartier y joueraient l’été."}).encode()
TURNS = 5
WARMING = 40
TARGETS: dict[str, float | None] = {
    "list of 20 proposals": 3.0,
    "list, others writing": 3.0,
    "list, made anew": None,
    "proposal with 50 arguments": 3.0,
    "proposal, others writing": 3.0,
    "proposal, made anew": None,
    "support": 8.0,
    "argument": 10.0,
}


class BareServer(LiveServer):
    """The bare application, under the same server with the same worker."""

    name = "bare"

    def command(self) -> list[str]:
        address = f"{LOOPBACK}:{self.port}"
        worker = "geventwebsocket.gunicorn.workers.GeventWebSocketWorker"
        return [GUNICORN, "--worker-class", worker, "--workers", "1", "--keep-alive", "5", "--bind", address, "bench.bare:app"]  # fmt: skip

    def account(self) -> dict[str, Any]:
        account = super().account()
        account["env"]["BARE_DATABASE_URL"] = self.database_url
        return account


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: bytes = b""
    token: str = ""
    is_kept: bool = True


class Client:
    """One connection that is kept open."""

    def __init__(self, server: LocalServer) -> None:
        self._connection = HTTPConnection(LOOPBACK, server.port)

    def ask(self, call: Call) -> bytes:
        headers = {"Accept-Language": "fr"}
        if call.token:
            headers["Authorization"] = f"Bearer {call.token}"
        if call.body:
            headers["Content-Type"] = "application/json"
        if not call.is_kept:
            headers["X-Live-Refresh"] = "1"  # what is never kept
        self._connection.request(call.method, call.path, call.body or None, headers)
        answer: HTTPResponse = self._connection.getresponse()
        page = answer.read()
        assert answer.status < 400, (call, answer.status, page[:500])
        return page


class Bench:
    def __init__(self, ours: LocalServer, bare: LocalServer, database: list[int], settle: Callable[[], None]):
        self.servers = {"ours": ours, "bare": bare}
        self.clients = {name: Client(server) for name, server in self.servers.items()}
        self.database = database
        self.settle = settle

    def cost(
        self, who: str, call: Callable[[str], Call], times: int, between: Callable[[], None] | None
    ) -> float:
        """Return the milliseconds of processor of one request."""
        process = self.servers[who]._process
        assert process is not None
        roots = [process.pid, *self.database]
        spent, before = 0.0, seconds_of(roots)
        for _ in range(times):
            if between is not None:
                spent += seconds_of(roots) - before
                between()
                before = seconds_of(roots)
            self.clients[who].ask(call(who))
        if who == "ours":
            self.settle()
        return 1000 * (spent + seconds_of(roots) - before) / times

    def compare(
        self,
        name: str,
        call: Callable[[str], Call],
        times: int,
        *,
        between: Callable[[], None] | None = None,
    ) -> dict[str, float | None]:
        """Measure both in turns, and keep the median turn of each.

        Args:
            between: what is done before each request, and not measured.
        """
        costs: dict[str, list[float]] = {who: [] for who in self.servers}
        for who in costs:
            self.cost(who, call, WARMING, between)
        for _ in range(TURNS):
            for who, measured in costs.items():
                measured.append(self.cost(who, call, times, between))
        ours, bare = (median(costs[who]) for who in ("ours", "bare"))
        return {
            "ours_ms": round(ours, 2),
            "bare_ms": round(bare, 2),
            "times": round(ours / bare, 1),
            "target": TARGETS[name],
        }


@dataclass
class Asked:
    """Makes the calls, for ours and for the bare one: each person supports a proposal once."""

    city: City
    shown: int

    def __post_init__(self) -> None:
        known = {tuple(row) for row in db.session.execute(sa.select(Support.proposal_id, Support.person_id))}
        every = ((proposal, person) for proposal in self.city.proposals[2:] for person in self.city.people)
        pairs = [pair for pair in every if pair not in known]
        self._supports = {who: iter(pairs[start::2]) for start, who in enumerate(("ours", "bare"))}
        self._people = {who: cycle(self.city.people[2:]) for who in ("ours", "bare")}

    def support(self, who: str) -> Call:
        proposal, person = next(self._supports[who])
        if who == "ours":
            return Call("PUT", f"/api/v1/proposals/{proposal}/support", token=self.city.token(person))
        return Call("PUT", f"/propositions/{proposal}/soutien?person={person}")

    def argument(self, who: str) -> Call:
        second, person = self.city.proposals[1], next(self._people[who])
        if who == "ours":
            return Call("POST", f"/api/v1/proposals/{second}/arguments", ARGUMENT, self.city.token(person))
        return Call("POST", f"/propositions/{second}/arguments?person={person}", ARGUMENT)

    def list_page(self, who: str) -> Call:
        return Call("GET", f"/consultations/{self.city.consultation}")

    def proposal_page(self, who: str) -> Call:
        return Call("GET", f"/propositions/{self.city.proposals[0]}?shown={self.shown}")

    def anew(self, page: Callable[[str], Call]) -> Callable[[str], Call]:
        return lambda who: replace(page(who), is_kept=False)


def write_elsewhere() -> None:
    """Somebody signs up: neither page shows it."""
    with transaction():
        db.session.add(Person(name="Dominique", created_at=utc_now()))
    db.session.remove()


def measure(url: str, database: list[int], times: int, only: str) -> dict[str, dict[str, float | None]]:
    with served(url) as (app, ours), ExitStack() as stack:
        with app.app_context():
            city = build_city(SIZE, activities=(Activity.PROPOSE, Activity.ARGUE, Activity.SUPPORT))
        bare = BareServer(app.config["SQLALCHEMY_DATABASE_URI"])
        stack.callback(bare.close)
        bare.start()

        def settle() -> None:
            with app.app_context():
                query = sa.select(sa.func.count(OutboxMessage.id)).where(OutboxMessage.due_at <= utc_now())
                while db.session.scalar(query):
                    db.session.rollback()
                    time.sleep(0.1)

        page = Client(ours).ask(Call("GET", f"/propositions/{city.proposals[0]}"))
        with app.app_context():
            asked = Asked(city, shown=page.count(b'id="argument-'))
        bench = Bench(ours, bare, database, settle)
        listed, read = asked.list_page, asked.proposal_page
        kinds = (
            listed, listed, asked.anew(listed), read, read, asked.anew(read), asked.support, asked.argument
        )  # fmt: skip
        with app.app_context():
            return {
                name: bench.compare(
                    name, call, times, between=write_elsewhere if "others writing" in name else None
                )
                for name, call in zip(TARGETS, kinds, strict=True)
                if only in name
            }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.page_cost")
    parser.add_argument("--database", default="")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--only", default="", help="a part of the names of what is measured")
    given = parser.parse_args()
    with ExitStack() as stack:
        url, database = "", []
        if given.database == "postgresql":
            server = PostgresServer(durable=True)
            stack.callback(server.close)
            server.start()
            assert server._process is not None
            url, database = server.create_database(), [server._process.pid]
        figures = measure(url, database, given.times, given.only)
    print(json.dumps({"database": given.database or "sqlite", **figures}, indent=2))
    return int(any(each["target"] and each["times"] > each["target"] for each in figures.values()))


if __name__ == "__main__":
    sys.exit(main())

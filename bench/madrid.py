"""Every public list, search and detail page of participation, at the size of Madrid, served by one process.

python -m bench.madrid [--database postgresql] [--times 3] [--proposals 10000]

10,000 proposals of one consultation, 40,000 people, 400,000 supports and reactions, 30,000 arguments, 1,000 statements. Each address is asked as a stranger does,
made anew each time (what is kept for strangers is not measured here: ``bench.page_cost``), for every filter, order and several pages of each list. Tells for each kind of
address the median and the 95th percentile of the wall clock and of the processor of this process, and the most queries; flags what is over 150 ms.
The exit status is 1 when a kind is over. Nothing else should run meanwhile: where something does, the processor's time is the one to read.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from itertools import product

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bench.candidates import database
from bench.city import City, Size, build_city
from bench.served import percentile
from civic.kernel.database import db
from civic.opinions.rules import StatementOrder
from civic.pages.service import reindex_everything
from civic.proposals.rules import Category, Sort
from tests.conftest import build, dispose

MOST_MILLISECONDS = 150
WORDS = (
    "vélo",
    "école",
    "place du marché",
    "arbres ombre",
    "pro",
    "commune quartier habitants",
    "eau",
    "zèbre",
    "com",
    "quartier",
    "place&genre=proposal",
    "quartier&page=40",
)


def addresses(city: City) -> Iterator[tuple[str, str]]:
    """Return each address under the name of its kind."""
    one, places = city.consultation, [city.places[0], city.places[-1]]
    yield from (("home", "/") for _ in range(5))
    for status in ("", "?status=open", f"?neighbourhood_id={places[0]}", "?page=2", "?status=finished"):
        yield "consultations", f"/consultations{status}"
    for sort, category, place, page in product(Sort, ("", *list(Category)[:3]), ("", *places), (1, 7, 400)):
        query = f"sort={sort}&category={category}&territory_id={place}&page={page}"
        yield "proposals", f"/consultations/{one}?{query}"
        yield (
            "proposals, API",
            f"/api/v1/consultations/{one}/proposals?"
            + "&".join(each for each in query.split("&") if not each.endswith("=")),
        )
    for proposal in (*city.proposals[:10], *city.proposals[-5:]):
        yield "proposal", f"/propositions/{proposal}"
        yield "proposal, API", f"/api/v1/proposals/{proposal}"
        yield "arguments, API", f"/api/v1/proposals/{proposal}/arguments"
        yield "arguments, other pages", f"/propositions/{proposal}?ordre=eclairants&page=3"
    for order, page in product(StatementOrder, (1, 25)):
        yield "statements", f"/consultations/{one}/affirmations/toutes?sort={order}&page={page}"
        yield "statements, API", f"/api/v1/consultations/{one}/statements?sort={order}&page={page}"
    yield from (("next statement", f"/consultations/{one}/affirmations") for _ in range(5))
    yield from (("search", f"/recherche?q={words}") for words in WORDS)
    yield "feed", "/flux.atom"
    yield "feed", f"/consultations/{one}/flux.atom"
    yield "feed", f"/quartiers/{places[0]}/flux.atom"
    yield "calendar", "/agenda.ics"
    yield "shown elsewhere", "/integration/en-cours"
    yield "shown elsewhere", f"/integration/consultations/{one}"


class Asked:
    """What one kind of address took, in milliseconds."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.costs: list[float] = []
        self.queries: list[int] = []
        self.slowest = ""
        self.refused: set[str] = set()

    def note(self, address: str, wait: float, cost: float, queries: int, status: int) -> None:
        if status >= 400:
            self.refused.add(f"{address}: {status}")
        if not self.waits or wait > max(self.waits):
            self.slowest = address
        self.waits.append(wait)
        self.costs.append(cost)
        self.queries.append(queries)

    def figures(self) -> dict[str, object]:
        return {
            "p50_ms": round(percentile(self.waits, 50)),
            "p95_ms": round(percentile(self.waits, 95)),
            "p95_processor_ms": round(percentile(self.costs, 95)),
            "queries": max(self.queries),
            **({"slowest": self.slowest} if percentile(self.waits, 95) > MOST_MILLISECONDS else {}),
            **({"refused": sorted(self.refused)} if self.refused else {}),
        }


def measure(app: Flask, city: City, times: int) -> dict[str, dict[str, object]]:
    client, asked = app.test_client(), 0
    kinds: dict[str, Asked] = {}

    def note(*_: object) -> None:
        nonlocal asked
        asked += 1

    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", note)
    for kind, address in addresses(city):
        ask(client, address)
        for _ in range(times):
            asked = 0
            wall, processor = time.perf_counter(), time.process_time()
            status = ask(client, address)
            cost, wait = time.process_time() - processor, time.perf_counter() - wall
            kinds.setdefault(kind, Asked()).note(address, 1000 * wait, 1000 * cost, asked, status)
    return {kind: each.figures() for kind, each in kinds.items()}


def ask(client: FlaskClient, address: str) -> int:
    """Ask for an address as nobody did before, so that no page that is kept is the answer."""
    headers = {"X-Live-Refresh": "1"}  # what is never kept
    return client.get(address, headers=headers).status_code


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.madrid")
    parser.add_argument("--database", default="")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--proposals", type=int, default=10_000)
    given = parser.parse_args()
    with database(given.database, durable=True) as url:
        app = build(url)
        began = time.perf_counter()
        with app.app_context():
            city = build_city(Size(proposals=given.proposals))
            reindex_everything()
            db.session.remove()
        print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        kinds = measure(app, city, given.times)
        dispose(app)
    print(json.dumps({"database": given.database or "sqlite", **kinds}, indent=2, ensure_ascii=False))
    return int(any("slowest" in figures for figures in kinds.values()))


if __name__ == "__main__":
    sys.exit(main())

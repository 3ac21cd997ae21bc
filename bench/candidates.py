"""How fast the 200 nearest volunteers are found among a million, by the very search of the product.

python -m bench.candidates [--volunteers 1000000] [--searches 300] [--categories 1] [--database URL] [--growth]

Volunteers live in neighbourhoods of some 2,500 inhabitants around the real places of ../shared/data/territories/places.csv, as many as
their population. Each search is compared with one that reads everybody. Prints JSON figures: wall time, processor time of this process
(processor_ms), and of the process of PostgreSQL that serves it (server_ms); the exit status is 1 when a search is not equal to the one
that reads everybody. --database: "sqlite" makes a file of its own, as does nothing; "postgresql" starts a PostgreSQL of its own; or an address.

--growth: the same with a hundred times fewer volunteers, then ten times, then all; says how much longer a search takes among all, in
processor time of both, than among the fewest, beside how much the logarithm of their number grew.
"""

import argparse
import contextlib
import csv
import gc
import json
import math
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from bench.served import percentile
from civic.app import create_app
from civic.kernel.database import db
from civic.kernel.geometry import Position, distance_metres
from civic.matching.cells import cell_of
from civic.matching.models import VolunteerPlace
from civic.matching.queries.places import Around, Near, search_outwards
from config import ROOT
from tests.conftest import dispose, make_settings

PLACES = ROOT.parent / "shared" / "data" / "territories" / "places.csv"
INHABITANTS = 2_500
WANTED = 200
TOWN = 1


def neighbourhoods(draw: random.Random) -> tuple[list[Position], list[float]]:
    """Return the points that stand for neighbourhoods, and how many live in each."""
    if not PLACES.exists():
        sys.exit(f"{PLACES} is not there: the shared data are needed.")
    points, weights = [], []
    with PLACES.open(newline="") as lines:
        for row in csv.DictReader(lines):
            latitude, longitude = float(row["latitude"]), float(row["longitude"])
            population = max(50, int(row["population"]))
            count = max(1, population // INHABITANTS)
            radius = math.sqrt(population / 6_000 / math.pi) / 111  # in degrees, where 6,000 live on a km²
            for _ in range(count):
                points.append(
                    Position(
                        longitude + draw.gauss(0, radius / 2) / math.cos(math.radians(latitude)),
                        latitude + draw.gauss(0, radius / 2),
                    )
                )
                weights.append(population / count)
    return points, weights


def fill(volunteers: int, categories: int, draw: random.Random) -> tuple[list[Position], "Everybody"]:
    points, weights = neighbourhoods(draw)
    cells = [cell_of(point) for point in points]
    lives = draw.choices(range(len(points)), weights, k=volunteers)
    helps = [draw.randrange(categories) for _ in lives]
    asked = [draw.randrange(1_000_000) for _ in lives]
    rows = [
        {
            "offer_id": number,
            "person_id": number,
            "town_id": TOWN,
            "category": f"c{helps[index]}",
            "cell": cells[place],
            "territory_id": place,
            "longitude": points[place].longitude,
            "latitude": points[place].latitude,
            "is_searchable": True,
            "last_invited": asked[index],
        }
        for index, (number, place) in enumerate(zip(range(1, volunteers + 1), lives, strict=True))
    ]
    table = VolunteerPlace.__table__
    with db.engine.begin() as connection:
        connection.execute(CreateTable(table, include_foreign_key_constraints=[]))  # type: ignore[arg-type]
        for start in range(0, len(rows), 20_000):
            connection.execute(sa.insert(table), rows[start : start + 20_000])
        for index in table.indexes:
            connection.execute(CreateIndex(index))
    settle(table)
    return points, Everybody(points, lives, helps, asked)


def settle(table: sa.FromClause) -> None:
    """Have the database know what it holds, as it does by itself after a while. While something else reads, VACUUM leaves rows to be
    looked at one by one: it is said again until there are none."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("ANALYZE")
            return
        seen = sa.text(
            "SELECT relallvisible::float / relpages FROM pg_class WHERE oid = CAST(:table AS regclass)"
        )
        for _ in range(30):
            connection.exec_driver_sql("VACUUM ANALYZE")
            if connection.scalar(seen, {"table": table.name}) > 0.99:
                return
            time.sleep(1)
        sys.exit("Something keeps PostgreSQL from settling: a transaction is open.")


class Everybody:
    """The search that reads everybody, to be equal to."""

    def __init__(self, points: list[Position], lives: list[int], helps: list[int], asked: list[int]) -> None:
        self.points = points
        self.longitudes = np.array([point.longitude for point in points])
        self.latitudes = np.array([point.latitude for point in points])
        self.by_place: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for index, place in enumerate(lives):
            self.by_place.setdefault((helps[index], place), []).append((asked[index], index + 1))

    def nearest(self, here: Position, category: int) -> list[tuple[int, int, int]]:
        flat = np.hypot(
            (self.longitudes - here.longitude) * math.cos(math.radians(here.latitude)),
            self.latitudes - here.latitude,
        )
        found: list[tuple[int, int, int]] = []
        farthest = math.inf
        for place in np.argsort(flat):
            metres = distance_metres(here, self.points[place])
            if len(found) >= WANTED and metres > farthest * 1.05:
                break
            found += [
                (metres, asked, person) for asked, person in self.by_place.get((category, int(place)), [])
            ]
            if len(found) >= WANTED and farthest is math.inf:
                farthest = max(each[0] for each in found)
        return sorted(found)[:WANTED]


def search(around: Around) -> list[Near]:
    found: list[Near] = []
    for batch in search_outwards(around):
        found += batch
        if len(found) >= WANTED:
            break
    return found[:WANTED]


def measure(url: str, volunteers: int, searches: int, categories: int) -> dict[str, Any]:
    app = create_app(make_settings(url))
    draw = random.Random(1)
    with app.app_context():
        points, everybody = fill(volunteers, categories, draw)
        lived = [place for _, place in everybody.by_place]
        gc.collect()
        gc.freeze()  # the million rows that the comparison keeps are no part of the search
        taken, different = [], 0
        for _ in range(searches):
            place, category = draw.choice(lived), draw.randrange(categories)
            found, times = timed(Around(TOWN, f"c{category}", place, points[place]))
            taken.append(times)
            wanted = everybody.nearest(points[place], category)
            different += [(near.metres, near.last_invited, near.person_id) for near in found] != wanted
        figures = {
            "database": db.engine.dialect.name,
            "volunteers": volunteers,
            "categories": categories,
            "neighbourhoods": len(points),
            "searches": searches,
            "different_from_reading_everybody": different,
        }
        db.session.remove()
        VolunteerPlace.__table__.drop(db.engine)  # type: ignore[attr-defined]
    dispose(app)
    gc.unfreeze()
    for name in taken[0]:
        values = [times[name] for times in taken]
        figures |= {f"{name}_p{percent}": round(percentile(values, percent), 2) for percent in (50, 95, 99)}
        figures[f"{name}_mean"] = round(sum(values) / len(values), 2)
    return figures


def timed(around: Around) -> tuple[list[Near], dict[str, float]]:
    """Return who was found, and the milliseconds that it took: on the clock, of this process, and of the one of PostgreSQL."""
    served = server_processor()
    began, worked = time.perf_counter(), time.process_time()
    found = search(around)
    worked, began = time.process_time() - worked, time.perf_counter() - began
    times = {"ms": began * 1000, "processor_ms": worked * 1000}
    if served is not None:
        time.sleep(0.001)  # until it waits again, and its time is written
        times["server_ms"] = (server_processor() or served) - served
    db.session.rollback()
    return found, times


def server_processor() -> float | None:
    """Return the milliseconds of processor that the process of PostgreSQL behind this session has used, where Linux says it."""
    if db.engine.dialect.name == "sqlite":
        return None
    process = db.session.connection().connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e6
    except OSError:
        return None  # it is on another machine


def grown(url: str, volunteers: int, searches: int, categories: int) -> dict[str, Any]:
    sizes = [volunteers // 100, volunteers // 10, volunteers]
    each = [measure(url, size, searches, categories) for size in sizes]
    taken = [figures["processor_ms_mean"] + figures.get("server_ms_mean", 0.0) for figures in each]
    return {
        "sizes": each,
        "different_from_reading_everybody": sum(one["different_from_reading_everybody"] for one in each),
        "processor_grew_by": round(taken[-1] / taken[0], 2),
        "logarithm_grew_by": round(math.log(sizes[-1]) / math.log(sizes[0]), 2),
    }


@contextlib.contextmanager
def database(name: str, *, durable: bool = False) -> Iterator[str]:
    """Make the database to measure. ``durable``: PostgreSQL writes to the disk before it answers, as a town hall's does."""
    if name == "postgresql":
        from tests.servers import PostgresServer

        server = PostgresServer(durable=durable)
        server.start()
        try:
            yield server.create_database()
        finally:
            server.close()
    elif name and name != "sqlite":
        yield name
    else:
        with tempfile.TemporaryDirectory(prefix="civic-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'civic.sqlite3'}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.candidates")
    parser.add_argument("--volunteers", type=int, default=1_000_000)
    parser.add_argument("--searches", type=int, default=300)
    parser.add_argument("--categories", type=int, default=1)
    parser.add_argument("--database", default="")
    parser.add_argument("--growth", action="store_true")
    given = parser.parse_args()
    with database(given.database) as url:
        figures = (grown if given.growth else measure)(
            url, given.volunteers, given.searches, given.categories
        )
    print(json.dumps(figures, indent=2))
    sys.exit(bool(figures["different_from_reading_everybody"]))

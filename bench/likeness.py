"""Proposals that say the same as what somebody is typing, at the size of a large city: 10,000 proposals, in one process.

``python -m bench.likeness [--database postgresql]``: on SQLite, or on a server of its own. Tells

- of how many pairs the other is found among the first five (``tests/proposals/pairs``: 120 and 60 that set the weights, 40 that did not), by what they
  mean and by their words alone;
- of a whole request while somebody types (reading it, finding, writing the part of a page), the wall clock and the processor of this process
  at the 95th percentile, and the memory that the model and the vectors take.

The exit status is 1 when the 95th percentile is 100 ms or more. Nothing else should run meanwhile.
"""

import argparse
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from bench.candidates import database
from bench.search import write_proposals
from bench.served import percentile
from civic.consultations.models import Consultation, Phase
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.proposals.likeness import kept
from civic.proposals.likeness.queries import find_like
from civic.proposals.likeness.service import learn_everything, own_dictionary
from civic.proposals.models import Meaning
from tests.conftest import add_person, build, dispose, sign_in
from tests.proposals.asking import Asking
from tests.proposals.pairs import Text, others, pairs

MOST_MILLISECONDS = 100.0
FIRST = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.likeness")
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with database(given.database, durable=True) as url:
        app = build(url, finds_by_meaning=True)
        with app.app_context():
            tell_found(app)
            consultation, person = write_town()
        slowest = measure_typing(app, consultation, person)
        dispose(app)
    return 0 if slowest < MOST_MILLISECONDS else 1


# What is found


def tell_found(app: Flask) -> None:
    sets = {
        "that set the weights": pairs("tuning"),
        "further ones": pairs("further"),
        "that set nothing": pairs("figure"),
    }
    both = [pair for each in sets.values() for pair in each]
    asking = Asking()
    crowd = asking.write(others())
    written = asking.write([first for first, _ in both])
    learn_everything()
    for how, does in (("by meaning and words", True), ("by words alone", False)):
        set_meaning(app, does)
        ranks = iter([rank_of(twin, second) for twin, (_, second) in zip(written, both, strict=True)])
        told = [
            f"{sum(next(ranks) < FIRST for _ in each)} of {len(each)} {name}" for name, each in sets.items()
        ]
        print(f"{how}: {', '.join(told)}; {len(crowd)} others")
    set_meaning(app, True)
    with transaction():
        db.session.execute(sa.delete(Consultation))


def rank_of(twin: int, text: Text) -> int:
    found = find_like(text.title, text.body, words=own_dictionary(), is_bounded=False)
    return next((n for n, like in enumerate(found) if like.proposal_id == twin), FIRST)


def set_meaning(app: Flask, does: bool) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], finds_by_meaning=does)


# What it costs


def write_town() -> tuple[int, int]:
    """Write 10,000 proposals of 70 words and learn them. Returns the consultation, in which one proposes, and who does."""
    before = resident()
    write_proposals(random.Random(1))
    start, cost = time.perf_counter(), time.process_time()
    learn_everything()
    print(
        f"learnt in {time.process_time() - cost:.0f} s of processor, {time.perf_counter() - start:.0f} s by the clock"
    )
    row = db.session.scalars(sa.select(Consultation)).one()
    with transaction():
        row.phases = [
            Phase(name="Vos idées", opens_at=utc_now().replace(year=2020), closes_at=utc_now().replace(year=2099), activities=["propose"])
        ]  # fmt: skip
    held = db.session.scalar(sa.select(sa.func.sum(sa.func.length(Meaning.vectors)))) or 0
    wall, unread = time.perf_counter(), resident()
    meanings = kept.read_meanings()
    print(
        f"{len(meanings)} proposals: {held / 1e6:.0f} MB of vectors, first read in {1000 * (time.perf_counter() - wall):.0f} ms,"
        f" {resident() - unread:.0f} MB of memory; since the start {resident() - before:.0f} MB"
    )
    return row.id, add_person("Bruno")


def resident() -> float:
    line = next(
        each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024


def measure_typing(app: Flask, consultation: int, person: int) -> float:
    client = sign_in(app, person)
    address = f"/consultations/{consultation}/propositions/semblables"
    asked = client.get("/envoi", headers={"Accept": "application/json"}).get_json()["csrf_token"]
    slowest = 0.0
    for how, does in (("by meaning and words", True), ("by words alone", False)):
        set_meaning(app, does)
        waits, costs = [], []
        for _, typed in pairs("figure"):
            for title, body in ((typed.title, ""), (typed.title, typed.body), (typed.title, typed.body * 10)):
                wall, cost = time.perf_counter(), time.process_time()
                answer = client.post(address, data={"csrf_token": asked, "title": title, "body": body})
                costs.append(1000 * (time.process_time() - cost))
                waits.append(1000 * (time.perf_counter() - wall))
                assert answer.status_code == 200
        print(
            f"a request while typing, {how}: p95 {percentile(waits, 95):.0f} ms ({percentile(costs, 95):.0f} ms of processor),"
            f" median {percentile(waits, 50):.0f} ms"
        )
        slowest = max(slowest, percentile(waits, 95) if does else 0.0)
    return slowest


if __name__ == "__main__":
    sys.exit(main())

"""The search and the proposals that say the same, at the size of a large city: 10,000 proposals, in one process.

``python -m bench.search [--database postgresql]``: on SQLite, or on a server of its own. Tells the wall clock and the processor of this process at
the 95th percentile over every question, each asked thrice, and how many queries each page makes. Nothing else should run meanwhile.
"""

import argparse
import random
import time
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from bench.candidates import database
from bench.served import percentile
from bench.words import demonstration_words
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationState
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.kernel.words import SMALL_WORDS
from civic.pages.models import SearchTerm
from civic.pages.service import reindex_everything
from civic.proposals import queries
from civic.proposals.likeness.queries import find_like
from civic.proposals.likeness.service import learn_everything, own_dictionary
from civic.proposals.models import Proposal
from civic.proposals.rules import Category
from tests.conftest import add_person, add_town, build, dispose
from tests.proposals.pairs import pairs

PROPOSALS, WORDS_EACH, TIMES = 10_000, 70, 3
QUESTIONS = (
    "vélo", "école", "rue", "la place du marché", "arbres ombre", "stationnement centre ville", "des bancs", "pro", "commune quartier habitants",
    "sécuriser la traversée", "eau", "zèbre", "marché vélo zèbre", "com", "éclairage la nuit", "quartier", "place&genre=proposal", "rue&etat=answered",
    "parc&quartier=2", "jardins partagés&annee=2026", "quartier&page=40", "bus", "les habitants du quartier de la gare", "place rue école marché",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.search")
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with database(given.database, durable=True) as url:
        app = build(url)
        with app.app_context():
            measure_indexing()
        with app.app_context():
            measure_likeness()
        measure("search page", app, [f"/recherche?q={question}" for question in QUESTIONS])
        dispose(app)


def measure_indexing() -> None:
    write_proposals(random.Random(1))
    start = time.process_time()
    reindex_everything()
    seconds = time.process_time() - start
    terms = db.session.scalar(sa.select(sa.func.count()).select_from(SearchTerm))
    print(f"{PROPOSALS} proposals indexed in {seconds:.0f} s of processor: {terms} terms")


def measure_likeness() -> None:
    """What the server does while somebody types, but for the reading and the writing of the request."""
    start = time.process_time()
    learn_everything()
    print(f"learnt in {time.process_time() - start:.0f} s of processor")
    waits, costs = [], []
    for _, typed in pairs("figure"):
        for title, body in ((typed.title, ""), (typed.title, typed.body), (typed.title, typed.body * 10)):
            wall, processor = time.perf_counter(), time.process_time()
            like_views(title, body)
            costs.append(1000 * (time.process_time() - processor))
            waits.append(1000 * (time.perf_counter() - wall))
    print(
        f"proposals that say the same: p95 {percentile(waits, 95):.0f} ms ({percentile(costs, 95):.0f} ms of processor),"
        f" median {percentile(waits, 50):.0f} ms"
    )


def like_views(title: str, body: str) -> object:
    found = [like.proposal_id for like in find_like(title, body, words=own_dictionary(), is_bounded=False)]
    return queries.view_proposals(queries.list_shown(found), reader_id=None)


def write_proposals(chance: random.Random) -> None:
    """Write proposals made of the words of the demonstration, as often as it says them."""
    said = demonstration_words()
    now = utc_now()
    town, places = add_town()
    author = add_person("Ada", lives_in=places[0])
    with transaction():
        consultation = Consultation(
            territory_id=town,
            title="Cadre de vie",
            state=ConsultationState.PUBLISHED,
            created_at=now,
            published_at=now,
        )
        db.session.add(consultation)
        db.session.flush()
        for number in range(PROPOSALS):
            words = chance.choices(said, k=WORDS_EACH)
            title = " ".join([word for word in words if word.casefold() not in SMALL_WORDS][:6]).capitalize()
            written = now - timedelta(hours=number)
            db.session.add(
                Proposal(
                    consultation_id=consultation.id, territory_id=places[number % len(places)], author_id=author, title=title,
                    body_source=" ".join(words), body_html="", category=Category.OTHER, created_at=written, published_at=written,
                )
            )  # fmt: skip


def measure(what: str, app: Flask, addresses: list[str]) -> None:
    client = app.test_client()
    waits, costs, queries = [], [], set()
    for address in addresses:
        client.get(address)
        queries.add(_count_queries(app, lambda address=address: client.get(address)))
        for _ in range(TIMES):
            wall, processor = time.perf_counter(), time.process_time()
            assert client.get(address).status_code == 200
            costs.append(1000 * (time.process_time() - processor))
            waits.append(1000 * (time.perf_counter() - wall))
            if waits[-1] > 100:
                print(f"  {address}: {waits[-1]:.0f} ms ({costs[-1]:.0f} ms of processor)")
    print(
        f"{what}: p95 {percentile(waits, 95):.0f} ms ({percentile(costs, 95):.0f} ms of processor), median {percentile(waits, 50):.0f} ms;"
        f" {min(queries)} to {max(queries)} queries"
    )


def _count_queries(app: Flask, ask: Callable[[], object]) -> int:
    counted = 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", count)
    ask()
    sa.event.remove(engine, "before_cursor_execute", count)
    return counted


if __name__ == "__main__":
    main()

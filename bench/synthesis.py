"""The synthesis of a consultation of Madrid's size: 10,000 proposals, 40,000 people, 400,000 supports, made as its job makes it.

python -m bench.synthesis [--database postgresql]

On SQLite in a folder that is deleted, or on a server of its own. Prints JSON figures: processor time of this process and of the one that finds
themes, statements, time by the clock. The exit status is 1 when it takes 3 s of processor or more.
"""

import argparse
import json
import random
import resource
import sys
import time
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.candidates import database
from civic.accounts.models import Person, Residency, ResidencyStatus
from civic.app import create_app
from civic.consultations.models import Consultation, Phase
from civic.consultations.rules import ConsultationState
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.participation.synthesis.models import Synthesis, Theme
from civic.participation.synthesis.service.making import make_synthesis
from civic.proposals.likeness.dictionary import dictionary
from civic.proposals.likeness.rules import traits_of, weights_of
from civic.proposals.models import Argument, Proposal, Support, Trait
from civic.territories.models import Territory, TerritoryKind
from tests.conftest import make_settings
from tests.statements import statements_of

PEOPLE, PROPOSALS, SUPPORTS, ARGUMENTS, PLACES = 40_000, 10_000, 400_000, 20_000, 21
MOST_SECONDS = 3.0
BATCH = 20_000
SUBJECTS = (
    ("piste cyclable vélo pont carrefour lycée", "Une piste cyclable jusqu’au lycée"),
    ("arbre ombre cour école place canicule", "Des arbres pour l’ombre de la cour"),
    ("propreté poubelle tri déchets rue compost", "Des poubelles de tri dans la rue"),
    ("bus arrêt ligne horaire soir gare", "Un bus le soir vers la gare"),
    ("piscine sport gymnase stade natation", "Ouvrir la piscine l’hiver"),
    ("logement loyer immeuble rénovation chauffage", "Rénover les immeubles froids"),
    ("marché commerce halle producteur centre", "Un marché de producteurs"),
    ("lumière éclairage nuit lampadaire étoile", "Éteindre les lampadaires la nuit"),
)


def build() -> int:
    """Write the town straight into the database. Returns the consultation's id."""
    chance, now = random.Random(7), utc_now()
    with transaction():
        town = Territory(kind=TerritoryKind.COMMUNE, code="M", name="Grande ville", created_at=now)
        db.session.add(town)
        db.session.flush()
        places = [
            Territory(kind=TerritoryKind.NEIGHBOURHOOD, code=f"M{n}", name=f"Quartier {n}", parent_id=town.id, created_at=now)
            for n in range(PLACES)
        ]  # fmt: skip
        db.session.add_all(places)
        consultation = Consultation(
            territory_id=town.id, title="La ville demain", summary="?", body_source="?", body_html="<p>?</p>",
            state=ConsultationState.PUBLISHED, created_at=now, published_at=now,
        )  # fmt: skip
        consultation.phases = [
            Phase(name="Vos idées", opens_at=now - timedelta(days=60), closes_at=now + timedelta(days=30), activities=["propose", "support", "argue"])
        ]  # fmt: skip
        db.session.add(consultation)
        db.session.flush()
        key, town_id, place_ids = consultation.id, town.id, [place.id for place in places]
    _people(chance, place_ids)
    _proposals(chance, key, town_id)
    _supports(chance)
    return key


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        with transaction():
            db.session.execute(sa.insert(model), rows[start : start + BATCH])


def _people(chance: random.Random, places: list[int]) -> None:
    now = utc_now()
    people = [
        {"id": n, "name": f"Personne {n}", "folded_name": "", "language": "fr", "created_at": now, "born_on": date(1935, 1, 1) + timedelta(days=chance.randrange(27_000)) if n % 3 else None}
        for n in range(1, PEOPLE + 1)
    ]  # fmt: skip
    _insert(Person, people)
    homes = [
        {"person_id": n, "territory_id": chance.choice(places), "status": ResidencyStatus.DECLARED, "declared_at": now}
        for n in range(1, PEOPLE + 1)
    ]  # fmt: skip
    _insert(Residency, homes)


def _proposals(chance: random.Random, consultation: int, town: int) -> None:
    now, words = utc_now(), dictionary()
    rows, traits = [], []
    for n in range(1, PROPOSALS + 1):
        subject, title = chance.choice(SUBJECTS)
        picked = chance.sample(subject.split(), 3)
        body = " ".join([*picked, *(f"mot{chance.randrange(2_000)}" for _ in range(12))])
        at = now - timedelta(minutes=chance.randrange(60 * 24 * 60))
        rows.append({"id": n, "consultation_id": consultation, "territory_id": town, "author_id": chance.randrange(1, PEOPLE), "title": f"{title} {n}", "body_source": body, "body_html": body, "category": "other", "created_at": at, "published_at": at, "support_count": 0, "argument_count": 0, "channel": "web"})  # fmt: skip
        weights = weights_of(traits_of(title, body, words))
        traits += [{"trait": trait, "proposal_id": n, "weight": weight} for trait, weight in weights.items()]
    _insert(Proposal, rows)
    _insert(Trait, traits)
    arguments = [
        {"proposal_id": chance.randrange(1, PROPOSALS), "author_id": chance.randrange(1, PEOPLE), "side": chance.choice(("for", "against", "neutral")), "body": "Oui.", "created_at": now}
        for _ in range(ARGUMENTS)
    ]  # fmt: skip
    _insert(Argument, arguments)


def _supports(chance: random.Random) -> None:
    now = utc_now()
    pairs = {(chance.randrange(1, PROPOSALS + 1), chance.randrange(1, PEOPLE + 1)) for _ in range(SUPPORTS)}
    rows = [
        {"proposal_id": proposal, "person_id": person, "created_at": now - timedelta(minutes=chance.randrange(60 * 24 * 60))}
        for proposal, person in pairs
    ]  # fmt: skip
    _insert(Support, rows)
    with transaction():
        held = sa.select(sa.func.count()).where(Support.proposal_id == Proposal.id).scalar_subquery()
        db.session.execute(
            sa.update(Proposal).values(support_count=held).execution_options(synchronize_session=False)
        )


def used(who: int) -> float:
    spent = resource.getrusage(who)
    return spent.ru_utime + spent.ru_stime


def measure(app: Flask) -> dict[str, object]:
    with app.app_context():
        db.create_all()
        consultation = build()
        with transaction():
            db.session.add(Synthesis(consultation_id=consultation))
        before = used(resource.RUSAGE_SELF), used(resource.RUSAGE_CHILDREN), time.perf_counter()
        with statements_of(db.engine) as seen:
            make_synthesis(consultation_id=consultation)
        clock = time.perf_counter() - before[2]
        own, apart = used(resource.RUSAGE_SELF) - before[0], used(resource.RUSAGE_CHILDREN) - before[1]
        told = db.session.get_one(Synthesis, consultation).told or {}
        themes = db.session.scalar(sa.select(sa.func.count()).select_from(Theme))
        return {
            "people": told["people"],
            "counts": told["counts"],
            "themes": themes,
            "statements": len(seen),
            "own_processor_seconds": round(own, 2),
            "themes_processor_seconds": round(apart, 2),
            "clock_seconds": round(clock, 2),
        }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.synthesis")
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with database(given.database, durable=True) as url:
        figures = measure(create_app(make_settings(url)))
    print(json.dumps(figures, indent=2))
    taken = float(str(figures["own_processor_seconds"])) + float(str(figures["themes_processor_seconds"]))
    return 0 if taken < MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())

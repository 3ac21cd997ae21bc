"""Made-up petitions, people who sign them, and the time that goes by."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from civic.accounts.models import Person, Role
from civic.kernel import clock
from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.petitions.models import Petition, PetitionSettings, PetitionSheet, PetitionSignature
from civic.petitions.rules import PetitionRules, PetitionText
from civic.petitions.service.deciding import set_rules
from civic.petitions.service.launching import admit_petition, submit_petition
from tests.conftest import actor_of, add_person

RULES = PetitionRules(threshold=3, share_percent=None, least_age=16, days=30, decision_days=60)
TEXT = PetitionText(
    "Rouvrir la passerelle",
    "Nous demandons au conseil de **voter** les travaux.",
    "Elle est fermée depuis un an.",
)
BORN = date(1961, 3, 14)


def agent(town: int, name: str = "Inès") -> Actor:
    return actor_of(add_person(name, roles=((Role.AGENT, town),)))


def resident(place: int, name: str = "Ada", born_on: date | None = BORN) -> Actor:
    person_id = add_person(name, lives_in=place)
    if born_on is not None:
        with transaction():
            db.session.get_one(Person, person_id).born_on = born_on
    return actor_of(person_id)


def take_petitions(town: int, rules: PetitionRules = RULES, **changes: object) -> None:
    """Have the commune take petitions, under rules."""
    set_rules(agent(town), territory_id=town, is_open=True, wanted=replace(rules, **changes))  # type: ignore[arg-type]


def add_open_petition(town: int, author: Actor, **changes: object) -> int:
    """Make a petition that can be signed. Returns its id."""
    take_petitions(town, **changes)
    petition_id = submit_petition(author, territory_id=town, text=TEXT)
    admit_petition(agent(town), petition_id=petition_id)
    return petition_id


def stored(petition_id: int) -> Petition:
    db.session.rollback()
    return db.session.get_one(Petition, petition_id)


def held() -> list[tuple[object, ...]]:
    """Everything that the tables of petitions hold."""
    db.session.rollback()
    tables = [model.__table__ for model in (PetitionSettings, Petition, PetitionSheet, PetitionSignature)]
    return [
        tuple(row)
        for table in tables
        for row in db.session.execute(sa.select(table).order_by(*table.primary_key))
    ]


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Have every clock of this process say another time."""
    stopwatch = time.monotonic()
    clock.follow(clock.Reading(moment, stopwatch, stopwatch))
    try:
        yield
    finally:
        clock.follow(None)


def after_end(petition_id: int, **later: float) -> datetime:
    closes_at = stored(petition_id).closes_at
    assert closes_at is not None
    return closes_at + timedelta(**later)

"""The commune, its neighbourhoods, its addresses, those who live there, its associations."""

import csv
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import (
    Membership,
    Organisation,
    Person,
    Residency,
    ResidencyStatus,
    Role,
    RoleGrant,
)
from civic.accounts.passwords import hash_password
from civic.demo.script import CONTENT, Script
from civic.kernel.database import db
from civic.kernel.geometry import Position, contains, point_inside
from civic.kernel.text import fold
from civic.territories.models import AddressPoint, Territory, TerritoryKind

PASSWORD = "aubernay-demonstration"
CROWD = 1_200
"""Residents who write nothing but support, react and vote: a twentieth of the town has an account."""

ROLES = {"councillor": Role.COUNCILLOR, "agent": Role.AGENT, "moderator": Role.MODERATOR, "admin": Role.ADMIN}


def build_territories(script: Script) -> None:
    town = script.read("town.json")
    founded = script.days(-1500)
    commune = _territory(TerritoryKind.COMMUNE, town, town["boundary"], None, founded)
    db.session.add(commune)
    db.session.flush()
    script.territories[commune.code] = commune.id
    for feature in script.read("neighbourhoods.geojson")["features"]:
        place = _territory(
            TerritoryKind.NEIGHBOURHOOD, feature["properties"], feature["geometry"], commune.id, founded
        )
        db.session.add(place)
        db.session.flush()
        script.territories[place.code] = place.id
        script.residents[place.id] = []
    _build_addresses(commune.id)


def _territory(
    kind: TerritoryKind, values: dict[str, Any], boundary: dict[str, Any], parent_id: int | None, at: datetime
) -> Territory:
    position = point_inside(boundary)
    return Territory(
        kind=kind,
        code=values["code"],
        name=values["name"],
        parent_id=parent_id,
        boundary=boundary,
        longitude=position.longitude,
        latitude=position.latitude,
        population=values["population"],
        households=values["households"],
        created_at=at,
    )


def _build_addresses(town_id: int) -> None:
    places = list(db.session.scalars(sa.select(Territory).filter_by(parent_id=town_id)))
    with (CONTENT / "addresses.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            position = Position(float(row["lon"]), float(row["lat"]))
            place = next((p for p in places if p.boundary and contains(p.boundary, position)), None)
            label = f"{row['numero']} {row['nom_voie']}"
            db.session.add(
                AddressPoint(
                    territory_id=town_id,
                    neighbourhood_id=place.id if place else None,
                    label=label,
                    folded=fold(label),
                    longitude=position.longitude,
                    latitude=position.latitude,
                )
            )


def build_people(script: Script) -> None:
    password_hash = hash_password(PASSWORD)
    content = script.read("people.json")
    for who in content["people"]:
        person = Person(
            name=f"{who['first_name']} {who['last_name']}",
            email=who["email"],
            phone=who["phone"],
            born_on=_birthday(script, who["age"]),
            password_hash=password_hash if who["demo_account"] else None,
            created_at=script.days(-who["joined_days_ago"]),
        )
        person.email_confirmed_at = person.created_at
        _settle(script, person, who["neighbourhood"], is_verified=who["residency"] == "verified")
        script.ids[who["key"]] = person.id
        for role in who["roles"]:
            if role in ROLES:
                db.session.add(
                    RoleGrant(
                        person_id=person.id,
                        role=ROLES[role],
                        territory_id=script.town_id,
                        granted_at=person.created_at,
                    )
                )
    _build_crowd(script, content["crowd"])


def _birthday(script: Script, age: int) -> date:
    """Return a date on which somebody of this age today was born."""
    return (script.now - timedelta(days=age * 365.25 + script.rng.randrange(1, 360))).date()


def _settle(script: Script, person: Person, code: str, *, is_verified: bool) -> None:
    place = script.territories[code]
    status = ResidencyStatus.VERIFIED if is_verified else ResidencyStatus.DECLARED
    person.residencies.append(Residency(territory_id=place, status=status, declared_at=person.created_at))
    db.session.add(person)
    db.session.flush()
    script.residents[place].append(person.id)
    script.joined[person.id] = person.created_at


def _build_crowd(script: Script, pools: dict[str, Any]) -> None:
    """Draw residents, as many in each neighbourhood as its population says."""
    rng = script.rng
    population = {
        feature["properties"]["code"]: feature["properties"]["population"]
        for feature in script.read("neighbourhoods.geojson")["features"]
    }
    codes = rng.choices(list(population), weights=list(population.values()), k=CROWD)
    for number, code in enumerate(codes):
        decades = rng.choice(list(pools["first_names"]))
        first, last = rng.choice(pools["first_names"][decades]), rng.choice(pools["last_names"])
        born, until = (int(year) for year in decades.split("-"))
        joined = script.days(-rng.randrange(200, 900))
        person = Person(
            name=f"{first} {last}",
            email=f"{fold(first)}.{fold(last)}.{number}@example.org".replace(" ", "-"),
            email_confirmed_at=joined,
            born_on=date(rng.randrange(born, until + 1), rng.randrange(1, 13), rng.randrange(1, 29)),
            created_at=joined,
        )
        _settle(script, person, code, is_verified=rng.random() < 0.9)


def build_associations(script: Script) -> None:
    for values in script.read("associations.json")["associations"]:
        created = script.days(-400)
        organisation = Organisation(
            name=values["name"],
            description=values["description"],
            registration_number=values["rna"],
            territory_id=script.town_id,
            created_at=created,
            verified_at=created + timedelta(days=3),
        )
        db.session.add(organisation)
        db.session.flush()
        script.ids[values["key"]] = organisation.id
        for member in values["members"]:
            person_id = script.ids[member["person"]]
            db.session.add(
                Membership(organisation_id=organisation.id, person_id=person_id, created_at=created)
            )

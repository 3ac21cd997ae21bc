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
    ResidencyProof,
    ResidencyStatus,
    Role,
    RoleGrant,
)
from civic.accounts.passwords import hash_password
from civic.demo.script import CONTENT, Script
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.geometry import Position, contains, point_inside
from civic.kernel.text import fold
from civic.territories.models import AddressPoint, Territory, TerritoryKind

PASSWORD = "aubernay-demonstration"
CROWD = 1_200
"""Residents who write nothing but support, react and vote: a twentieth of the town has an account."""

VERIFIED_SHARE = 0.985
"""Of the crowd: a town hall that keeps up has a few papers to look at, not hundreds."""
VERIFIED_AFTER = timedelta(days=2)
PROOFS = (ResidencyProof.UTILITY_BILL, ResidencyProof.RENT_RECEIPT, ResidencyProof.TAX_NOTICE)

ROLES = {
    "councillor": Role.COUNCILLOR,
    "agent": Role.AGENT,
    "moderator": Role.MODERATOR,
    "safeguarding": Role.SAFEGUARDING,
    "register_keeper": Role.REGISTER_KEEPER,
    "admin": Role.ADMIN,
}


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


def build_people(script: Script, *, with_passwords: bool) -> None:
    """Those who have a name in the content, then the crowd.

    Args:
        with_passwords: whether the accounts to try get the password that everybody may read.
    """
    content = script.read("people.json")
    password_hash = hash_password(PASSWORD) if with_passwords else None
    named = [_named_person(script, who, password_hash) for who in content["people"]]
    crowd = _draw_crowd(script, content["crowd"])
    db.session.add_all(named + crowd)
    db.session.flush()
    for person in named + crowd:
        script.residents[person.residencies[0].territory_id].append(person.id)
        script.joined[person.id] = person.created_at
    script.ids |= {who["key"]: person.id for who, person in zip(content["people"], named, strict=True)}
    _grant_roles(script, content["people"])
    _sign_verifications(script, content["people"])


def _named_person(script: Script, who: dict[str, Any], password_hash: str | None) -> Person:
    joined = script.days(-who["joined_days_ago"])
    person = Person(
        name=f"{who['first_name']} {who['last_name']}",
        email=who["email"],
        email_confirmed_at=joined,
        phone=who["phone"],
        born_on=_birthday(script, who["age"]),
        password_hash=password_hash if who["demo_account"] else None,
        created_at=joined,
    )
    _settle(script, person, who["neighbourhood"], is_verified=who["residency"] == "verified")
    return person


def _birthday(script: Script, age: int) -> date:
    """Return a date on which somebody of this age today was born."""
    today = script.now.astimezone(TOWN_TIME).date()
    return today - timedelta(days=int(age * 365.25) + script.rng.randrange(1, 360))


def _settle(script: Script, person: Person, code: str, *, is_verified: bool) -> None:
    declared = person.created_at
    home = Residency(
        territory_id=script.territories[code], status=ResidencyStatus.DECLARED, declared_at=declared
    )
    if is_verified:
        home.status, home.proof = ResidencyStatus.VERIFIED, script.rng.choice(PROOFS)
        home.verified_at = min(declared + VERIFIED_AFTER, script.now)
    person.residencies.append(home)


def _draw_crowd(script: Script, pools: dict[str, Any]) -> list[Person]:
    """Draw residents, as many in each neighbourhood as its population says."""
    rng = script.rng
    population = {
        feature["properties"]["code"]: feature["properties"]["population"]
        for feature in script.read("neighbourhoods.geojson")["features"]
    }
    codes = rng.choices(list(population), weights=list(population.values()), k=CROWD)
    return [_silent_person(script, pools, number, code) for number, code in enumerate(codes)]


def _silent_person(script: Script, pools: dict[str, Any], number: int, code: str) -> Person:
    rng = script.rng
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
    _settle(script, person, code, is_verified=rng.random() < VERIFIED_SHARE)
    return person


def _grant_roles(script: Script, people: list[dict[str, Any]]) -> None:
    """Every role is on the commune, given by its administrator; nobody gave her hers."""
    admin_id = _first_with_role(script, people, "admin")
    for who in people:
        person_id = script.ids[who["key"]]
        for role in (ROLES[name] for name in who["roles"] if name in ROLES):
            db.session.add(
                RoleGrant(
                    person_id=person_id,
                    role=role,
                    territory_id=script.town_id,
                    granted_at=script.joined[person_id],
                    granted_by_id=None if role is Role.ADMIN else admin_id,
                )
            )


def _sign_verifications(script: Script, people: list[dict[str, Any]]) -> None:
    """An agent saw the papers of each person whose home is verified; another one saw hers."""
    agents = [script.ids[who["key"]] for who in people if "agent" in who["roles"]]
    verified = sa.update(Residency).where(Residency.status == ResidencyStatus.VERIFIED)
    for signer, others in (
        (agents[0], Residency.person_id != agents[0]),
        (agents[1], Residency.person_id == agents[0]),
    ):
        db.session.execute(verified.where(others).values(verified_by_id=signer))


def _first_with_role(script: Script, people: list[dict[str, Any]], role: str) -> int:
    return next(script.ids[who["key"]] for who in people if role in who["roles"])


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

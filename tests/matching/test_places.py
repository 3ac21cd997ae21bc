"""Who lives near is found by cells of the ground, exactly; and what is kept to find them is right after any change."""

import random
from collections.abc import Callable
from math import cos, pi, radians, sin

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person, ResidencyStatus
from civic.accounts.service import people
from civic.accounts.service.own_account import declare_residency
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.geometry import Position, distance_metres
from civic.kernel.transaction import transaction
from civic.matching import cells
from civic.matching.models import VolunteerPlace
from civic.matching.queries import places
from civic.matching.queries.places import Around
from civic.matching.service.duty import set_duty
from civic.matching.service.places import rebuild_places
from civic.mutual_aid.models import Offer
from civic.mutual_aid.rules import Category, OfferDetails, OfferState
from civic.mutual_aid.service.offers import change_offer, set_offer_hidden, set_offer_state
from civic.territories.models import Territory, TerritoryKind
from tests.conftest import actor_of, add_person, add_town
from tests.mutual_aid.making import add_request, add_volunteer, invitations

TOURS = Position(0.69, 47.39)


def test_whatever_is_nearer_than_said_lies_in_the_disk() -> None:
    draw = random.Random(1)
    for resolution, ring in cells.TIERS:
        for _ in range(30):
            here = Position(draw.uniform(-4.5, 8), draw.uniform(42.5, 51))
            cell = cells.cell_of(here)
            metres = cells.metres_within(here, resolution, ring)
            bearing, degrees = draw.uniform(0, 2 * pi), 0.999 * metres / 111_195
            there = Position(
                here.longitude + degrees * sin(bearing) / cos(radians(here.latitude)),
                here.latitude + degrees * cos(bearing),
            )
            if distance_metres(here, there) > metres:
                continue  # the plane is not the globe
            found = cells.cell_of(there)

            ranges = cells.ranges_of_disk(cell, resolution, ring)

            assert any(first <= found <= last for first, last in ranges)
            assert len(ranges) <= 400


def test_who_has_no_place_on_the_map_has_no_cell() -> None:
    assert cells.cell_of(None) == cells.NOWHERE
    assert 0 < cells.cell_of(TOURS) < 2**63


def scatter(town: int, count: int) -> list[tuple[int, int, int, Position]]:
    """Put volunteers around Tours, four in each neighbourhood. Returns those on duty: (person, offer, last invited, position)."""
    draw, made = random.Random(2), []
    with transaction():
        for number in range(count // 4):
            position = Position(TOURS.longitude + draw.gauss(0, 0.05), TOURS.latitude + draw.gauss(0, 0.04))
            place = Territory(
                kind=TerritoryKind.NEIGHBOURHOOD,
                code=f"S{number}",
                name=f"Quartier {number}",
                parent_id=town,
                longitude=position.longitude,
                latitude=position.latitude,
                created_at=utc_now(),
            )
            db.session.add(place)
            db.session.flush()
            made += [(place.id, position)] * 4
    found = []
    with transaction():
        for index, (place_id, position) in enumerate(made):
            person = Person(name="Bénévole", created_at=utc_now())
            db.session.add(person)
            db.session.flush()
            offer = Offer(
                territory_id=town,
                author_id=person.id,
                category=Category.SHOPPING,
                title="Courses",
                state=OfferState.ACTIVE,
                created_at=utc_now(),
                changed_at=utc_now(),
            )
            db.session.add(offer)
            db.session.flush()
            db.session.add(
                VolunteerPlace(
                    offer_id=offer.id,
                    person_id=person.id,
                    town_id=town,
                    category="shopping",
                    cell=cells.cell_of(position),
                    territory_id=place_id,
                    longitude=position.longitude,
                    latitude=position.latitude,
                    is_searchable=index % 7 != 0,
                    last_invited=index % 3,
                )
            )
            if index % 7:
                found.append((person.id, offer.id, index % 3, position))
    return found


def ensure_found_as_by_reading_everybody(
    town: int, here: int, everybody: list[tuple[int, int, int, Position]], draw: random.Random
) -> None:
    at = Position(TOURS.longitude + draw.gauss(0, 0.05), TOURS.latitude + draw.gauss(0, 0.04))
    around = Around(town, "shopping", here, at)
    wanted = sorted(
        (distance_metres(at, position), asked, person, offer) for person, offer, asked, position in everybody
    )

    found = [near for batch in places.search_outwards(around) for near in batch]

    assert [(near.metres, near.last_invited, near.person_id, near.offer_id) for near in found] == wanted


@pytest.mark.parametrize("few", [10_000, 5])
def test_the_nearest_are_found_in_the_order_of_a_search_that_reads_everybody(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(places, "FEW", few)
    town, (here, *_) = add_town()
    everybody, draw = scatter(town, 320), random.Random(3)
    for _ in range(3):
        ensure_found_as_by_reading_everybody(town, here, everybody, draw)


def test_nobody_is_missed_where_people_live_otherwise_than_it_seemed(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_a_disk = {3: places.IN_DISK[places.CROWD].replace(str(places.CROWD), "3")}
    monkeypatch.setattr(places, "IN_DISK", places.IN_DISK | few_a_disk)
    town, (here, *_) = add_town()
    everybody, draw = scatter(town, 120), random.Random(4)
    for density, crowd in ((0.001, 3), (0.001, places.CROWD), (10_000.0, 3)):
        monkeypatch.setattr(places, "_density", lambda *_, seems=density: seems)
        monkeypatch.setattr(places, "CROWD", crowd)

        ensure_found_as_by_reading_everybody(town, here, everybody, draw)


def stored() -> list[tuple[object, ...]]:
    columns = VolunteerPlace.__table__.columns
    rows = db.session.execute(sa.select(*columns).order_by(columns.offer_id, columns.person_id)).all()
    db.session.rollback()
    return [tuple(row) for row in rows]


def test_after_any_change_the_places_are_those_that_would_be_written_anew(app_context: Flask) -> None:
    town, (here, near, far) = add_town()
    ada, bob, eve = (add_volunteer(town, place) for place in (here, near, far))
    newcomer = add_person("Zoé", lives_in=here)
    organisation = people.add_organisation(
        name="Les Voisins", territory_id=town, member_ids=[ada], is_verified=True
    )
    db.session.rollback()
    offers = dict(db.session.execute(sa.select(Offer.author_id, Offer.id)).all())
    db.session.rollback()
    changes: list[Callable[[], object]] = [
        lambda: set_duty(actor_of(ada), on=False),
        lambda: set_duty(actor_of(ada), on=True),
        lambda: set_offer_state(actor_of(bob), offer_id=offers[bob], state=OfferState.PAUSED),
        lambda: set_offer_state(actor_of(bob), offer_id=offers[bob], state=OfferState.ACTIVE),
        lambda: change_offer(
            actor_of(bob), offer_id=offers[bob], details=OfferDetails(Category.PETS, "Je promène")
        ),
        lambda: set_offer_hidden(offer_id=offers[eve], is_hidden=True, now=utc_now()),
        lambda: set_offer_hidden(offer_id=offers[eve], is_hidden=False, now=utc_now()),
        lambda: declare_residency(actor_of(eve), territory_id=here),
        lambda: declare_residency(actor_of(eve), territory_id=None),
        lambda: people.set_residency(person_id=eve, territory_id=far, status=ResidencyStatus.VERIFIED),
        lambda: add_request(newcomer, here),
        lambda: add_offer_of(organisation, town, ada),
    ]
    for change in changes:
        change()
        kept = stored()
        rebuild_places()

        assert stored() == kept
    assert len(kept) == 4


def add_offer_of(organisation: int, town: int, person: int) -> None:
    from civic.mutual_aid.service.offers import offer_help

    offer_help(
        actor_of(person),
        territory_id=town,
        organisation_id=organisation,
        details=OfferDetails(Category.SHOPPING, "Nos courses"),
    )


def test_a_row_that_is_no_longer_true_asks_nobody(app_context: Flask) -> None:
    """The rows are derived: should one lag behind, what it was made of decides."""
    town, (here, *_) = add_town()
    add_volunteer(town, here, is_on_duty=False)
    with transaction():
        db.session.execute(sa.update(VolunteerPlace).values(is_searchable=True))

    request = add_request(add_person(lives_in=here), here)

    assert invitations(request) == {}

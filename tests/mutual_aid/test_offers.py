"""Residents and associations offer help, say where and when, pause and end."""

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.service import people
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.moderation.errors import ContentNotFound
from civic.moderation.rules import SubjectKind
from civic.moderation.service import find_flaggable
from civic.mutual_aid import queries
from civic.mutual_aid.errors import (
    CharterMissing,
    OfferEnded,
    OfferNotFound,
    PlaceOutsideTown,
    ReachRefused,
)
from civic.mutual_aid.models import Charter, Offer
from civic.mutual_aid.rules import Category, DayPart, OfferDetails, OfferState, Slot
from civic.mutual_aid.service.offers import change_offer, offer_help, set_offer_hidden, set_offer_state
from tests.conftest import actor_of, add_person, add_town

COURSES = OfferDetails(category=Category.SHOPPING, title="Je fais vos courses")


def count(table: type) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
    db.session.rollback()
    return found


def test_a_resident_offers_help_and_is_asked_for_the_charter_once(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_person("Ada", lives_in=place)
    details = OfferDetails(
        category=Category.REPAIRS,
        title="Fuites et serrures",
        area_ids=frozenset({place}),
        slots=frozenset({Slot(2, DayPart.EVENING), Slot(1, DayPart.MORNING)}),
    )
    with pytest.raises(CharterMissing):
        offer_help(actor_of(ada), territory_id=town, details=details)
    assert (count(Offer), count(Charter)) == (0, 0)

    offer_id = offer_help(actor_of(ada), territory_id=town, details=details, accepts_charter=True)
    offer_help(actor_of(ada), territory_id=town, details=COURSES)

    offer = queries.present_offer(queries.get_offer(offer_id))
    assert offer.area_names == ("Quartier 0",)
    assert offer.slots == (Slot(1, DayPart.MORNING), Slot(2, DayPart.EVENING))
    assert (count(Offer), count(Charter)) == (2, 1)


def test_who_lives_elsewhere_or_speaks_for_nobody_cannot_offer(app_context: Flask) -> None:
    town, _ = add_town()
    _, (elsewhere, *_) = add_town()
    ada = add_person(lives_in=elsewhere)
    organisation = people.add_organisation(name="A", territory_id=town, member_ids=[], is_verified=True)

    for organisation_id in (None, organisation):
        with pytest.raises(NotAllowed):
            offer_help(
                actor_of(ada),
                territory_id=town,
                details=COURSES,
                organisation_id=organisation_id,
                accepts_charter=True,
            )

    assert (count(Offer), count(Charter)) == (0, 0)


@pytest.mark.parametrize("wrong", ["both", "elsewhere"])
def test_a_reach_that_is_unclear_or_outside_the_commune_is_refused(app_context: Flask, wrong: str) -> None:
    town, (place, *_) = add_town()
    _, (elsewhere, *_) = add_town()
    ada = add_person(lives_in=place)
    details, refusal = {
        "both": (
            OfferDetails(
                category=Category.PETS,
                title="Promenade",
                area_ids=frozenset({place}),
                max_distance_metres=1_000,
            ),
            ReachRefused,
        ),
        "elsewhere": (
            OfferDetails(category=Category.PETS, title="Promenade", area_ids=frozenset({elsewhere})),
            PlaceOutsideTown,
        ),
    }[wrong]

    with pytest.raises(refusal):
        offer_help(actor_of(ada), territory_id=town, details=details, accepts_charter=True)

    assert count(Offer) == 0


def test_an_offer_is_changed_paused_taken_up_again_and_ended_for_good(app_context: Flask) -> None:
    town, (place, near, _) = add_town()
    ada = actor_of(add_person(lives_in=place))
    first = OfferDetails(category=Category.SHOPPING, title="Courses", area_ids=frozenset({place}))
    offer_id = offer_help(ada, territory_id=town, details=first, accepts_charter=True)
    second = OfferDetails(category=Category.SHOPPING, title="Courses", area_ids=frozenset({place, near}))

    change_offer(ada, offer_id=offer_id, details=second)
    set_offer_state(ada, offer_id=offer_id, state=OfferState.PAUSED)
    assert queries.list_offers().items == []
    set_offer_state(ada, offer_id=offer_id, state=OfferState.ACTIVE)
    assert queries.list_offers().items[0].area_ids == (place, near)
    set_offer_state(ada, offer_id=offer_id, state=OfferState.ENDED)

    with pytest.raises(OfferEnded):
        set_offer_state(ada, offer_id=offer_id, state=OfferState.ACTIVE)
    assert queries.get_offer(offer_id).state is OfferState.ENDED


def test_the_offer_of_another_is_not_hers_to_change(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, eve = (actor_of(add_person(lives_in=place)) for _ in range(2))
    offer_id = offer_help(ada, territory_id=town, details=COURSES, accepts_charter=True)

    with pytest.raises(NotAllowed):
        set_offer_state(eve, offer_id=offer_id, state=OfferState.ENDED)
    set_offer_state(ada, offer_id=offer_id, state=OfferState.PAUSED)
    with pytest.raises(OfferNotFound):
        set_offer_state(eve, offer_id=offer_id, state=OfferState.ENDED)

    assert queries.get_offer(offer_id).state is OfferState.PAUSED


def test_a_hidden_offer_is_seen_by_its_author_alone(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, eve = (actor_of(add_person(lives_in=place)) for _ in range(2))
    offer_id = offer_help(ada, territory_id=town, details=COURSES, accepts_charter=True)

    set_offer_hidden(offer_id=offer_id, is_hidden=True, now=utc_now())

    assert queries.list_offers().items == []
    assert queries.get_visible_offer(ada, offer_id).id == offer_id
    with pytest.raises(OfferNotFound):
        queries.get_visible_offer(eve, offer_id)


def test_an_offer_that_is_paused_is_not_read_by_the_form_that_flags_it(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, eve = (actor_of(add_person(lives_in=place)) for _ in range(2))
    offer_id = offer_help(ada, territory_id=town, details=COURSES, accepts_charter=True)
    assert find_flaggable(eve, kind=SubjectKind.OFFER, subject_id=offer_id).id == offer_id

    set_offer_state(ada, offer_id=offer_id, state=OfferState.PAUSED)

    with pytest.raises(ContentNotFound):
        find_flaggable(eve, kind=SubjectKind.OFFER, subject_id=offer_id)


def test_the_list_narrows_and_its_queries_do_not_grow_with_it(app_context: Flask) -> None:
    town, (place, near, _) = add_town()
    ada = actor_of(add_person(lives_in=place))
    for number in range(30):
        details = OfferDetails(
            category=Category.SHOPPING if number % 2 else Category.MEALS,
            title=f"Offre {number}",
            area_ids=frozenset({place if number < 10 else near}),
        )
        offer_help(ada, territory_id=town, details=details, accepts_charter=True)

    assert queries.list_offers(category=Category.MEALS).total == 15
    assert queries.list_offers(territory_id=place).total == 10
    assert _queries_of(5) == _queries_of(30)


def _queries_of(size: int) -> int:
    ran: list[str] = []
    db.session.expire_all()
    listener = lambda *call: ran.append(call[2])  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listener)
    queries.list_offers(size=size)
    sa.event.remove(db.engine, "before_cursor_execute", listener)
    return len(ran)

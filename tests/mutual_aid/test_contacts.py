"""The name, the number, the address and the neighbourhood of a request are corrected, and who comes is told."""

from dataclasses import asdict

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person
from civic.audit.models import AuditEntry
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.service.invitations import accept_invitation
from civic.mutual_aid import queries
from civic.mutual_aid.desk import consents
from civic.mutual_aid.errors import PlaceKept, RequestNotFound, WrongTransition
from civic.mutual_aid.rules import Category, ConsentMode, Contact, RequestState
from civic.mutual_aid.service.contacts import correct_contact
from civic.mutual_aid.service.requests import ask_for_another
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import (
    ADDRESS,
    NAME,
    PHONE,
    add_request,
    add_volunteer,
    invitation_of,
    invitations,
    request_details,
    state_of,
)
from tests.mutual_aid.test_reviewing import add_agent, told

RIGHT = Contact("Odette Vasseur", "06 39 98 18 05", "19 impasse des Glycines")


def contact_of(request: int) -> tuple[Contact, int]:
    found = queries.get_request(request)
    kept = Contact(found.contact_name, found.contact_phone, found.contact_address), found.territory_id
    db.session.rollback()
    return kept


def test_an_agent_corrects_what_she_misheard_and_the_address_stays_sealed(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_agent(town))
    request = ask_for_another(agent, details=request_details(place), consent=ConsentMode.ORAL)

    correct_contact(agent, request_id=request, contact=RIGHT, territory_id=place)

    assert contact_of(request) == (RIGHT, place)
    raw = db.session.execute(sa.text("SELECT contact_address FROM help_request")).scalar_one()
    assert b"Glycines" not in raw
    caller = db.session.get_one(Person, queries.get_request(request).requester_id)
    assert (caller.name, caller.phone) == (RIGHT.name, RIGHT.phone)
    (entry,) = db.session.scalars(sa.select(AuditEntry).filter_by(fact="ContactCorrected"))
    assert entry.actor_id == agent.id
    assert not any(str(value) in str(entry.subjects) for value in asdict(RIGHT).values())
    db.session.rollback()
    again = ask_for_another(agent, details=request_details(place, contact=RIGHT), consent=ConsentMode.ORAL)
    assert queries.get_request(again).requester_id == queries.get_request(request).requester_id


def test_whoever_comes_is_told_that_the_number_changed_and_the_neighbourhood_does_not(
    app_context: Flask,
) -> None:
    town, (place, other, *_) = add_town()
    ada = add_volunteer(town, place, "Ada")
    odette = actor_of(add_person("Odette", lives_in=place))
    request = add_request(odette.id, place)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))

    with pytest.raises(PlaceKept):
        correct_contact(odette, request_id=request, contact=RIGHT, territory_id=other)
    db.session.rollback()
    assert contact_of(request) == (Contact(NAME, PHONE, ADDRESS), place)
    assert "contact_corrected" not in told(ada)
    correct_contact(odette, request_id=request, contact=RIGHT, territory_id=place)

    assert contact_of(request) == (RIGHT, place)
    assert told(ada).count("contact_corrected") == 1


def test_of_another_neighbourhood_volunteers_are_asked_anew(app_context: Flask) -> None:
    town, (place, other, *_) = add_town()
    near, far = (
        add_volunteer(town, place, "Ada", area_ids=frozenset({place})),
        add_volunteer(town, other, "Bob", area_ids=frozenset({other})),
    )
    odette = actor_of(add_person("Odette", lives_in=place))
    request = add_request(odette.id, place)
    assert invitations(request) == {near: "sent"}

    correct_contact(odette, request_id=request, contact=RIGHT, territory_id=other)

    assert invitations(request) == {near: "superseded", far: "sent"}


def test_the_neighbourhood_is_corrected_while_the_town_hall_reads_and_what_expired_stays_so(
    app_context: Flask,
) -> None:
    _, (place, other, *_) = add_town()
    odette = actor_of(add_person("Odette", lives_in=place))
    request = add_request(odette.id, place, category=Category.CHILDCARE)
    assert state_of(request) is RequestState.IN_REVIEW

    correct_contact(odette, request_id=request, contact=RIGHT, territory_id=other)
    assert (contact_of(request), state_of(request)) == ((RIGHT, other), RequestState.IN_REVIEW)
    with transaction():
        queries.get_request(request).state = RequestState.EXPIRED
    correct_contact(odette, request_id=request, contact=RIGHT, territory_id=place)

    assert (contact_of(request), state_of(request)) == ((RIGHT, place), RequestState.EXPIRED)


def test_nobody_else_corrects_and_nothing_is_written_over_what_a_consent_withdrawn_erased(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_agent(town))
    request = ask_for_another(agent, details=request_details(place), consent=ConsentMode.ORAL)

    with pytest.raises(RequestNotFound):
        correct_contact(
            actor_of(add_person(lives_in=place)), request_id=request, contact=RIGHT, territory_id=place
        )
    db.session.rollback()
    assert contact_of(request) == (Contact(NAME, PHONE, ADDRESS), place)
    consents.withdraw_consent(agent, request_id=request)
    with pytest.raises(WrongTransition):
        correct_contact(agent, request_id=request, contact=RIGHT, territory_id=place)
    db.session.rollback()
    assert contact_of(request) == (Contact("", "", None), place)


def test_a_person_corrects_her_own_number_on_the_page_of_her_request(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        odette = add_person("Odette", lives_in=place)
        request = add_request(odette, place)
    own, page = sign_in(app, odette), f"/entraide/demandes/{request}"
    assert ADDRESS not in own.get(page).get_data(as_text=True)
    assert ADDRESS in plain(post_form(own, f"{page}/coordonnees").get_data(as_text=True))
    assert "Personne ne les a vues" in plain(own.get(page).get_data(as_text=True))

    typed = {"contact_name": NAME, "contact_address": ADDRESS, "territory_id": str(place)}
    wrong = post_form(own, f"{page}/coordonnees/correction", contact_phone="06 39 98 18 0", **typed)
    shown = plain(wrong.get_data(as_text=True))
    assert (wrong.status_code, "field-contact_phone-error" in shown, ADDRESS in shown) == (422, True, True)
    right = post_form(own, f"{page}/coordonnees/correction", contact_phone="06 39 98 18 05", **typed)

    assert right.status_code == 302
    with app.app_context():
        assert contact_of(request)[0].phone == "06 39 98 18 05"

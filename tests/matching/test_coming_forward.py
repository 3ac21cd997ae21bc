"""A volunteer reads what is sought and says yes before anybody asked her: under the same rules as whoever is asked."""

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.matching.errors import MayNotComeForward, RequestNotSeeking
from civic.matching.models import Invitation
from civic.matching.service.coming_forward import Readiness, come_forward, readiness_of
from civic.matching.service.duty import set_duty
from civic.matching.service.invitations import decline_invitation
from civic.mutual_aid.errors import RequestNotFound
from civic.mutual_aid.rules import Category, RequestState
from civic.safeguarding.service.blocks import block_person
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import (
    add_request,
    add_volunteer,
    invitation_of,
    invitations,
    matches,
    state_of,
)
from tests.mutual_aid.test_reviewing import told
from tests.statements import statements_of


def sought(place: int, requester: int | None = None) -> int:
    """Make a request for which nobody was asked: who came on duty since is not asked before the next step."""
    return add_request(requester or add_person("Odette", lives_in=place), place)


def late_volunteer(town: int, place: int, **changes: object) -> int:
    return add_volunteer(town, place, "Ada", **changes)  # type: ignore[arg-type]


def test_she_says_yes_to_what_nobody_was_asked_for_and_is_told_once(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    request = sought(place)
    ada = late_volunteer(town, place)
    assert (state_of(request), invitations(request)) == (RequestState.ESCALATED, {})
    assert readiness_of(actor_of(ada), [request]) == {request: Readiness.MAY_HELP}
    db.session.rollback()

    match = come_forward(actor_of(ada), request_id=request)

    assert (invitations(request), matches(request)) == ({ada: "accepted"}, {ada: "accepted"})
    assert state_of(request) is RequestState.FILLED
    assert "invitation_sent" not in told(ada)
    assert db.session.scalar(sa.select(Invitation.score)) is not None
    db.session.rollback()
    with pytest.raises(RequestNotFound):
        come_forward(actor_of(ada), request_id=request)
    assert match


def test_the_rules_of_whoever_is_asked_hold_for_her_and_nothing_is_written(app_context: Flask) -> None:
    town, (place, other, *_) = add_town()
    odette = add_person("Odette", lives_in=place)
    request = sought(place, odette)
    far = late_volunteer(town, other, area_ids=frozenset({other}))
    off_duty = late_volunteer(town, place, is_on_duty=False)
    of_another_kind = late_volunteer(town, place, category=Category.PETS)
    blocked = late_volunteer(town, place)
    block_person(actor_of(blocked), blocker_id=blocked, blocked_id=odette)

    expected = {
        far: Readiness.PLACE,
        off_duty: Readiness.OFF_DUTY,
        of_another_kind: Readiness.NO_OFFER,
        blocked: Readiness.NOT_NOW,
    }
    for person, readiness in expected.items():
        assert readiness_of(actor_of(person), [request]) == {request: readiness}
        db.session.rollback()
        with pytest.raises(MayNotComeForward):
            come_forward(actor_of(person), request_id=request)
        db.session.rollback()
    with pytest.raises(NotAllowed):
        come_forward(actor_of(add_person(lives_in=place)), request_id=request)
    db.session.rollback()

    assert (invitations(request), matches(request)) == ({}, {})


def test_a_no_is_kept_and_a_yes_to_what_she_was_asked_is_that_one(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob = (add_volunteer(town, place, name) for name in ("Ada", "Bob"))
    request = sought(place)
    decline_invitation(actor_of(bob), invitation_id=invitation_of(request, bob))

    assert readiness_of(actor_of(bob), [request]) == {request: Readiness.ANSWERED}
    assert readiness_of(actor_of(ada), [request]) == {request: Readiness.ASKED}
    db.session.rollback()
    with pytest.raises(MayNotComeForward):
        come_forward(actor_of(bob), request_id=request)
    db.session.rollback()
    come_forward(actor_of(ada), request_id=request)

    assert matches(request) == {ada: "accepted"}


def test_a_place_taken_meanwhile_leaves_no_invitation(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, (place, *_) = add_town()
    bob = add_volunteer(town, place, "Bob")
    request = sought(place)
    ada = late_volunteer(town, place)
    monkeypatch.setattr("civic.mutual_aid.queries.take_place", lambda _: False)

    with pytest.raises(RequestNotSeeking):
        come_forward(actor_of(ada), request_id=request)
    db.session.rollback()

    assert (invitations(request), matches(request)) == ({bob: "sent"}, {})


def test_the_list_offers_her_to_help_or_says_why_not(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        request = sought(place)
        ada = late_volunteer(town, place)
    volunteer = sign_in(app, ada)

    page = plain(volunteer.get("/entraide/demandes").get_data(as_text=True))
    assert "Je peux aider" in page
    assert "Vous êtes disponible" in page
    assert "Me dire disponible" not in page
    with app.app_context():
        set_duty(actor_of(ada), on=False)
    page = plain(volunteer.get("/entraide/demandes").get_data(as_text=True))
    assert "Dites-vous disponible pour pouvoir aider" in page
    refused = post_form(volunteer, f"/entraide/demandes/{request}/je-peux-aider")
    assert refused.status_code == 409
    assert "Vous ne pouvez pas dire oui à cette demande" in plain(refused.get_data(as_text=True))
    with app.app_context():
        assert matches(request) == {}
        set_duty(actor_of(ada), on=True)
    assert post_form(volunteer, f"/entraide/demandes/{request}/je-peux-aider").status_code == 302
    with app.app_context():
        assert matches(request) == {ada: "accepted"}


def test_the_list_of_what_is_sought_costs_the_same_whatever_its_length(app_context: Flask) -> None:
    town, (place, other, *_) = add_town()
    asked = [sought(place if n % 2 else other, add_person(f"Rose {n}", lives_in=place)) for n in range(8)]
    ada = actor_of(late_volunteer(town, place))
    seen_of = {}
    for size in (2, 8):
        db.session.rollback()
        with statements_of(db.engine) as seen:
            readiness = readiness_of(ada, asked[:size])
        assert readiness == dict.fromkeys(asked[:size], Readiness.MAY_HELP)
        seen_of[size] = len(seen)

    assert seen_of[8] == seen_of[2]

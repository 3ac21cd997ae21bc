"""A request is moved to another day: whoever was asked for the former hours is not held to them, and may be asked for these."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.matching.errors import RequestAtAnotherTime
from civic.matching.models import Invitation
from civic.matching.service.duty import set_duty
from civic.matching.service.invitations import accept_invitation, decline_invitation
from civic.matching.service.reaching import note_unreached
from civic.mutual_aid import queries
from civic.mutual_aid.errors import PromisedForThen, RequestNotFound, WindowRefused
from civic.mutual_aid.rules import ConsentMode, RequestState, Urgency, Window
from civic.mutual_aid.service.requests import ask_for_another
from civic.mutual_aid.service.windows import propose_another_day
from civic.web.languages import form_instant
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import (
    add_request,
    add_volunteer,
    in_hours,
    invitation_of,
    invitations,
    matches,
    request_details,
    state_of,
)
from tests.mutual_aid.test_reviewing import add_agent


def window_of(request: int) -> Window:
    found = queries.get_request(request).window
    db.session.rollback()
    return found


def test_who_was_asked_for_saturday_is_asked_for_sunday_and_who_said_no_is_left_in_peace(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    ada, bob = (add_volunteer(town, place, name) for name in ("Ada", "Bob"))
    odette = actor_of(add_person("Odette", lives_in=place))
    request = add_request(odette.id, place, urgency=Urgency.FLEXIBLE)
    decline_invitation(actor_of(bob), invitation_id=invitation_of(request, bob))
    first = db.session.get_one(Invitation, invitation_of(request, ada)).sent_at
    db.session.rollback()

    propose_another_day(odette, request_id=request, window=in_hours(30, 36))

    assert invitations(request) == {bob: "declined", ada: "sent"}
    assert db.session.get_one(Invitation, invitation_of(request, ada)).sent_at > first
    db.session.rollback()
    assert state_of(request) is RequestState.DISPATCHING
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    assert matches(request) == {ada: "accepted"}


def test_a_yes_to_the_former_hours_is_none_to_these(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place, "Ada")
    odette = actor_of(add_person("Odette", lives_in=place))
    request = add_request(odette.id, place)
    asked = invitation_of(request, ada)
    set_duty(actor_of(ada), on=False)

    propose_another_day(odette, request_id=request, window=in_hours(30, 36))
    with pytest.raises(RequestAtAnotherTime):
        accept_invitation(actor_of(ada), invitation_id=asked)
    db.session.rollback()

    assert (matches(request), invitations(request)) == ({}, {ada: "superseded"})
    assert state_of(request) is RequestState.ESCALATED


def test_who_no_message_reached_is_asked_anew_for_the_new_hours_and_promises_nothing_for_them_unread(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    ada, bob = (add_volunteer(town, place, name) for name in ("Ada", "Bob"))
    odette = actor_of(add_person("Odette", lives_in=place))
    request = add_request(odette.id, place, urgency=Urgency.FLEXIBLE)
    asked = {person: invitation_of(request, person) for person in (ada, bob)}
    for invitation in asked.values():
        note_unreached(invitation_id=invitation, by="mail", other_ways=(), now=utc_now())
    assert set(invitations(request).values()) == {"failed"}
    set_duty(actor_of(ada), on=False)

    propose_another_day(odette, request_id=request, window=in_hours(30, 36))
    with pytest.raises(RequestAtAnotherTime):
        accept_invitation(actor_of(ada), invitation_id=asked[ada])
    db.session.rollback()

    assert invitations(request) == {ada: "superseded", bob: "sent"}
    assert matches(request) == {}


def test_the_same_window_disturbs_nobody_and_a_past_one_changes_nothing(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place, "Ada")
    odette = actor_of(add_person("Odette", lives_in=place))
    request = add_request(odette.id, place)
    window = window_of(request)

    propose_another_day(odette, request_id=request, window=window)
    for refused in (in_hours(-30, -24), in_hours(24 * 90, 24 * 90 + 3)):
        with pytest.raises(WindowRefused):
            propose_another_day(odette, request_id=request, window=refused)
        db.session.rollback()
    with pytest.raises(RequestNotFound):
        propose_another_day(actor_of(add_person(lives_in=place)), request_id=request, window=in_hours(30, 36))
    db.session.rollback()

    assert (window_of(request), invitations(request)) == (window, {ada: "sent"})


def test_nobody_moves_what_a_volunteer_promised_to_come_for(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_volunteer(town, place, "Ada")
    odette = actor_of(add_person("Odette", lives_in=place))
    request = add_request(odette.id, place, capacity=2)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    window = window_of(request)

    with pytest.raises(PromisedForThen):
        propose_another_day(odette, request_id=request, window=in_hours(30, 36))
    db.session.rollback()

    assert (window_of(request), matches(request)) == (window, {ada: "accepted"})


def test_an_agent_agrees_on_another_day_with_who_telephoned_and_reads_how_many_were_asked(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent = add_agent(town)
        request = ask_for_another(
            actor_of(agent),
            details=request_details(place, urgency=Urgency.URGENT),
            consent=ConsentMode.ORAL,
        )
        add_volunteer(town, place, "Ada")
    desk, page = sign_in(app, agent), f"/entraide/demandes/{request}"
    assert "Proposer un autre jour" in desk.get(page).get_data(as_text=True)

    starts_at = utc_now() + timedelta(days=2)
    refused = post_form(
        desk, f"{page}/autre-jour", starts_at=form_instant(starts_at), ends_at="2020-01-01T10:00"
    )
    assert (refused.status_code, "field-ends_at-error" in refused.get_data(as_text=True)) == (422, True)
    ends_at = starts_at + timedelta(hours=4)
    moved = post_form(
        desk, f"{page}/autre-jour", starts_at=form_instant(starts_at), ends_at=form_instant(ends_at)
    )

    shown = plain(desk.get(moved.location).get_data(as_text=True))
    assert "La demande est partie : 1 bénévole est sollicité" in shown
    assert "La demande est partie" not in plain(desk.get(moved.location).get_data(as_text=True))
    with app.app_context():
        kept = queries.get_request(request)
        assert (form_instant(kept.starts_at), form_instant(kept.ends_at)) == (
            form_instant(starts_at),
            form_instant(ends_at),
        )
        assert kept.urgency is Urgency.TODAY
        assert kept.consent is not None
        assert kept.consent.valid_until == kept.ends_at
        assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 1

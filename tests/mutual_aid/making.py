"""Persons, offers and requests for the tests of mutual aid and of matching (an application context is needed)."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.models import Invitation, Match
from civic.matching.service.duty import set_duty
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import (
    Category,
    Contact,
    OfferDetails,
    RequestDetails,
    RequestState,
    Urgency,
    Window,
)
from civic.mutual_aid.service.offers import offer_help
from civic.mutual_aid.service.requests import ask_for_help
from civic.mutual_aid.volunteers.models import VolunteerProfile
from civic.mutual_aid.volunteers.rules import LARGEST_CEILING, QuietHours
from tests.conftest import actor_of, add_person

ADDRESS = "17 impasse des Glycines"
PHONE = "01 99 00 12 34"
NAME = "Odette Vasseur-Lemoine"


def request_details(place: int, **changes: object) -> RequestDetails:
    now = utc_now()
    values: dict[str, object] = {
        "category": Category.SHOPPING,
        "title": "Quelques courses lourdes",
        "text": "Un pack d’eau et des pommes de terre.",
        "territory_id": place,
        "window": Window(now, now + timedelta(hours=8)),
        "urgency": Urgency.TODAY,
        "capacity": 1,
        "contact": Contact(NAME, PHONE, ADDRESS),
        **changes,
    }
    return RequestDetails(**values)  # type: ignore[arg-type]


def add_volunteer(
    town: int,
    lives_in: int,
    name: str = "Bénévole",
    *,
    is_on_duty: bool = True,
    has_usual_limits: bool = False,
    **changes: object,
) -> int:
    """Make a resident with an offer of shopping, on duty, who may be asked at any hour. Returns her id."""
    person = add_person(name, lives_in=lives_in)
    values: dict[str, object] = {
        "category": Category.SHOPPING,
        "title": "Je fais vos courses",
        **changes,
    }
    offer_help(
        actor_of(person),
        territory_id=town,
        details=OfferDetails(**values),  # type: ignore[arg-type]
        accepts_charter=True,
    )
    if not has_usual_limits:
        disturb_at_any_hour(person)
    if is_on_duty:
        set_duty(actor_of(person), on=True)
    return person


AT_ANY_HOUR = QuietHours(0, 0)


def disturb_at_any_hour(person: int) -> None:
    """Have a volunteer asked by night as by day, and often: tests are run at any hour."""
    with transaction():
        db.session.add(
            VolunteerProfile(
                person_id=person,
                by_mail=True,
                by_sms=False,
                quiet_from_hour=0,
                quiet_to_hour=0,
                weekly_ceiling=LARGEST_CEILING,
                changed_at=utc_now(),
            )
        )


def add_request(requester: int, place: int, **changes: object) -> int:
    return ask_for_help(actor_of(requester), details=request_details(place, **changes))


def invitations(request_id: int) -> dict[int, str]:
    """Return the state of each invitation by volunteer, in the order in which they were sent."""
    rows = db.session.execute(
        sa.select(Invitation.volunteer_id, Invitation.state)
        .filter_by(request_id=request_id)
        .order_by(Invitation.rank)
    ).all()
    db.session.rollback()
    return {row.volunteer_id: row.state.value for row in rows}


def invitation_of(request_id: int, volunteer: int) -> int:
    found = db.session.scalars(
        sa.select(Invitation.id).filter_by(request_id=request_id, volunteer_id=volunteer)
    ).one()
    db.session.rollback()
    return found


def matches(request_id: int) -> dict[int, str]:
    rows = db.session.execute(
        sa.select(Match.volunteer_id, Match.state).filter_by(request_id=request_id).order_by(Match.id)
    ).all()
    db.session.rollback()
    return {row.volunteer_id: row.state.value for row in rows}


def state_of(request_id: int) -> RequestState:
    found = db.session.scalars(sa.select(HelpRequest.state).filter_by(id=request_id)).one()
    db.session.rollback()
    return found


def filled_of(request_id: int) -> int:
    found = db.session.scalars(sa.select(HelpRequest.filled).filter_by(id=request_id)).one()
    db.session.rollback()
    return found


def in_hours(first: float, last: float) -> Window:
    now = utc_now()
    return Window(now + timedelta(hours=first), now + timedelta(hours=last))


def in_minutes(count: float) -> datetime:
    return utc_now() + timedelta(minutes=count)

"""What mutual aid holds of a person: given to her when she asks, removed when she leaves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.mutual_aid.models import Caller, Charter, Consent, HelpRequest, Offer
from civic.mutual_aid.reviewing.models import RequestReview
from civic.mutual_aid.rules import CANCELLABLE
from civic.mutual_aid.service.requests import cancel_for_departure

TITLE_LEFT = "Demande effacée"


@exports_personal_data("mutual_aid")
def export(person_id: int) -> dict[str, Any]:
    offers = db.session.scalars(sa.select(Offer).filter_by(author_id=person_id).order_by(Offer.id))
    requests = db.session.scalars(
        sa.select(HelpRequest).filter_by(requester_id=person_id).order_by(HelpRequest.id)
    )
    return {
        "offers": [_offer(offer) for offer in offers],
        "requests": [_request(request) for request in requests],
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "category": offer.category.value,
        "title": offer.title,
        "text": offer.text,
        "state": offer.state.value,
        "created_at": iso_utc(offer.created_at),
    }


def _request(request: HelpRequest) -> dict[str, Any]:
    return {
        "category": request.category.value,
        "title": request.title,
        "text": request.text,
        "starts_at": iso_utc(request.starts_at),
        "ends_at": iso_utc(request.ends_at),
        "state": request.state.value,
        "languages": request.languages,
        "wishes": request.wishes,
        "skills": request.skills,
        "redirected_to": request.redirected_to,
        "contact": {
            "name": request.contact_name,
            "phone": request.contact_phone,
            "address": request.contact_address,
        },
        "created_at": iso_utc(request.created_at),
    }


@erases_personal_data("mutual_aid")
def erase(person_id: int, now: datetime) -> None:
    """What she asked for is cancelled, so that nobody rings at her door, then emptied; her own offers go. The numbers remain."""
    asked_for = sa.select(HelpRequest).filter_by(requester_id=person_id).order_by(HelpRequest.id)
    requests = list(db.session.scalars(asked_for))
    for request in requests:
        if request.state in CANCELLABLE:
            cancel_for_departure(request_id=request.id, actor_id=person_id, now=now)
        request.title, request.text = TITLE_LEFT, ""
        request.languages, request.wishes, request.skills, request.redirected_to = [], [], [], None
        request.contact_name, request.contact_phone, request.contact_address = "", "", None
    own = sa.and_(Offer.author_id == person_id, Offer.organisation_id.is_(None))
    db.session.execute(sa.delete(Offer).where(own))
    asked = sa.select(HelpRequest.id).where(HelpRequest.requester_id == person_id)
    db.session.execute(
        sa.update(RequestReview).where(RequestReview.request_id.in_(asked)).values(read_as=None)
    )
    for table in (Charter, Caller, Consent):
        db.session.execute(sa.delete(table).where(table.person_id == person_id))
    db.session.flush()

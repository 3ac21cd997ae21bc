"""Duty, and who may be asked for a request."""

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts.models import Membership, Organisation, Person, Residency
from civic.kernel.database import db
from civic.kernel.geometry import Position, distance_metres
from civic.matching.models import Duty, Invitation, Match
from civic.matching.rules import ENGAGED, Candidate
from civic.mutual_aid.models import HelpRequest, Offer
from civic.mutual_aid.rules import OfferState, Slot, Window
from civic.territories.models import Territory


def is_on_duty(person_id: int) -> bool:
    return bool(db.session.scalar(sa.select(Duty.on).filter_by(person_id=person_id)))


def lock_duty(person_id: int, now: datetime) -> Duty:
    """Return a person's duty, which nobody else changes until the end of the transaction; the first time, written as off."""
    duty = _locked_duty(person_id)
    if duty is not None:
        return duty
    try:
        with db.session.begin_nested():
            db.session.add(Duty(person_id=person_id, on=False, since=now))
    except IntegrityError:  # two taps on the switch, at the very first time
        pass
    return db.session.get_one(Duty, person_id)


def _locked_duty(person_id: int) -> Duty | None:
    query = sa.select(Duty).filter_by(person_id=person_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def has_active_offer(person_id: int) -> bool:
    """Tell whether a person, or an association that she speaks for, has an offer that holds."""
    return db.session.scalar(_offers_of_volunteers().where(Person.id == person_id).limit(1)) is not None


def list_communes_of(person_id: int) -> set[int]:
    """Return the communes where a person's offers, or those of her associations, hold."""
    offers = _offers_of_volunteers().where(Person.id == person_id)
    return set(db.session.scalars(offers.with_only_columns(Offer.territory_id).distinct()))


def _offers_of_volunteers() -> sa.Select[int, int]:
    """Each active offer with each person behind it: its author, or the members of the association whose offer it is."""
    behind = sa.or_(
        sa.and_(Offer.organisation_id.is_(None), Person.id == Offer.author_id),
        Person.id.in_(
            sa.select(Membership.person_id)
            .join(Organisation)  # an association speaks once an agent has verified it
            .where(Membership.organisation_id == Offer.organisation_id, Organisation.verified_at.is_not(None))
        ),
    )
    return (
        sa.select(Person.id, Offer.id)
        .select_from(Offer)
        .join(Person, behind)
        .where(Offer.state == OfferState.ACTIVE, Offer.hidden_at.is_(None), Person.deactivated_at.is_(None))
    )


def list_candidates(request: HelpRequest) -> list[Candidate]:
    """Return the volunteers on duty who offer such help and were not asked for this request, in no order.

    Places are those of neighbourhoods: where a person lives inside hers is not read. The number of queries is constant.
    """
    asked = sa.select(Invitation.volunteer_id).filter_by(request_id=request.id)
    town_id = sa.select(sa.func.coalesce(Territory.parent_id, Territory.id)).where(
        Territory.id == request.territory_id
    )
    rows = db.session.execute(
        _offers_of_volunteers()
        .join(Duty, sa.and_(Duty.person_id == Person.id, Duty.on.is_(True)))
        .join(Residency, Residency.person_id == Person.id, isouter=True)
        .where(
            Offer.category == request.category,
            Offer.territory_id == town_id.scalar_subquery(),
            Person.id != request.requester_id,
            Person.id.not_in(asked),
        )
        .with_only_columns(Person.id.label("person_id"), Offer.id.label("offer_id"), Residency.territory_id)
    ).all()
    people = {row.person_id for row in rows}
    offers = _offers_by_id({row.offer_id for row in rows})
    metres = _metres_from(request.territory_id)
    engagements, asked_at = _engagements_of(people), _last_asked(people)
    return [
        Candidate(
            volunteer_id=row.person_id,
            offer_id=row.offer_id,
            area_metres=metres.get(row.territory_id),
            max_distance_metres=offers[row.offer_id].max_distance_metres,
            served_ids=frozenset(offers[row.offer_id].area_ids),
            slots=tuple(Slot(slot.weekday, slot.part) for slot in offers[row.offer_id].slots),
            engagements=tuple(engagements[row.person_id]),
            last_invited_at=asked_at.get(row.person_id),
        )
        for row in rows
    ]


def _offers_by_id(offer_ids: set[int]) -> dict[int, Offer]:
    return {offer.id: offer for offer in db.session.scalars(sa.select(Offer).where(Offer.id.in_(offer_ids)))}


def _metres_from(territory_id: int) -> dict[int, int]:
    """Return the distance between the positions that stand for the neighbourhoods; 0 within the same one."""
    rows = db.session.execute(
        sa.select(Territory.id, Territory.longitude, Territory.latitude).where(
            Territory.longitude.is_not(None), Territory.latitude.is_not(None)
        )
    )
    positions = {row.id: Position(row.longitude, row.latitude) for row in rows}
    here = positions.get(territory_id)
    if here is None:
        return {territory_id: 0}
    return {
        place_id: 0 if place_id == territory_id else distance_metres(here, position)
        for place_id, position in positions.items()
    }


def _engagements_of(person_ids: set[int]) -> defaultdict[int, list[Window]]:
    rows = db.session.execute(
        sa.select(Match.volunteer_id, HelpRequest.starts_at, HelpRequest.ends_at)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(Match.volunteer_id.in_(person_ids), Match.state.in_(ENGAGED))
    )
    windows: defaultdict[int, list[Window]] = defaultdict(list)
    for row in rows:
        windows[row.volunteer_id].append(Window(row.starts_at, row.ends_at))
    return windows


def _last_asked(person_ids: set[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        sa.select(Invitation.volunteer_id, sa.func.max(Invitation.sent_at).label("sent_at"))
        .where(Invitation.volunteer_id.in_(person_ids))
        .group_by(Invitation.volunteer_id)
    )
    return {row.volunteer_id: row.sent_at for row in rows}

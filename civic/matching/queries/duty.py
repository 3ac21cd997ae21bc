"""Who is on duty, and which persons are behind an offer."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts.models import Membership, Organisation, Person
from civic.kernel.database import db
from civic.matching.models import Duty
from civic.mutual_aid.models import Offer
from civic.mutual_aid.rules import OfferState


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
    return db.session.scalar(offers_of_volunteers().where(Person.id == person_id).limit(1)) is not None


def list_communes_of(person_id: int) -> set[int]:
    """Return the communes where a person's offers, or those of her associations, hold."""
    offers = offers_of_volunteers().where(Person.id == person_id)
    return set(db.session.scalars(offers.with_only_columns(Offer.territory_id).distinct()))


def offers_of_volunteers() -> sa.Select[int, int]:
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

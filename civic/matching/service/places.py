"""Where volunteers may be found, kept as offers, associations, residencies and duties say: derived rows, made again whenever one changes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Person, Residency
from civic.kernel.database import db
from civic.kernel.geometry import Position
from civic.kernel.transaction import collect, transaction
from civic.matching.cells import cell_of
from civic.matching.models import Duty, Invitation, VolunteerPlace
from civic.matching.queries import offers_of_volunteers
from civic.mutual_aid.models import Offer
from civic.territories.models import Territory

AT_ONCE = 500


def place_again(person_ids: Iterable[int]) -> None:
    """Have the places of these persons written anew at the end of the open transaction."""
    for person_id in person_ids:
        collect(_write_places, person_id)


def place_behind_offer(offer_id: int) -> None:
    """The same for whoever is, or was, behind an offer."""
    behind = offers_of_volunteers().where(Offer.id == offer_id).with_only_columns(Person.id)
    known = sa.select(VolunteerPlace.person_id).filter_by(offer_id=offer_id)
    place_again({*db.session.scalars(behind), *db.session.scalars(known)})


def note_invited(person_id: int, now: datetime) -> None:
    """Have a person come after those who were asked longer ago, where nothing else sets them apart."""
    collect(_write_invited, (person_id, int(now.timestamp())))


def rebuild_places() -> int:
    """Write the places of everybody anew. Returns how many rows there are."""
    with transaction():
        db.session.execute(sa.delete(VolunteerPlace))
        people = list(db.session.scalars(offers_of_volunteers().with_only_columns(Person.id).distinct()))
        for start in range(0, len(people), AT_ONCE):
            _insert(people[start : start + AT_ONCE])
    return db.session.scalar(sa.select(sa.func.count()).select_from(VolunteerPlace)) or 0


def _write_places(person_ids: list[int]) -> None:
    """With their persons locked, so that of two commands about the same one the second reads what the first wrote."""
    people = sorted(set(person_ids))
    locked = sa.select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
    db.session.execute(locked.with_for_update(key_share=True)).all()
    _lock_places(people)  # a search that asked them locks the same rows, in this order
    db.session.execute(
        sa.delete(VolunteerPlace)
        .where(VolunteerPlace.person_id.in_(people))
        .execution_options(synchronize_session=False)
    )
    _insert(people)


def _insert(people: list[int]) -> None:
    rows = db.session.execute(
        offers_of_volunteers()
        .join(Duty, sa.and_(Duty.person_id == Person.id, Duty.on.is_(True)), isouter=True)
        .join(Residency, Residency.person_id == Person.id, isouter=True)
        .join(Territory, Territory.id == Residency.territory_id, isouter=True)
        .where(Person.id.in_(people))
        .with_only_columns(
            Offer.id.label("offer_id"),
            Person.id.label("person_id"),
            Offer.territory_id.label("town_id"),
            Offer.category,
            Residency.territory_id,
            Territory.longitude,
            Territory.latitude,
            Duty.person_id.is_not(None).label("is_searchable"),
        )
    ).all()
    if rows:
        asked = _last_asked(people)
        db.session.execute(sa.insert(VolunteerPlace), [_values(row, asked) for row in rows])


def _values(row: Any, asked: dict[int, int]) -> dict[str, Any]:
    has_position = row.longitude is not None and row.latitude is not None
    return {
        **row._asdict(),
        "category": row.category.value,
        "cell": cell_of(Position(row.longitude, row.latitude) if has_position else None),
        "last_invited": asked.get(row.person_id, 0),
    }


def _last_asked(people: list[int]) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(Invitation.volunteer_id, sa.func.max(Invitation.sent_at).label("sent_at"))
        .where(Invitation.volunteer_id.in_(people))
        .group_by(Invitation.volunteer_id)
    )
    return {row.volunteer_id: int(row.sent_at.timestamp()) for row in rows}


def _write_invited(invited: list[tuple[int, int]]) -> None:
    """In the order of the rows, so that two searches that chose the same persons do not wait for each other."""
    latest = dict(sorted(invited))
    _lock_places(latest)
    for person_id, instant in latest.items():
        db.session.execute(
            sa.update(VolunteerPlace)
            .where(VolunteerPlace.person_id == person_id, VolunteerPlace.last_invited < instant)
            .values(last_invited=instant)
            .execution_options(synchronize_session=False)
        )


def _lock_places(person_ids: Iterable[int]) -> None:
    locked = (
        sa.select(VolunteerPlace.person_id)
        .where(VolunteerPlace.person_id.in_(person_ids))
        .order_by(VolunteerPlace.person_id, VolunteerPlace.offer_id)
    )
    db.session.execute(locked.with_for_update()).all()

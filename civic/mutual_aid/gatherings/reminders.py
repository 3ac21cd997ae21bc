"""Reminding who has a place in a shift, the day before."""

from datetime import datetime

import sqlalchemy as sa

from civic.kernel import outbox
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.gatherings import queries
from civic.mutual_aid.gatherings.events import PlaceIsTomorrow
from civic.mutual_aid.gatherings.models import Gathering, Shift, ShiftPlace
from civic.mutual_aid.gatherings.rules import GatheringState, PlaceState
from civic.mutual_aid.reminding.queries import get_hour
from civic.mutual_aid.reminding.rules import reminded_at
from civic.territories import queries as territories

TIMER = "gatherings.reminder"


def owe_reminder(place: ShiftPlace, *, now: datetime) -> None:
    """Owe the timer of a place, inside the transaction that took it; none where the evening before is past: she has just said yes."""
    shift = queries.get_shift(place.shift_id)
    territory_id = queries.get_gathering(shift.gathering_id).territory_id
    due_at = reminded_at(shift.starts_at, hour=get_hour(territory_id))
    if due_at > now:
        outbox.owe(TIMER, {"place_id": place.id}, now=now, due_at=due_at)


def remind(*, place_id: int, now: datetime) -> None:
    """Do what a timer says is due, once: nothing for who gave her place up, or whose gathering is called off."""
    with transaction():
        place = db.session.get(ShiftPlace, place_id)
        if place is None:
            return
        shift = queries.lock_shift(place.shift_id)
        db.session.refresh(place)
        gathering = queries.get_gathering(shift.gathering_id)
        if (
            place.state is not PlaceState.TAKEN
            or place.reminded_at is not None
            or gathering.state is not GatheringState.PUBLISHED
            or now >= shift.starts_at
        ):
            return
        due_at = reminded_at(shift.starts_at, hour=get_hour(gathering.territory_id))
        if now < due_at:  # the commune chose a later hour
            outbox.owe(TIMER, {"place_id": place_id}, now=now, due_at=due_at)
            return
        place.reminded_at = now
        publish(
            PlaceIsTomorrow(occurred_at=now, place_id=place.id, shift_id=shift.id, person_id=place.person_id)
        )


def owe_again(*, town_id: int, now: datetime) -> None:
    """Owe the timers of what is to come at the hour that was just chosen. One that is served after another does nothing."""
    with transaction():
        coming = (
            sa.select(ShiftPlace)
            .join(Shift, Shift.id == ShiftPlace.shift_id)
            .join(Gathering, Gathering.id == Shift.gathering_id)
            .where(
                Gathering.territory_id.in_(territories.ids_within(town_id)),
                ShiftPlace.state == PlaceState.TAKEN,
                ShiftPlace.reminded_at.is_(None),
                Shift.starts_at > now,
            )
        )
        for place in list(db.session.scalars(coming)):
            owe_reminder(place, now=now)

"""What happens to places when a hold ends, when somebody is suspended or her account closed, and when she leaves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.events import PersonDeactivated
from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers
from civic.mutual_aid.gatherings import reminders, service
from civic.mutual_aid.gatherings.events import PlaceChanged
from civic.mutual_aid.gatherings.models import Gathering, Shift, ShiftPlace, ShiftQuarter
from civic.mutual_aid.gatherings.rules import PlaceState
from civic.mutual_aid.reminding.events import ReminderHourChanged
from civic.safeguarding.events import VolunteerSuspendedFact


@delivers(service.HOLD_TIMER)
def end_hold(payload: dict[str, Any]) -> None:
    service.end_hold(
        place_id=payload["place_id"],
        held_until=datetime.fromisoformat(payload["held_until"]),
        now=utc_now(),
    )


@within_transaction(PlaceChanged)
def owe_reminder(fact: PlaceChanged) -> None:
    if fact.state == PlaceState.TAKEN.value:
        reminders.owe_reminder(db.session.get_one(ShiftPlace, fact.place_id), now=fact.occurred_at)


@within_transaction(ReminderHourChanged)
def owe_reminders_again(fact: ReminderHourChanged) -> None:
    reminders.owe_again(town_id=fact.territory_id, now=fact.occurred_at)


@delivers(reminders.TIMER)
def remind(payload: dict[str, Any]) -> None:
    reminders.remind(place_id=payload["place_id"], now=utc_now())


@within_transaction(VolunteerSuspendedFact, PersonDeactivated)
def leave_all(fact: Any) -> None:
    service.leave_all(person_id=fact.person_id, now=fact.occurred_at)


@exports_personal_data("gatherings")
def export(person_id: int) -> dict[str, Any]:
    rows = db.session.execute(
        sa.select(Gathering.title, Shift.role, Shift.starts_at, Shift.ends_at, ShiftPlace.state)
        .join(Shift, Shift.gathering_id == Gathering.id)
        .join(ShiftPlace, ShiftPlace.shift_id == Shift.id)
        .where(ShiftPlace.person_id == person_id)
        .order_by(ShiftPlace.id)
    )
    return {
        "places": [
            {
                "title": row.title,
                "shift_role": row.role,
                "starts_at": iso_utc(row.starts_at),
                "ends_at": iso_utc(row.ends_at),
                "state": row.state.value,
            }
            for row in rows
        ]
    }


@erases_personal_data("gatherings")
def erase(person_id: int, now: datetime) -> None:
    """Her places go to those who wait; then nothing says that she came."""
    service.leave_all(person_id=person_id, now=now)
    db.session.execute(sa.delete(ShiftQuarter).where(ShiftQuarter.person_id == person_id))
    db.session.execute(sa.delete(ShiftPlace).where(ShiftPlace.person_id == person_id))
    db.session.execute(sa.update(Gathering).where(Gathering.author_id == person_id).values(author_id=None))
    db.session.flush()

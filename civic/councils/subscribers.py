"""What the councils hold of a person: given to her when she asks, removed when she leaves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.councils.models import Council, Seat
from civic.councils.sittings.queries import forget_seat
from civic.kernel.database import db


@exports_personal_data("council_seats")
def export_seats(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(Council.name, Seat.role, Seat.since)
        .join(Council, Council.id == Seat.council_id)
        .where(Seat.person_id == person_id)
        .order_by(Seat.id)
    )
    return [{"council": row.name, "role": row.role.value, "since": row.since.isoformat()} for row in rows]


@erases_personal_data("council_seats")
def leave_seats(person_id: int, now: datetime) -> None:
    """Leave the person's seats vacant: who sits is public, so the name goes with the account."""
    held = sa.select(Seat.id).where(Seat.person_id == person_id).order_by(Seat.id)
    for seat_id in db.session.scalars(held).all():
        forget_seat(seat_id)
    leave = sa.update(Seat).where(Seat.person_id == person_id).values(person_id=None, name=None)
    db.session.execute(leave.execution_options(synchronize_session=False))

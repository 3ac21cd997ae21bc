"""What time brings to draws, and what they hold of a person: given to her when she asks, forgotten when she leaves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.councils.sortition.models import Draw, DrawnPlace, DrawOwner
from civic.councils.sortition.service import drawing, preparing
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import delivers


@delivers(preparing.ERASE)
def erase(owed: dict[str, Any]) -> None:
    preparing.erase_list(owed["draw_id"], now=utc_now())


@delivers(drawing.REMIND)
def remind(owed: dict[str, Any]) -> None:
    drawing.remind_of_place(owed["place_id"], now=utc_now())


@exports_personal_data("draws")
def export_places(person_id: int) -> list[dict[str, Any]]:
    query = sa.select(Draw.title, DrawnPlace).join(Draw, Draw.id == DrawnPlace.draw_id)
    rows = db.session.execute(query.where(DrawnPlace.person_id == person_id).order_by(DrawnPlace.id))
    drawn = [
        {
            "draw": title,
            "number": place.number,
            "state": place.state.value,
            "name_is_shown": place.is_named,
            "called_at": iso_utc(place.called_at),
        }
        for title, place in rows
    ]
    return drawn + [
        {"draw": title, "number": number, "state": "not_called"}
        for title, number in db.session.execute(_not_called(person_id))
    ]


def _not_called(person_id: int) -> sa.Select[str, str]:
    """The numbers that somebody has on lists, where she was not drawn (yet)."""
    called = sa.exists().where(DrawnPlace.draw_id == DrawOwner.draw_id, DrawnPlace.number == DrawOwner.number)
    query = sa.select(Draw.title, DrawOwner.number).join(Draw, Draw.id == DrawOwner.draw_id)
    return query.where(DrawOwner.person_id == person_id, ~called).order_by(Draw.id, DrawOwner.number)


@erases_personal_data("draws")
def leave_places(person_id: int, now: datetime) -> None:
    """A number stays drawn: whose it was is known no more."""
    db.session.execute(sa.delete(DrawOwner).where(DrawOwner.person_id == person_id))
    leave = sa.update(DrawnPlace).where(DrawnPlace.person_id == person_id)
    db.session.execute(leave.values(person_id=None, is_named=False))

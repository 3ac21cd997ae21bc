import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.councils.sortition.errors import DrawNotFound, PlaceNotFound
from civic.councils.sortition.lists import read_list
from civic.councils.sortition.models import Draw, DrawnPlace, DrawOwner
from civic.councils.sortition.rules import Entrant, Plan, Quota
from civic.councils.sortition.states import PlaceState
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate

PATH = "/tirages-au-sort/"


@dataclass(frozen=True)
class PlaceView:
    """Somebody who was drawn. ``name`` None: there is no account, or it may not be read here."""

    id: int
    number: str
    state: PlaceState
    replaces: str | None
    name: str | None
    person_id: int | None
    due_at: datetime | None

    def is_late(self, at: datetime) -> bool:
        return self.state is PlaceState.CALLED and self.due_at is not None and self.due_at <= at


def get_draw(draw_id: int) -> Draw:
    """Raises DrawNotFound."""
    return _found(db.session.get(Draw, draw_id))


def get_draw_alone(draw_id: int) -> Draw:
    """Return a draw with its list, kept from every other writer until the end of the transaction. Raises DrawNotFound."""
    query = sa.select(Draw).filter_by(id=draw_id).with_for_update()
    options = query.options(sa.orm.undefer(Draw.list_text))
    return _found(db.session.scalars(options.execution_options(populate_existing=True)).one_or_none())


def _found(draw: Draw | None) -> Draw:
    if draw is None:
        raise DrawNotFound
    return draw


def list_draws(
    *, territory_id: int | None = None, with_drafts: bool, number: int = 1, size: int = PAGE_SIZE
) -> Page[Draw]:
    """Return the draws, the newest first. ``territory_id``: whose drafts may be read."""
    query = sa.select(Draw)
    published = Draw.frozen_at.is_not(None)
    query = query.where(sa.or_(published, Draw.territory_id == territory_id) if with_drafts else published)
    return paginate(query.order_by(Draw.created_at.desc(), Draw.id.desc()), number=number, size=size)


def plan_of(draw: Draw) -> Plan:
    quotas = tuple(Quota(*quota) for quota in draw.quotas)
    return Plan(tuple(draw.criteria), draw.seats, draw.substitutes, quotas)


def entrants_of(draw: Draw) -> list[Entrant]:
    """Return who is on the list of a draw; nobody once it is erased."""
    return read_list(draw.list_text.encode())[1] if draw.list_text else []


def result_of(draw: Draw) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the numbers of the panel and of its substitutes, as they were drawn; none before."""
    if not draw.result_text:
        return (), ()
    result = json.loads(draw.result_text)
    return tuple(result["panel"]), tuple(result["substitutes"])


def find_owner(draw: Draw, number: str) -> int | None:
    """Return whose number it is, where the list was made of accounts."""
    query = sa.select(DrawOwner.person_id).filter_by(draw_id=draw.id, number=number)
    return db.session.scalars(query).one_or_none()


def keep_owners(draw_id: int, owners: Mapping[str, int]) -> None:
    """Write whose the numbers of a list are, in place of what was known; of nobody, forget it."""
    db.session.execute(sa.delete(DrawOwner).where(DrawOwner.draw_id == draw_id))
    db.session.add_all(
        DrawOwner(draw_id=draw_id, number=number, person_id=person_id) for number, person_id in owners.items()
    )


def forget_owner(draw_id: int, person_id: int) -> None:
    """Know no more which number of a list was somebody's."""
    db.session.execute(sa.delete(DrawOwner).filter_by(draw_id=draw_id, person_id=person_id))


def published_among(draw_ids: Collection[int]) -> set[int]:
    """Return those of some draws that everybody may read: they are frozen."""
    query = sa.select(Draw.id).where(Draw.id.in_(draw_ids), Draw.frozen_at.is_not(None))
    return set(db.session.scalars(query))


def list_places(draw_id: int) -> list[DrawnPlace]:
    return list(
        db.session.scalars(sa.select(DrawnPlace).filter_by(draw_id=draw_id).order_by(DrawnPlace.rank))
    )


def view_places(draw_id: int, *, with_names: bool) -> list[PlaceView]:
    """Return who was drawn, in the order of the calls. Without the right to read names: those of who accepted, and agreed that it is read."""
    query = sa.select(DrawnPlace, Person.name).outerjoin(Person, Person.id == DrawnPlace.person_id)
    rows = db.session.execute(query.where(DrawnPlace.draw_id == draw_id).order_by(DrawnPlace.rank))
    return [
        PlaceView(
            place.id, place.number, place.state, place.replaces,
            name if with_names or (place.is_named and place.state is PlaceState.ACCEPTED) else None,
            place.person_id, place.due_at,
        )
        for place, name in rows
    ]  # fmt: skip


def find_called_alone(place_id: int) -> DrawnPlace | None:
    """Return the place of somebody who has not answered yet, kept until the end of the transaction."""
    query = sa.select(DrawnPlace).filter_by(id=place_id, state=PlaceState.CALLED).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def get_place_alone(draw_id: int, number: str) -> DrawnPlace:
    """Raises PlaceNotFound."""
    query = sa.select(DrawnPlace).filter_by(draw_id=draw_id, number=number).with_for_update()
    place = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if place is None:
        raise PlaceNotFound
    return place


def find_place_of(draw_id: int, person_id: int | None) -> DrawnPlace | None:
    """Return the place for which somebody was drawn; None when she was not."""
    if person_id is None:
        return None
    query = sa.select(DrawnPlace).filter_by(draw_id=draw_id, person_id=person_id)
    return db.session.scalars(query.order_by(DrawnPlace.rank)).first()


def count_answers(places: Sequence[PlaceView]) -> dict[PlaceState, int]:
    return {state: sum(place.state is state for place in places) for state in PlaceState}


def list_waiting(draw_ids: Sequence[int]) -> dict[int, int]:
    """Return how many of those called have not answered yet, by draw."""
    query = (
        sa.select(DrawnPlace.draw_id, sa.func.count())
        .where(DrawnPlace.draw_id.in_(draw_ids), DrawnPlace.state == PlaceState.CALLED)
        .group_by(DrawnPlace.draw_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from civic.accounts.models import Person, Residency
from civic.councils.calls.errors import CallNotFound
from civic.councils.calls.models import Candidacy, CandidateCall
from civic.councils.calls.states import Sex
from civic.councils.models import Council, Seat
from civic.councils.rules import SeatRole
from civic.councils.sortition.models import DrawnPlace
from civic.councils.sortition.queries import get_draw
from civic.councils.sortition.states import DrawState, PlaceState
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate

PATH = "/appels-a-candidatures/"


@dataclass(frozen=True)
class CandidateView:
    """A candidate as she may be read. ``accepted``: she was drawn by lot, and accepted."""

    id: int
    person_id: int
    name: str
    text: str
    is_chosen: bool
    is_shown: bool
    accepted: bool


@dataclass(frozen=True)
class Eligible:
    """What a list for drawing lots says of a candidate."""

    person_id: int
    sex: Sex | None
    born_on: date | None
    place_id: int | None


def is_public() -> sa.ColumnElement[bool]:
    return CandidateCall.published_at.is_not(None)


def get_call(call_id: int) -> CandidateCall:
    """Raises CallNotFound."""
    call = db.session.get(CandidateCall, call_id)
    if call is None:
        raise CallNotFound
    return call


def get_call_alone(call_id: int) -> CandidateCall:
    """Return a call, kept from every other writer until the end of the transaction. Raises CallNotFound."""
    query = sa.select(CandidateCall).filter_by(id=call_id).with_for_update()
    call = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if call is None:
        raise CallNotFound
    return call


def list_calls(
    *, with_drafts: bool, council_id: int | None = None, number: int = 1, size: int = PAGE_SIZE
) -> Page[CandidateCall]:
    """Return the calls, those that close last first."""
    query = sa.select(CandidateCall)
    if not with_drafts:
        query = query.where(is_public())
    if council_id is not None:
        query = query.where(CandidateCall.council_id == council_id)
    order = (CandidateCall.closes_at.desc(), CandidateCall.id.desc())
    return paginate(query.order_by(*order), number=number, size=size)


def list_open(*, at: datetime, council_id: int | None = None) -> list[CandidateCall]:
    """Return the calls that can be answered now, those that close first at the head; ten at most."""
    query = sa.select(CandidateCall).where(
        is_public(),
        CandidateCall.cancelled_at.is_(None),
        CandidateCall.opens_at <= at,
        CandidateCall.closes_at > at,
    )
    if council_id is not None:
        query = query.where(CandidateCall.council_id == council_id)
    return list(db.session.scalars(query.order_by(CandidateCall.closes_at, CandidateCall.id).limit(10)))


def find_candidacy(call_id: int, person_id: int | None) -> Candidacy | None:
    if person_id is None:
        return None
    return db.session.scalars(
        sa.select(Candidacy).filter_by(call_id=call_id, person_id=person_id)
    ).one_or_none()


def count_candidates(call_ids: Collection[int]) -> dict[int, int]:
    counted = sa.select(Candidacy.call_id, sa.func.count()).where(Candidacy.call_id.in_(call_ids))
    return {row[0]: row[1] for row in db.session.execute(counted.group_by(Candidacy.call_id))}


def list_candidates(call: CandidateCall, *, number: int = 1, size: int = PAGE_SIZE) -> Page[CandidateView]:
    """Return all who applied, for the town hall, by name."""
    return _views(call, sa.true(), number, size)


def list_shown_candidates(
    call: CandidateCall, *, at: datetime, number: int = 1, size: int = PAGE_SIZE
) -> Page[CandidateView]:
    """Return who may be read by everybody: after the closing, those who agreed where the call shows them; and those who were chosen."""
    chosen = sa.and_(Candidacy.is_chosen, sa.literal(call.decided_at is not None))
    is_listed = call.shows_candidates and call.closes_at <= at and call.cancelled_at is None
    shown = sa.or_(chosen, Candidacy.is_shown) if is_listed else chosen
    return _views(call, shown, number, size)


def _views(call: CandidateCall, which: sa.ColumnElement[bool], number: int, size: int) -> Page[CandidateView]:
    query = (
        sa.select(Candidacy)
        .join(Person, Person.id == Candidacy.person_id)
        .where(Candidacy.call_id == call.id, which)
        .order_by(Candidacy.is_chosen.desc(), Person.folded_name, Candidacy.id)
    )
    page = paginate(query, number=number, size=size)
    people = {each.person_id for each in page.items}
    named = sa.select(Person.id, Person.name).where(Person.id.in_(people))
    names = {row[0]: row[1] for row in db.session.execute(named)}
    accepted = set(
        db.session.scalars(
            sa.select(DrawnPlace.person_id).where(
                DrawnPlace.draw_id == call.draw_id,
                DrawnPlace.state == PlaceState.ACCEPTED,
                DrawnPlace.person_id.in_(people),
            )
        )
    )
    views = [
        CandidateView(
            each.id, each.person_id, names[each.person_id], each.text, each.is_chosen, each.is_shown, each.person_id in accepted
        )
        for each in page.items
    ]  # fmt: skip
    return Page(views, page.number, page.size, page.total)


def list_designated(call: CandidateCall) -> list[int]:
    """Return the candidacies that lots, or a decision, designate already, on whatever page of the list they are."""
    accepted = sa.select(DrawnPlace.person_id).where(
        DrawnPlace.draw_id == call.draw_id, DrawnPlace.state == PlaceState.ACCEPTED
    )
    query = sa.select(Candidacy.id).where(
        Candidacy.call_id == call.id, sa.or_(Candidacy.is_chosen, Candidacy.person_id.in_(accepted))
    )
    return list(db.session.scalars(query.order_by(Candidacy.id)))


def names_of_candidacies(call_id: int, candidacy_ids: Collection[int]) -> dict[int, str]:
    """Return who made some candidacies, by name."""
    query = sa.select(Candidacy.id, Person.name).join(Person, Person.id == Candidacy.person_id)
    query = query.where(Candidacy.call_id == call_id, Candidacy.id.in_(candidacy_ids))
    return {row[0]: row[1] for row in db.session.execute(query.order_by(Person.folded_name, Candidacy.id))}


def list_candidacies(call_id: int) -> list[Candidacy]:
    return list(db.session.scalars(sa.select(Candidacy).filter_by(call_id=call_id).order_by(Candidacy.id)))


def list_eligible(call_id: int) -> list[Eligible]:
    query = (
        sa.select(Candidacy.person_id, Candidacy.sex, Person.born_on, Residency.territory_id)
        .join(Person, Person.id == Candidacy.person_id)
        .outerjoin(Residency, Residency.person_id == Candidacy.person_id)
        .where(Candidacy.call_id == call_id)
        .order_by(Candidacy.id)
    )
    return [Eligible(*row) for row in db.session.execute(query)]


def has_draw(call: CandidateCall) -> bool:
    """Tell whether lots are, or were, drawn among those who applied; a draw that was given up is none."""
    return call.draw_id is not None and get_draw(call.draw_id).state is not DrawState.CANCELLED


def holds_candidacies(call: CandidateCall) -> bool:
    """Tell whether a list for drawing lots holds the candidacies of a call: until it is erased, given up, decided, or the call is given up."""
    if call.draw_id is None or call.decided_at is not None or call.cancelled_at is not None:
        return False
    draw = get_draw(call.draw_id)
    return draw.erased_at is None and draw.state is not DrawState.CANCELLED


def list_vacant_seats(council_id: int) -> list[Seat]:
    query = sa.select(Seat).where(
        Seat.council_id == council_id,
        Seat.person_id.is_(None),
        Seat.name.is_(None),
        Seat.role == SeatRole.MEMBER,
    )
    return list(db.session.scalars(query.order_by(Seat.id)))


def list_councils() -> list[Council]:
    return list(db.session.scalars(sa.select(Council).order_by(Council.name, Council.id)))

"""Reads of the telephone desk."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.desk.errors import CallNotFound
from civic.mutual_aid.desk.models import CallBack, RequestSheet
from civic.mutual_aid.desk.rules import CallOutcome, CallReason
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.queries import FollowedRequest


@dataclass(frozen=True)
class Call:
    """Somebody to call: about a request, or (``request`` None) with a number of her own, seen by a command.

    ``name``: of whom to call, as long as she is to be called; None once it is over. ``note`` is what agents wrote for one another.
    """

    id: int
    territory_id: int
    request: FollowedRequest | None
    name: str | None
    reason: CallReason
    note: str
    due_at: datetime
    attempts: int
    created_at: datetime
    outcome: CallOutcome | None
    closed_at: datetime | None

    @property
    def is_number_wrong(self) -> bool:
        return self.closed_at is None and self.outcome is CallOutcome.WRONG_NUMBER


def get_call(call_id: int) -> CallBack:
    """Raises CallNotFound."""
    call = db.session.get(CallBack, call_id)
    if call is None:
        raise CallNotFound
    return call


def lock_call(call_id: int) -> CallBack:
    """Return a call that nobody else answers until the end of the transaction. Raises CallNotFound."""
    query = sa.select(CallBack).where(CallBack.id == call_id).with_for_update()
    call = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if call is None:
        raise CallNotFound
    return call


def list_calls(territory_ids: set[int], *, is_over: bool, number: int = 1, size: int = 20) -> Page[Call]:
    """List whom to call, the first due before; or whom somebody called, the latest before."""
    query = sa.select(CallBack).where(CallBack.territory_id.in_(territory_ids))
    if is_over:
        query = query.where(CallBack.closed_at.is_not(None)).order_by(
            CallBack.closed_at.desc(), CallBack.id.desc()
        )
    else:
        query = query.where(CallBack.closed_at.is_(None)).order_by(CallBack.due_at, CallBack.id)
    page = paginate(query, number=number, size=size)
    return Page(present_calls(page.items), page.number, page.size, page.total)


def count_calls(territory_ids: set[int], *, at: datetime) -> int:
    """Count whom to call by now."""
    query = sa.select(sa.func.count(CallBack.id)).where(
        CallBack.territory_id.in_(territory_ids), CallBack.closed_at.is_(None), CallBack.due_at <= at
    )
    return db.session.scalar(query) or 0


def list_open_calls_of(request_id: int) -> list[CallBack]:
    query = sa.select(CallBack).where(CallBack.request_id == request_id, CallBack.closed_at.is_(None))
    return list(db.session.scalars(query.order_by(CallBack.id)))


def is_number_wrong(request_id: int) -> bool:
    """Tell whether the person of a request was called at a number that is not hers, and the right one is still to be found."""
    return any(call.outcome is CallOutcome.WRONG_NUMBER for call in list_open_calls_of(request_id))


def present_calls(calls: list[CallBack]) -> list[Call]:
    """Return calls with their requests, in two queries, in the same order."""
    found = mutual_aid.find_requests({call.request_id for call in calls if call.request_id is not None})
    shown = {request.id: request for request in mutual_aid.present_requests(list(found.values()))}
    return [
        Call(
            id=call.id,
            territory_id=call.territory_id,
            request=shown.get(call.request_id) if call.request_id is not None else None,
            name=_name_of(call, found) if call.closed_at is None else None,
            reason=call.reason,
            note=call.note,
            due_at=call.due_at,
            attempts=call.attempts,
            created_at=call.created_at,
            outcome=call.outcome,
            closed_at=call.closed_at,
        )
        for call in calls
    ]


def _name_of(call: CallBack, requests: dict[int, HelpRequest]) -> str | None:
    request = requests.get(call.request_id) if call.request_id is not None else None
    return (request.contact_name if request else call.name) or None


def find_sheet(number: str) -> RequestSheet | None:
    """Return a printed sheet that nobody else types in until the end of the transaction."""
    query = sa.select(RequestSheet).filter_by(number=number).with_for_update()
    return db.session.scalars(query).one_or_none()


def list_sheets(territory_id: int, sheet_ids: list[int]) -> list[RequestSheet]:
    """List printed sheets of a commune, in the order of printing."""
    query = (
        sa.select(RequestSheet)
        .where(RequestSheet.territory_id == territory_id, RequestSheet.id.in_(sheet_ids))
        .order_by(RequestSheet.id)
    )
    return list(db.session.scalars(query))

"""What a person who asks for help, and the town hall, are told of the states of her request."""

from typing import Any

from civic.accounts import queries as accounts
from civic.accounts.models import Role
from civic.kernel.events import within_transaction
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.desk.events import StillNeededAsked
from civic.mutual_aid.events import RequestChanged
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reviewing.events import ReviewAsked, ReviewOverdue
from civic.mutual_aid.rules import RequestState
from civic.notifications.rules import Kind
from civic.notifications.service import notify, notify_all

TOLD: dict[RequestState, Kind] = {
    RequestState.IN_REVIEW: Kind.REQUEST_IN_REVIEW,
    RequestState.SUSPENDED: Kind.REQUEST_SUSPENDED,
    RequestState.REDIRECTED: Kind.REQUEST_REDIRECTED,
    RequestState.DUPLICATE: Kind.REQUEST_DUPLICATE,
    RequestState.CANCELLED: Kind.REQUEST_CANCELLED,
    RequestState.EXPIRED: Kind.REQUEST_EXPIRED,
}
"""States of which the request's own fact is told to who follows it."""

READ_BEFORE = frozenset({RequestState.IN_REVIEW.value, RequestState.SUSPENDED.value})


@within_transaction(RequestChanged)
def tell_state(fact: RequestChanged) -> None:
    """Who follows a request is told what somebody else did with it; nobody is told what she has just done."""
    if fact.former_state is None:
        return  # its words were corrected, its state is the same
    state = RequestState(fact.state)
    kind = TOLD.get(state)
    if state is RequestState.OPEN and fact.former_state in READ_BEFORE:
        kind = Kind.REQUEST_ACCEPTED
    if kind is None or (fact.actor_id == fact.follower_id and state is not RequestState.IN_REVIEW):
        return
    request = mutual_aid.get_request(fact.request_id)
    if state is RequestState.CANCELLED and _was_unknown(request, fact):
        return
    notify(
        fact.follower_id,
        kind=kind,
        key=f"{kind.value}:{fact.request_id}:{fact.occurred_at.isoformat()}",
        params={"title": request.title},
        path=_path(fact.request_id),
        now=fact.occurred_at,
    )


def _was_unknown(request: HelpRequest, fact: RequestChanged) -> bool:
    """Whether nothing ends that anybody awaits: a time of a series that was only written ahead, or that is asked for at another hour."""
    is_replaced = request.series_id is not None and request.occurrence_on is None
    return is_replaced or fact.former_state == RequestState.DRAFT.value


@within_transaction(ReviewAsked)
def ask_agents(fact: ReviewAsked) -> None:
    _tell_agents(fact, Kind.REQUEST_TO_READ, "asked")


@within_transaction(ReviewOverdue)
def ask_agents_again(fact: ReviewOverdue) -> None:
    _tell_agents(fact, Kind.REQUEST_READ_LATE, "overdue")


@within_transaction(StillNeededAsked)
def ask_again(fact: StillNeededAsked) -> None:
    """Who reads screens is asked here; who telephoned is in the list of calls."""
    if not fact.is_assisted:
        notify(
            fact.follower_id,
            kind=Kind.REQUEST_STILL_NEEDED,
            key=f"still_needed:{fact.request_id}:{fact.occurred_at.isoformat()}",
            params={"title": mutual_aid.get_request(fact.request_id).title},
            path=f"{_path(fact.request_id)}/encore-utile",
            now=fact.occurred_at,
        )


def _tell_agents(fact: Any, kind: Kind, what: str) -> None:
    (public,) = mutual_aid.public_requests([mutual_aid.get_request(fact.request_id)])
    notify_all(
        accounts.list_person_ids_with_role(Role.AGENT, fact.territory_id),
        kind=kind,
        key=f"review:{fact.request_id}:{what}:{fact.occurred_at.isoformat()}",
        params={"title": public.title, "place": public.territory_name},
        path=f"{_path(fact.request_id)}/decision",
        now=fact.occurred_at,
    )


def _path(request_id: int) -> str:
    return f"/entraide/demandes/{request_id}"

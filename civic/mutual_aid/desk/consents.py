"""The consent of a person for whom an agent asks: recorded when it was not at once, and withdrawn as easily as it was given."""

from datetime import datetime

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.access import Actor, can
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.desk.calls import drop_calls
from civic.mutual_aid.desk.errors import ConsentKnown
from civic.mutual_aid.desk.events import ConsentWithdrawn
from civic.mutual_aid.errors import RequestNotFound
from civic.mutual_aid.models import Caller, HelpRequest
from civic.mutual_aid.rules import CANCELLABLE, OVER, ConsentMode, RequestState
from civic.mutual_aid.service.requests import cancel_request, send_request, write_consent

NAME_LEFT = "Personne qui a téléphoné"


def record_consent(actor: Actor, *, request_id: int, mode: ConsentMode) -> None:
    """Write that a person agrees to the request that somebody made for her: it goes to volunteers, or to its reading.

    Raises:
        RequestNotFound: there is none, or the actor is not an agent there.
        ConsentKnown: it waits for no consent.
    """
    now = utc_now()
    with transaction():
        request = _lock(actor, request_id)
        if request.state is not RequestState.AWAITING_CONSENT:
            raise ConsentKnown
        write_consent(request, mode, actor_id=actor.id, now=now)
        send_request(request, actor_id=actor.id, now=now)


def withdraw_consent(actor: Actor, *, request_id: int, is_for_all: bool = False) -> None:
    """Write that a person agrees no more, or refuses: her request (each time, if it comes back) is cancelled, whoever was to come is told, her contact is erased.

    Doing it twice changes nothing.

    Args:
        is_for_all: for all that was asked for her.

    Raises:
        RequestNotFound: there is none, she asked for it herself, or the actor is not an agent there.
    """
    now = utc_now()
    with transaction():
        person_id = get_assisted_request(actor, request_id).requester_id
        mutual_aid.lock_caller(person_id)
        mutual_aid.lock_series_of(person_id)
        mutual_aid.lock_requests(mutual_aid.list_request_ids_of(person_id))
        request = _lock(actor, request_id)
        # Drafts are left out: they go with their series, which ends with the first consent withdrawn of it.
        for each in mutual_aid.list_requests_made_for(person_id):
            is_same = each.series_id is not None and each.series_id == request.series_id
            if each.state is not RequestState.DRAFT and (each.id == request.id or is_same or is_for_all):
                _withdraw(actor, each, now)
        _forget_caller(person_id)


def get_assisted_request(actor: Actor, request_id: int) -> HelpRequest:
    """Return a request that was made for somebody, to an agent of its commune; to everybody else it does not exist.

    Raises:
        RequestNotFound: there is none, she asked for it herself, or the actor is not an agent there.
    """
    request = mutual_aid.get_request(request_id)
    if not request.is_assisted or not can(actor, MutualAidAction.RECORD_CONSENT, request):
        raise RequestNotFound
    return request


def _lock(actor: Actor, request_id: int) -> HelpRequest:
    get_assisted_request(actor, request_id)
    return mutual_aid.lock_request(request_id)


def _withdraw(actor: Actor, request: HelpRequest, now: datetime) -> None:
    if not request.contact_phone:
        return
    if request.state in CANCELLABLE:
        cancel_request(actor, request_id=request.id)
    if request.consent is not None and request.consent.withdrawn_at is None:
        request.consent.withdrawn_at = now
    request.contact_name, request.contact_phone, request.contact_address = "", "", None
    drop_calls(request.id, now=now)
    publish(
        ConsentWithdrawn(
            occurred_at=now, request_id=request.id, person_id=request.requester_id, actor_id=actor.id
        )
    )


def _forget_caller(person_id: int) -> None:
    """Nothing is kept of who has no account once nothing is under way for her: she is new if she telephones again."""
    others = mutual_aid.list_requests_made_for(person_id)
    is_caller = db.session.get(Caller, person_id) is not None
    if not is_caller or any(each.contact_phone and each.state not in OVER for each in others):
        return
    person = db.session.get_one(Person, person_id)
    if person.email is None and person.identity_digest is None:
        person.name, person.phone = NAME_LEFT, None
    db.session.execute(sa.delete(Caller).where(Caller.person_id == person_id))

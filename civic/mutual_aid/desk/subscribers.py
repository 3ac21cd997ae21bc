"""What the telephone desk does when a request takes a step, and when a timer is due."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.events import RolesChanged
from civic.accounts.models import Role
from civic.accounts.personal_data import erases_personal_data
from civic.kernel import outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.desk import asking_again
from civic.mutual_aid.desk.calls import drop_calls, owe_call
from civic.mutual_aid.desk.events import RequestExtended, StillNeededAsked
from civic.mutual_aid.desk.models import CallBack
from civic.mutual_aid.desk.rules import CallReason, ask_again_at, reason_to_call
from civic.mutual_aid.errors import RequestNotFound
from civic.mutual_aid.events import RequestChanged, RequestOpened
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import OVER, Channel, RequestState
from civic.territories import queries as territories


@within_transaction(RequestChanged)
def keep_calls(fact: RequestChanged) -> None:
    """Who reads no screen is called; who is called about what is over is not called any more."""
    if fact.former_state is None:
        return
    request = mutual_aid.get_request(fact.request_id)
    state = RequestState(fact.state)
    reason = reason_to_call(RequestState(fact.former_state), state, is_assisted=request.is_assisted)
    if reason is not None:
        owe_call(request, reason, now=fact.occurred_at)
    elif state in OVER or fact.former_state == RequestState.AWAITING_CONSENT.value:
        drop_calls(request.id, now=fact.occurred_at)


@within_transaction(StillNeededAsked)
def call_who_reads_no_screen(fact: StillNeededAsked) -> None:
    if fact.is_assisted:
        owe_call(mutual_aid.get_request(fact.request_id), CallReason.STILL_NEEDED, now=fact.occurred_at)


@within_transaction(RequestOpened)
def owe_question(fact: RequestOpened) -> None:
    _owe_question(fact.request_id, fact.occurred_at)


@within_transaction(RequestExtended)
def owe_question_again(fact: RequestExtended) -> None:
    _owe_question(fact.request_id, fact.occurred_at)


def _owe_question(request_id: int, now: datetime) -> None:
    due_at = ask_again_at(now, mutual_aid.get_request(request_id).ends_at)
    if due_at is not None:
        outbox.owe(asking_again.ASK_AGAIN, {"request_id": request_id}, now=now, due_at=due_at)


@delivers(asking_again.ASK_AGAIN)
def ask_again(payload: dict[str, Any]) -> None:
    try:
        asking_again.ask_again(request_id=payload["request_id"], now=utc_now())
    except RequestNotFound:
        return  # its owner deleted it meanwhile


@within_transaction(RolesChanged)
def follow_no_more(fact: RolesChanged) -> None:
    """Who is no agent any more follows nothing that she wrote for others: whom it helps is the town hall's to know. Its agents find it
    where they watch all requests."""
    if fact.is_granted or fact.role != Role.AGENT.value:
        return
    hers = (
        HelpRequest.author_id == fact.person_id,
        HelpRequest.channel != Channel.WEB,
        HelpRequest.territory_id.in_(territories.ids_within(fact.territory_id)),
    )
    db.session.execute(sa.update(HelpRequest).where(*hers).values(author_id=None))


@erases_personal_data("call_backs")
def erase(person_id: int, now: datetime) -> None:
    """What agents noted about calls to a person goes with her."""
    own = sa.select(HelpRequest.id).where(HelpRequest.requester_id == person_id)
    db.session.execute(sa.delete(CallBack).where(CallBack.request_id.in_(own)))

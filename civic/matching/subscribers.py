"""What matching does when mutual aid states a fact, and when a timer is due."""

from datetime import datetime
from typing import Any

from civic.kernel.clock import utc_now
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers
from civic.matching import queries
from civic.matching.service import dispatch, matches
from civic.mutual_aid.errors import RequestNotFound
from civic.mutual_aid.events import OfferChanged, OfferPosted, RequestCancelled, RequestOpened
from civic.territories import queries as territories


@within_transaction(RequestOpened)
def begin_search(fact: RequestOpened) -> None:
    dispatch.begin_search(request_id=fact.request_id, now=fact.occurred_at)


@within_transaction(RequestCancelled)
def release_all(fact: RequestCancelled) -> None:
    matches.release_all(request_id=fact.request_id, actor_id=fact.actor_id, now=fact.occurred_at)


@within_transaction(OfferPosted)
def look_again_after_an_offer(fact: OfferPosted) -> None:
    _look_again(fact.actor_id, fact.territory_id, fact.occurred_at)


@within_transaction(OfferChanged)
def look_again_after_a_change(fact: OfferChanged) -> None:
    _look_again(fact.actor_id, fact.territory_id, fact.occurred_at)


def _look_again(volunteer_id: int, territory_id: int, now: datetime) -> None:
    """Somebody on duty who offers more help may be the one whom a search did not find."""
    if queries.is_on_duty(volunteer_id):
        dispatch.wake_searches(territory_ids=territories.ids_within(territory_id), now=now)


@delivers(dispatch.TIMER)
def take_timed_step(payload: dict[str, Any]) -> None:
    dispatch.take_timed_step(
        request_id=payload["request_id"],
        due_at=datetime.fromisoformat(payload["due_at"]),
        now=utc_now(),
    )


@delivers(dispatch.LOOK_AGAIN)
def take_step(payload: dict[str, Any]) -> None:
    try:
        dispatch.step(request_id=payload["request_id"], now=utc_now())
    except RequestNotFound:
        return  # its owner deleted it meanwhile

"""What happens by itself to a request that waits to be read."""

from datetime import datetime
from typing import Any

from civic.kernel.clock import utc_now
from civic.kernel.jobs import hourly
from civic.kernel.outbox import delivers
from civic.mutual_aid.errors import RequestNotFound
from civic.mutual_aid.reviewing import queries, service
from civic.mutual_aid.reviewing.waiting import REVIEW_DUE

MOST_AT_ONCE = 100


@delivers(REVIEW_DUE)
def say_overdue(payload: dict[str, Any]) -> None:
    try:
        service.say_overdue(request_id=payload["request_id"], now=utc_now())
    except RequestNotFound:
        return  # its owner deleted it meanwhile


@hourly
def expire_unopened(now: datetime) -> int:
    """End what waited for a consent or a reading until it was too late. Returns how many."""
    late = queries.list_unopened_past(now, limit=MOST_AT_ONCE)
    for request_id in late:
        service.expire_unopened(request_id=request_id, now=now)
    return len(late)

"""Correcting what volunteers read of a request: what was read by the town hall before is read again, when it is no longer the same."""

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries, rules
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.events import RequestCorrected
from civic.mutual_aid.reviewing.rereading import read_again
from civic.mutual_aid.reviewing.waiting import asked_of
from civic.mutual_aid.service.requests import get_followed_request, state_fact


def change_request(actor: Actor, *, request_id: int, title: str, text: str, seen: str | None = None) -> bool:
    """Correct what volunteers read of a request that seeks somebody, for who made it and for the town hall.

    Args:
        seen: what was stored when it was read (``HelpRequest.seen``).

    Returns:
        Whether the town hall reads it again before volunteers have it.

    Raises:
        RequestNotFound: there is none, or it is somebody else's.
        WrongTransition: it seeks nobody any more; who comes has read it as it was.
        ChangedMeanwhile: somebody else corrected it since.
        SomebodyComes: it would be read again, and one of those sought has said yes already.
    """
    now = utc_now()
    with transaction():
        request = get_followed_request(actor, request_id)
        require(actor, MutualAidAction.CHANGE_REQUEST, request)
        request = queries.lock_request(request_id)
        rules.ensure_seeking(request.state)
        if (request.title, request.text) == (title, text):
            return False
        before = asked_of(request)
        with request.written_over(seen):
            request.title, request.text = title, text
        publish(state_fact(RequestCorrected, request, actor.id, now))
        return read_again(actor, request, before=before, now=now)

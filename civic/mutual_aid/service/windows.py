"""When help may come: a request that nobody is coming for yet is moved to another day."""

from datetime import datetime

from civic.kernel.access import Actor, require
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries, rules
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.desk.events import RequestExtended
from civic.mutual_aid.errors import PromisedForThen, UrgencyRefused, WrongTransition
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.moments import ensure_urgency, next_same_hours
from civic.mutual_aid.reviewing.rereading import read_again
from civic.mutual_aid.reviewing.service import wait_again
from civic.mutual_aid.reviewing.waiting import asked_of
from civic.mutual_aid.rules import SEEKING, RequestState, Urgency, Window
from civic.mutual_aid.service.requests import get_followed_request, move_request


def propose_another_day(actor: Actor, *, request_id: int, window: Window) -> None:
    """Move a request to another day or other hours, for who made it and for the town hall: volunteers are asked anew for these.

    What expired without a consent, or unread, or is no longer what was read, waits for it first. The same window changes nothing.

    Raises:
        RequestNotFound: there is none, or it is somebody else's.
        WindowRefused: it is past, too short, too long or too far ahead.
        PromisedForThen: a volunteer said yes for the hours that it has.
        WrongTransition: it seeks nobody; or its consent was withdrawn.
    """
    now = utc_now()
    with transaction():
        request = get_followed_request(actor, request_id)
        require(actor, MutualAidAction.CHANGE_REQUEST, request)
        request = queries.lock_request(request_id)
        if not may_be_moved(request):
            raise WrongTransition
        before = asked_of(request)
        if not set_window(request, window, now=now):
            return
        request.still_needed_answered_at = now
        if request.state is not RequestState.EXPIRED:
            read_again(actor, request, before=before, now=now)
        elif not wait_again(actor, request, before=before, now=now):
            move_request(request, RequestState.DISPATCHING, now=now, actor_id=actor.id)
        tell_new_window(request, actor_id=actor.id, now=now)


def may_be_moved(request: HelpRequest) -> bool:
    return request.state in SEEKING or request.state is RequestState.EXPIRED


def another_day(request: HelpRequest, *, now: datetime) -> Window:
    """Return what a form suggests to move a request to: the same hours, on the next day that leaves them whole."""
    return next_same_hours(_local(request.window), local_now=now.astimezone(TOWN_TIME))


def _local(window: Window) -> Window:
    return Window(window.starts_at.astimezone(TOWN_TIME), window.ends_at.astimezone(TOWN_TIME))


def set_window(request: HelpRequest, window: Window, *, now: datetime) -> bool:
    """Give a locked request another window, in the transaction of the command that decided it; ``tell_new_window`` follows its step.

    The consent of who telephoned is for this help: it lasts until it is over. What was urgent no longer is on another day.

    Returns:
        Whether the window is another one.

    Raises:
        WindowRefused, PromisedForThen.
    """
    rules.ensure_window(window, now=now)
    if _by_the_minute(window) == _by_the_minute(request.window):
        return False
    if request.filled:
        raise PromisedForThen
    request.move_to(window)
    request.still_needed_asked_at = None
    request.urgency = _urgency_then(request.urgency, window, now=now)
    return True


def _by_the_minute(window: Window) -> Window:
    """Forms write no seconds: what they send back unchanged is the same."""
    return Window(*(each.replace(second=0, microsecond=0) for each in (window.starts_at, window.ends_at)))


def _urgency_then(urgency: Urgency, window: Window, *, now: datetime) -> Urgency:
    try:
        ensure_urgency(urgency, _local(window), local_now=now.astimezone(TOWN_TIME))
    except UrgencyRefused:
        return Urgency.TODAY
    return urgency


def tell_new_window(request: HelpRequest, *, actor_id: int, now: datetime) -> None:
    """State that a locked request has another window, after the step that it takes because of it."""
    publish(
        RequestExtended(
            occurred_at=now, request_id=request.id, territory_id=request.territory_id, actor_id=actor_id
        )
    )

"""« Is it still needed? », asked before the window is lost."""

from datetime import datetime

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.desk.calls import drop_calls
from civic.mutual_aid.desk.events import StillNeeded, StillNeededAsked
from civic.mutual_aid.desk.rules import ask_again_at
from civic.mutual_aid.errors import WrongTransition
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reviewing.rereading import read_again
from civic.mutual_aid.reviewing.service import wait_again
from civic.mutual_aid.reviewing.waiting import asked_of
from civic.mutual_aid.rules import SEEKING, RequestState, Window
from civic.mutual_aid.service.requests import cancel_request, get_followed_request, move_request
from civic.mutual_aid.service.windows import set_window, tell_new_window

ASK_AGAIN = "mutual_aid.ask_again"


def may_be_answered(request: HelpRequest) -> bool:
    """Tell whether saying that it is still needed, or not, changes anything."""
    return request.state in SEEKING or request.state is RequestState.EXPIRED


def is_asked(request: HelpRequest) -> bool:
    """Tell whether the question waits for its answer."""
    asked, answered = request.still_needed_asked_at, request.still_needed_answered_at
    return request.state in SEEKING and asked is not None and (answered is None or answered < asked)


def ask_again(*, request_id: int, now: datetime) -> None:
    """Ask whether help is still needed, once for each end of the window, if it still seeks somebody.

    A timer of before the window was made longer does nothing: another one follows it.
    """
    with transaction():
        request = mutual_aid.lock_request(request_id)
        if (
            request.state not in SEEKING
            or request.ends_at <= now
            or request.still_needed_asked_at is not None
        ):
            return
        due_at = ask_again_at(request.created_at, request.ends_at)
        if due_at is None or now < due_at:
            return
        request.still_needed_asked_at = now
        publish(
            StillNeededAsked(
                occurred_at=now,
                request_id=request.id,
                territory_id=request.territory_id,
                follower_id=request.follower_id,
                is_assisted=request.is_assisted,
            )
        )


def answer_still_needed(
    actor: Actor, *, request_id: int, is_needed: bool, window: Window | None = None
) -> None:
    """Say whether help is still needed, as who asked or as the town hall for her: if not, the request is cancelled.

    Args:
        window: when it may come instead. A request whose window passed goes to the town hall with it, or waits for what it lacked.

    Raises:
        RequestNotFound: there is none, or it is somebody else's.
        WindowRefused: it is past, or too near.
        PromisedForThen: a volunteer said yes for the hours that it has.
        WrongTransition: it seeks nobody; or its consent was withdrawn.
        SomebodyComes: so much later, it would be read again, and somebody has said yes to it as it was.
    """
    if not is_needed:
        _give_up(actor, request_id)
        return
    now = utc_now()
    with transaction():
        request = get_followed_request(actor, request_id)
        require(actor, MutualAidAction.CHANGE_REQUEST, request)
        request = mutual_aid.lock_request(request_id)
        if not may_be_answered(request):
            raise WrongTransition
        before = asked_of(request)
        is_moved = set_window(request, window or request.window, now=now)
        request.still_needed_answered_at = now
        drop_calls(request.id, now=now)
        if request.state is not RequestState.EXPIRED:
            read_again(actor, request, before=before, now=now)
        elif not wait_again(actor, request, before=before, now=now):
            move_request(request, RequestState.ESCALATED, now=now, actor_id=actor.id)
        publish(
            StillNeeded(
                occurred_at=now, request_id=request.id, territory_id=request.territory_id, actor_id=actor.id
            )
        )
        if is_moved:
            tell_new_window(request, actor_id=actor.id, now=now)


def _give_up(actor: Actor, request_id: int) -> None:
    """What nobody needs any more is cancelled; what is past is closed."""
    now = utc_now()
    with transaction():
        if get_followed_request(actor, request_id).state is not RequestState.EXPIRED:
            cancel_request(actor, request_id=request_id)
            return
        request = mutual_aid.lock_request(request_id)
        require(actor, MutualAidAction.CANCEL_REQUEST, request)
        move_request(request, RequestState.CLOSED, now=now, actor_id=actor.id)

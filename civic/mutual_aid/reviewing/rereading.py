"""What was read before volunteers were asked is read again when it changes: a reading cannot be gone round by a correction."""

from datetime import datetime

from civic.kernel.access import Actor, can
from civic.kernel.database import db
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.errors import SomebodyComes
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reviewing import rules
from civic.mutual_aid.reviewing.models import RequestReview
from civic.mutual_aid.reviewing.rules import Asked, Outcome, ReviewReason
from civic.mutual_aid.reviewing.waiting import ask_review, asked_of, note_read, reasons_to_read
from civic.mutual_aid.rules import RequestState
from civic.mutual_aid.service.requests import move_request


def read_again(actor: Actor, request: HelpRequest, *, before: Asked, now: datetime) -> bool:
    """Send a locked request that was just changed back to its reading, if it is no longer what was read, in the transaction that changed it.

    What an agent writes for somebody else, she has read.

    Args:
        before: what it was before the change.

    Returns:
        Whether it waits for a reading now.

    Raises:
        SomebodyComes: it would wait, and somebody has said yes to it as it was.
    """
    if can(actor, MutualAidAction.ACCEPT_REQUEST, request):
        if _was_accepted(request):
            note_read(request, actor_id=actor.id, now=now)
        return False
    reasons = reasons_to_read_again(request, before)
    if not reasons:
        return False
    if request.filled:
        raise SomebodyComes
    move_request(request, RequestState.IN_REVIEW, now=now, actor_id=actor.id)
    ask_review(request, reasons, now)
    return True


def reasons_to_read_again(request: HelpRequest, before: Asked) -> tuple[ReviewReason, ...]:
    """Return why a request that was changed is read; nothing where no rule asks for it, or where it asks for the same as what was read."""
    if not may_be_read_again(request):
        return ()
    review = db.session.get(RequestReview, request.id)
    read = Asked.from_stored(review.read_as) if review and review.read_as else before
    has_changed = rules.has_changed(read, asked_of(request))
    return (ReviewReason.CHANGED, *reasons_to_read(request)) if has_changed else ()


def may_be_read_again(request: HelpRequest) -> bool:
    """Tell whether another text would be read before volunteers have it: this one was, or a rule would ask for it now."""
    return _was_accepted(request) or bool(reasons_to_read(request))


def _was_accepted(request: HelpRequest) -> bool:
    review = db.session.get(RequestReview, request.id)
    return review is not None and review.outcome is Outcome.ACCEPTED

"""What the town hall decides of a request: read it and let it go, send the person elsewhere, join it to another, keep it back a while."""

from datetime import datetime

from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries as requests
from civic.mutual_aid import rules as request_rules
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.errors import (
    DoubleMissing,
    OwnRequest,
    ReferralMissing,
    RequestNotFound,
    WrongTransition,
)
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reviewing import queries
from civic.mutual_aid.reviewing.events import (
    ReferralsChanged,
    RequestReviewed,
    ReviewOverdue,
    ReviewSettingsChanged,
)
from civic.mutual_aid.reviewing.models import Referral, RequestReview, ReviewSettings
from civic.mutual_aid.reviewing.rereading import read_again
from civic.mutual_aid.reviewing.rules import Asked, Outcome, ReviewPolicy
from civic.mutual_aid.reviewing.waiting import ask_review, keep_doubt, note_read
from civic.mutual_aid.rules import RequestState, Window
from civic.mutual_aid.series.queries import lock_with_requests
from civic.mutual_aid.service.requests import move_request
from civic.territories import queries as territories


def get_reviewed_request(actor: Actor, request_id: int) -> HelpRequest:
    """Return a request to an agent of its commune; to everybody else it does not exist.

    Raises:
        RequestNotFound: there is none, or the actor is not an agent there.
    """
    request = requests.get_request(request_id)
    if not can(actor, MutualAidAction.REVIEW_REQUEST, request):
        raise RequestNotFound
    return request


def accept_request(
    actor: Actor, *, request_id: int, window: Window | None = None, is_alone: bool = False
) -> None:
    """Let a request that was read, or kept back, go to volunteers. What was read is kept, and a doubt about an earlier one is lifted.

    Args:
        window: another one, where the reading took the time that it had.
        is_alone: the request is for the actor, and she says that nobody else of the town hall can read it.

    Raises:
        RequestNotFound: there is none, or the actor is not an agent there.
        NotAllowed: it is for the actor, and another agent can read it.
        OwnRequest: it is for the actor, the only agent, and she does not say that she knows it.
        WindowRefused: it is too late for what was asked, and no other window was given.
        WrongTransition: it waits neither for a reading nor for a doubt to be lifted.
    """
    now = utc_now()
    with transaction():
        request = _lock(actor, request_id)
        if request.state not in (RequestState.IN_REVIEW, RequestState.SUSPENDED):
            raise WrongTransition
        is_own = _ensure_reads(actor, request, is_alone=is_alone)
        window = window or request.window
        request_rules.ensure_window(window, now=now)
        request.move_to(window)
        _decide(actor, request, Outcome.ACCEPTED, now, is_own=is_own)
        for doubted in queries.list_doubted(request.requester_id):
            if doubted.series_id in (None, request.series_id):
                _decide(actor, doubted, Outcome.ACCEPTED, now)
        move_request(request, RequestState.OPEN, now=now, actor_id=actor.id)


def _ensure_reads(actor: Actor, request: HelpRequest, *, is_alone: bool) -> bool:
    """Return whether the actor reads her own request, as the only one who can."""
    if can(actor, MutualAidAction.ACCEPT_REQUEST, request):
        return False
    if not can(actor, MutualAidAction.ACCEPT_OWN_REQUEST, request):
        require(actor, MutualAidAction.ACCEPT_REQUEST, request)
    if not is_alone:
        raise OwnRequest(fields={"is_alone": [OwnRequest.message]})
    return True


def lift_doubt(actor: Actor, *, request_id: int) -> None:
    """Lift a doubt that outlasted the request that it was about, so that the help that comes back goes on. Doing it twice changes nothing.

    Raises:
        RequestNotFound: there is none, or the actor is not an agent there.
        NotAllowed: it is for the actor.
        WrongTransition: it is set aside still: it is accepted, or ends.
    """
    now = utc_now()
    with transaction():
        request = _lock(actor, request_id)
        require(actor, MutualAidAction.ACCEPT_REQUEST, request)
        if request.state is RequestState.SUSPENDED:
            raise WrongTransition
        if queries.is_in_doubt(request):
            _decide(actor, request, Outcome.ACCEPTED, now)


def redirect_request(actor: Actor, *, request_id: int, where: str) -> None:
    """Tell the person who helps her better than a volunteer would; nobody is asked for her any more.

    Args:
        where: the words that she reads.

    Raises:
        RequestNotFound: there is none, or the actor is not an agent there.
        ReferralMissing: nothing says where.
        WrongTransition: somebody was found already, or it is over.
    """
    now = utc_now()
    with transaction():
        request = _lock(actor, request_id, ends_series=True)
        if not where:
            raise ReferralMissing(fields={"where": [ReferralMissing.message]})
        request_rules.ensure_transition(request.state, RequestState.REDIRECTED)
        request.redirected_to = where
        _decide(actor, request, Outcome.REDIRECTED, now)
        move_request(request, RequestState.REDIRECTED, now=now, actor_id=actor.id)


def join_request(actor: Actor, *, request_id: int, to_request_id: int) -> None:
    """Close a request because another one, under way, is for the same need.

    Raises:
        RequestNotFound: one of them does not exist, or the actor is not an agent there.
        DoubleMissing: the other is not one that it may repeat.
        WrongTransition: somebody was found already, or it is over.
    """
    now = utc_now()
    with transaction():
        request = _lock(actor, request_id, ends_series=True)
        if to_request_id not in {other.id for other in queries.list_like(request)}:
            raise DoubleMissing(fields={"to_request_id": [DoubleMissing.message]})
        request_rules.ensure_transition(request.state, RequestState.DUPLICATE)
        request.duplicate_of_id = to_request_id
        _decide(actor, request, Outcome.DUPLICATE, now)
        move_request(request, RequestState.DUPLICATE, now=now, actor_id=actor.id)


def suspend_request(actor: Actor, *, request_id: int) -> None:
    """Keep a request back while a doubt is lifted: nobody is asked for it, and whoever was to come is told not to.

    Raises:
        RequestNotFound: there is none, or the actor is not an agent there.
        WrongTransition: it is over, or announced as done.
    """
    now = utc_now()
    with transaction():
        request = _lock(actor, request_id)
        move_request(request, RequestState.SUSPENDED, now=now, actor_id=actor.id)


def _lock(actor: Actor, request_id: int, *, ends_series: bool = False) -> HelpRequest:
    request = get_reviewed_request(actor, request_id)
    if ends_series and request.series_id is not None:
        lock_with_requests(request.series_id)  # before its requests, as everywhere
    return requests.lock_request(request_id)


def _decide(
    actor: Actor, request: HelpRequest, outcome: Outcome, now: datetime, *, is_own: bool = False
) -> None:
    review = db.session.get(RequestReview, request.id)
    if outcome is Outcome.ACCEPTED:
        note_read(request, actor_id=actor.id, now=now)
    elif review is not None:
        review.outcome, review.decided_at, review.decided_by_id = outcome, now, actor.id
    publish(
        RequestReviewed(
            occurred_at=now,
            request_id=request.id,
            territory_id=request.territory_id,
            actor_id=actor.id,
            decision=outcome.value,
            is_own=is_own,
        )
    )


def say_overdue(*, request_id: int, now: datetime) -> None:
    """Say that nobody has read a request in time, if nobody has."""
    with transaction():
        review = queries.find_review(request_id)
        if review is None or review.decided_at is not None or review.due_at > now:
            return
        request = requests.lock_request(request_id)
        if request.state is RequestState.IN_REVIEW:
            publish(ReviewOverdue(occurred_at=now, request_id=request_id, territory_id=request.territory_id))


def expire_unopened(*, request_id: int, now: datetime) -> None:
    """End the wait of a request that no volunteer had before its window passed: the town hall decides what comes next."""
    with transaction():
        request = requests.lock_request(request_id)
        is_waiting = request.state in request_rules.NOT_YET_OPEN - {RequestState.DRAFT}
        if not is_waiting or request.ends_at > now:
            return
        if request.state is RequestState.SUSPENDED:
            keep_doubt(request, now)
        move_request(request, RequestState.EXPIRED, now=now, actor_id=None)


def wait_again(actor: Actor, request: HelpRequest, *, before: Asked, now: datetime) -> bool:
    """Have a locked request that expired wait for what it lacked, a consent or a reading, in the transaction of who asks for it again.

    What an agent asks again for somebody else she has read.

    Args:
        before: what it was before it was asked again, until later.

    Returns:
        Whether it waits: nobody is asked for it before.

    Raises:
        WrongTransition: the consent was withdrawn, and nothing says any more how to reach the person.
    """
    if request.is_assisted and not request.contact_phone:
        raise WrongTransition
    if request.is_assisted and request.consent is None:
        move_request(request, RequestState.AWAITING_CONSENT, now=now, actor_id=actor.id)
        return True
    review = queries.find_review(request.id)
    if review is None or review.decided_at is not None:
        return read_again(actor, request, before=before, now=now)
    if can(actor, MutualAidAction.ACCEPT_REQUEST, request):
        _decide(actor, request, Outcome.ACCEPTED, now)
        return False
    move_request(request, RequestState.IN_REVIEW, now=now, actor_id=actor.id)
    ask_review(request, review.reasons, now)
    return True


# Settings of the commune


def set_review_policy(
    actor: Actor, *, territory_id: int, policy: ReviewPolicy, seen: str | None = None
) -> None:
    """Say which requests are read before volunteers are asked.

    Args:
        seen: what was stored when it was read.

    Raises:
        ChangedMeanwhile: somebody else said otherwise since.
        NotAllowed: the actor is neither an agent nor an administrator there.
    """
    now = utc_now()
    with transaction():
        require(actor, MutualAidAction.SET_REVIEW, territory_id)
        territories.lock_territory(territory_id)  # two first writers: the second finds the row of the first
        row = db.session.get(ReviewSettings, territory_id) or ReviewSettings(territory_id=territory_id)
        with row.written_over(seen):
            row.first_requests, row.reads_reported = policy.first_requests, policy.reads_reported
            row.sensitive = sorted(policy.sensitive)
        row.changed_at = now
        db.session.add(row)
        publish(ReviewSettingsChanged(occurred_at=now, territory_id=territory_id, actor_id=actor.id))


def add_referral(actor: Actor, *, territory_id: int, name: str, text: str) -> int:
    """Add a service to which the town hall sends people.

    Returns:
        The referral's id.

    Raises:
        NotAllowed: the actor is neither an agent nor an administrator there.
    """
    now = utc_now()
    with transaction():
        require(actor, MutualAidAction.SET_REVIEW, territory_id)
        referral = Referral(territory_id=territory_id, name=name, text=text)
        db.session.add(referral)
        db.session.flush()
        publish(
            ReferralsChanged(
                occurred_at=now, territory_id=territory_id, actor_id=actor.id, referral_id=referral.id
            )
        )
        return referral.id


def remove_referral(actor: Actor, *, referral_id: int) -> None:
    """Take a service out of the list; who was sent to it keeps the words that she read. Doing it twice changes nothing.

    Raises:
        ReferralNotFound: there is none.
        NotAllowed: the actor is neither an agent nor an administrator there.
    """
    now = utc_now()
    with transaction():
        referral = queries.get_referral(referral_id)
        require(actor, MutualAidAction.SET_REVIEW, referral)
        referral.removed_at = now
        publish(
            ReferralsChanged(
                occurred_at=now,
                territory_id=referral.territory_id,
                actor_id=actor.id,
                referral_id=referral.id,
            )
        )

"""A request begins to wait for its reading: why, until when, and the timer that says so when nobody has read it. What was read is kept."""

from datetime import UTC, datetime

from civic.kernel import outbox
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.transaction import publish
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.queries import is_helped_by
from civic.mutual_aid.reviewing import queries, rules
from civic.mutual_aid.reviewing.events import ReviewAsked
from civic.mutual_aid.reviewing.models import RequestReview
from civic.mutual_aid.reviewing.rules import Asked, Outcome, ReviewReason
from civic.mutual_aid.rules import Category

REVIEW_DUE = "mutual_aid.review_due"


def reasons_to_read(request: HelpRequest) -> tuple[ReviewReason, ...]:
    """Return why this request is read before volunteers are asked; nothing when it is not."""
    policy = queries.get_policy(request.territory_id)
    is_heard = request.is_assisted and not _asks_for_herself(request)
    who = queries.about(request.requester_id, is_heard=is_heard, but=request.id)
    return rules.reasons_to_read(policy, request.category, who)


def _asks_for_herself(request: HelpRequest) -> bool:
    """An agent who writes a request for herself at the telephone desk is heard by nobody."""
    return request.author_id is not None and is_helped_by(request.author_id, request)


def will_be_read(person_id: int, *, territory_id: int, category: Category) -> bool:
    """Tell whether what a person is about to ask will be read before volunteers are asked: said before she sends it."""
    policy = queries.get_policy(territory_id)
    return bool(rules.reasons_to_read(policy, category, queries.about(person_id, is_heard=False)))


def ask_review(request: HelpRequest, reasons: tuple[ReviewReason, ...], now: datetime) -> None:
    """Write down that a request waits to be read, in the transaction of the command that sent it."""
    due_at = rules.answer_by(request.urgency, local_now=now.astimezone(TOWN_TIME)).astimezone(UTC)
    review = db.session.get(RequestReview, request.id) or RequestReview(request_id=request.id)
    review.reasons = [reason.value for reason in reasons]
    review.asked_at, review.due_at = now, min(due_at, request.ends_at)
    review.outcome = review.decided_at = review.decided_by_id = None
    db.session.add(review)
    db.session.flush()
    outbox.owe(REVIEW_DUE, {"request_id": request.id}, now=now, due_at=review.due_at)
    publish(
        ReviewAsked(
            occurred_at=now,
            request_id=request.id,
            territory_id=request.territory_id,
            due_at=review.due_at,
        )
    )


def asked_of(request: HelpRequest) -> Asked:
    """Return what is read of a request."""
    return Asked(
        category=request.category.value,
        title=request.title,
        text=request.text,
        territory_id=request.territory_id,
        starts_at=request.starts_at.astimezone(TOWN_TIME),
        ends_at=request.ends_at.astimezone(TOWN_TIME),
        languages=tuple(request.languages),
        wishes=tuple(request.wishes),
    )


def note_read(request: HelpRequest, *, actor_id: int, now: datetime) -> None:
    """Write down that an agent read a request as it is now, and lets it go to volunteers."""
    review = db.session.get(RequestReview, request.id)
    if review is None:
        review = RequestReview(request_id=request.id, reasons=[], asked_at=now, due_at=now)
    review.outcome, review.decided_at, review.decided_by_id = Outcome.ACCEPTED, now, actor_id
    review.read_as = asked_of(request).stored()
    db.session.add(review)
    db.session.flush()


def keep_doubt(request: HelpRequest, now: datetime) -> None:
    """A doubt that nobody lifted outlasts the request that was set aside. It is a reading that no rule asked for."""
    review = db.session.get(RequestReview, request.id) or RequestReview(request_id=request.id)
    review.reasons, review.asked_at, review.due_at = [], now, request.ends_at
    review.outcome = review.decided_at = review.decided_by_id = None
    db.session.add(review)
    db.session.flush()

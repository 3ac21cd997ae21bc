"""A request begins to wait for its reading: why, until when, and the timer that says so when nobody has read it."""

from datetime import UTC, datetime

from civic.kernel import outbox
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.transaction import publish
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reviewing import queries, rules
from civic.mutual_aid.reviewing.events import ReviewAsked
from civic.mutual_aid.reviewing.models import RequestReview
from civic.mutual_aid.reviewing.rules import ReviewReason
from civic.mutual_aid.rules import Category

REVIEW_DUE = "mutual_aid.review_due"


def reasons_to_read(request: HelpRequest) -> tuple[ReviewReason, ...]:
    """Return why this request is read before volunteers are asked; nothing when it is not."""
    policy = queries.get_policy(request.territory_id)
    who = queries.about(request.requester_id, is_heard=request.is_assisted, but=request.id)
    return rules.reasons_to_read(policy, request.category, who)


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

"""What was prepared with an answer is published with it; what moved is told in the evening."""

from typing import Any

from civic.kernel.clock import utc_now
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers
from civic.proposals.answers.rules import RETAINED
from civic.proposals.commitments import service
from civic.proposals.events import AnswerPublished
from civic.proposals.rules import Decision


@within_transaction(AnswerPublished)
def make_drafts(fact: AnswerPublished) -> None:
    if Decision(fact.decision) in RETAINED:
        service.make_drafts(proposal_id=fact.proposal_id, actor_id=fact.actor_id, now=fact.occurred_at)


@delivers(service.TELL)
def tell(owed: dict[str, Any]) -> None:
    """Each timer tells all that moved in the town: the others of the same evening find nothing left."""
    service.tell_what_moved(now=utc_now())

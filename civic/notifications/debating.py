"""Who is told of what answers her in the debate on a proposal."""

from civic.kernel.events import within_transaction
from civic.notifications import queries
from civic.notifications.rules import Kind
from civic.notifications.service import notify
from civic.proposals import queries as proposals
from civic.proposals.arguing.events import ArgumentAnswered


@within_transaction(ArgumentAnswered)
def tell_answered(fact: ArgumentAnswered) -> None:
    """One notification for what was answered in a thread since it was last read, not one an answer."""
    path = f"/propositions/arguments/{fact.parent_id}"
    reader = fact.answered_author_id
    if reader is None or reader == fact.author_id or queries.has_unread(reader, Kind.ARGUMENT_ANSWERED, path):
        return
    notify(
        reader,
        kind=Kind.ARGUMENT_ANSWERED,
        key=f"answered:{fact.argument_id}",
        params={"title": proposals.get_proposal(fact.proposal_id).title},
        path=path,
        now=fact.occurred_at,
    )

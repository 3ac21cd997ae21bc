"""What moderation asks for, in the transaction of its decision. Who decides was asked there: there is no actor here."""

from datetime import datetime

from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.proposals import counts, queries
from civic.proposals.likeness.service import learn_proposal
from civic.proposals.service.limiting import count_again_of


def set_proposal_hidden(*, proposal_id: int, is_hidden: bool, now: datetime) -> None:
    """Hide a proposal from everybody but its author, or show it again. Raises ProposalNotFound."""
    with transaction():
        queries.lock_proposal(proposal_id).hidden_at = now if is_hidden else None
        db.session.flush()
        count_again_of(proposal_id)
        learn_proposal(proposal_id)


def set_argument_hidden(*, argument_id: int, is_hidden: bool, now: datetime) -> None:
    """Hide an argument from everybody but its author, or show it again, and count what is shown. Raises ArgumentNotFound."""
    with transaction():
        argument = queries.lock_argument(argument_id)
        if (argument.hidden_at is not None) == is_hidden:
            return
        argument.hidden_at = now if is_hidden else None
        if argument.parent_id is None and argument.withdrawn_at is None:
            counts.change_argument_count(argument.proposal_id, -1 if is_hidden else +1)

"""Arguments that came on paper, by telephone or in a meeting, and that the town hall types. Whoever asks has checked who types, and when it was received."""

from datetime import datetime

from civic.consultations.channels import Channel
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.proposals import counts, queries
from civic.proposals.arguing.service import erase_argument
from civic.proposals.events import ArgumentPublished
from civic.proposals.models import Argument
from civic.proposals.rules import Side


def record_argument(proposal_id: int, *, side: Side, body: str, channel: Channel, now: datetime) -> int:
    """Publish an argument of somebody without an account, whom nothing names, on a proposal that is shown. Returns its id."""
    with transaction():
        proposal = queries.lock_proposal(proposal_id)
        argument = Argument(
            proposal_id=proposal_id, author_id=None, side=side, body=body, channel=channel, created_at=now
        )
        db.session.add(argument)
        db.session.flush()
        counts.change_argument_count(proposal_id, +1)
        publish(
            ArgumentPublished(
                occurred_at=now,
                argument_id=argument.id,
                proposal_id=proposal_id,
                author_id=None,
                proposal_author_id=proposal.author_id,
                hides_author=proposal.is_anonymous,
            )
        )
        return argument.id


def take_back_argument(argument_id: int, *, actor_id: int, now: datetime) -> None:
    """Take back an argument that was typed by mistake: its words are deleted, what answers it stays."""
    with transaction():
        argument = queries.lock_argument(argument_id)
        if argument.withdrawn_at is None:
            erase_argument(argument, actor_id=actor_id, now=now)

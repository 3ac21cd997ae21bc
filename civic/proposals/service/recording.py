"""What came on paper, by telephone or in a meeting, and that the town hall types. Whoever asks has checked who types, and when it was received."""

from datetime import date, datetime

import sqlalchemy as sa

from civic.consultations import queries as consultations
from civic.consultations.channels import Channel
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.proposals import counts, queries
from civic.proposals.errors import UnknownPlace
from civic.proposals.events import ProposalPublished, ProposalSupported, ProposalWithdrawn, SupportWithdrawn
from civic.proposals.models import Proposal, Support
from civic.proposals.service.places import places_of
from civic.proposals.service.proposing import ProposalText


def record_proposal(
    *, consultation_id: int, text: ProposalText, channel: Channel, received_on: date, now: datetime
) -> int:
    """Publish a proposal of somebody without an account, whom nothing names. Returns its id. Raises UnknownPlace."""
    with transaction():
        if text.territory_id not in places_of(consultations.get_consultation(consultation_id)):
            raise UnknownPlace(fields={"territory_id": [UnknownPlace.message]})
        proposal = Proposal(
            consultation_id=consultation_id,
            territory_id=text.territory_id,
            author_id=None,
            organisation_id=None,
            title=text.title,
            body_source=text.body,
            body_html=markdown_to_html(text.body),
            category=text.category,
            channel=channel,
            received_on=received_on,
            created_at=now,
            published_at=now,
            support_count=0,
            argument_count=0,
        )
        db.session.add(proposal)
        db.session.flush()
        publish(
            ProposalPublished(
                occurred_at=now,
                proposal_id=proposal.id,
                consultation_id=consultation_id,
                territory_id=proposal.territory_id,
                author_id=None,
                title=proposal.title,
            )
        )
        return proposal.id


def take_back_proposal(proposal_id: int, *, actor_id: int, now: datetime) -> None:
    """Withdraw a proposal that was typed by mistake."""
    with transaction():
        proposal = queries.lock_proposal(proposal_id)
        if proposal.withdrawn_at is not None:
            return
        proposal.withdrawn_at = now
        publish(
            ProposalWithdrawn(
                occurred_at=now,
                proposal_id=proposal_id,
                consultation_id=proposal.consultation_id,
                actor_id=actor_id,
            )
        )


def record_support(proposal_id: int, *, now: datetime) -> int:
    """Count a support that names nobody. Returns its id."""
    with transaction():
        proposal = queries.lock_proposal(proposal_id)
        support = Support(proposal_id=proposal_id, person_id=None, created_at=now)
        db.session.add(support)
        db.session.flush()
        count = counts.change_support_count(proposal_id, +1)
        publish(
            ProposalSupported(
                occurred_at=now,
                proposal_id=proposal_id,
                support_count=count,
                tells_hidden_total=queries.hides_supports(proposal.consultation_id),
            )
        )
        return support.id


def take_back_support(support_id: int, *, now: datetime) -> None:
    """Delete a support that was typed by mistake."""
    with transaction():
        proposal_id = db.session.scalar(sa.select(Support.proposal_id).filter_by(id=support_id))
        if proposal_id is None:
            return
        proposal = queries.lock_proposal(proposal_id)
        db.session.execute(sa.delete(Support).where(Support.id == support_id))
        count = counts.change_support_count(proposal_id, -1)
        publish(
            SupportWithdrawn(
                occurred_at=now,
                proposal_id=proposal_id,
                support_count=count,
                tells_hidden_total=queries.hides_supports(proposal.consultation_id),
            )
        )

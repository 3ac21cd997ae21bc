"""The texts that a proposal had are kept from the first amendment on: before, its author corrects it and nobody has read it long."""

from datetime import datetime

from civic.kernel.database import db
from civic.proposals.amendments import queries
from civic.proposals.amendments.models import ProposalVersion
from civic.proposals.amendments.rules import Text
from civic.proposals.models import Proposal


def keep_present_text(proposal: Proposal) -> None:
    """Keep the text of a locked proposal, unless it is."""
    if not queries.has_kept_texts(proposal.id):
        _keep(proposal, written_at=proposal.edited_at or proposal.published_at, amendment_id=None)


def note_change(proposal: Proposal, before: Text, *, at: datetime, amendment_id: int | None = None) -> None:
    """Number the text that a locked proposal has become, and keep it where texts are kept."""
    if queries.text_of(proposal) == before:
        return
    proposal.text_version += 1
    if queries.has_kept_texts(proposal.id):
        _keep(proposal, written_at=at, amendment_id=amendment_id)


def _keep(proposal: Proposal, *, written_at: datetime, amendment_id: int | None) -> None:
    db.session.add(
        ProposalVersion(
            proposal_id=proposal.id,
            number=proposal.text_version,
            title=proposal.title,
            body_source=proposal.body_source,
            amendment_id=amendment_id,
            written_at=written_at,
        )
    )
    db.session.flush()

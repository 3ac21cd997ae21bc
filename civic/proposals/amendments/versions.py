"""The texts that a proposal had are kept from the first amendment on, or the first change of a text that several sign."""

from datetime import datetime

from civic.kernel.database import db
from civic.proposals.amendments import queries
from civic.proposals.amendments.models import ProposalVersion
from civic.proposals.amendments.rules import Text
from civic.proposals.models import Proposal


def keep_present_text(proposal: Proposal, text: Text | None = None) -> None:
    """Keep the text of a locked proposal, unless it is. ``text``: what it was, where it is being changed."""
    if not queries.has_kept_texts(proposal.id):
        written_at = proposal.edited_at or proposal.published_at
        _keep(proposal, text or queries.text_of(proposal), written_at=written_at, amendment_id=None)


def note_change(proposal: Proposal, before: Text, *, at: datetime, amendment_id: int | None = None) -> None:
    """Number the text that a locked proposal has become, and keep it where texts are kept."""
    if queries.text_of(proposal) == before:
        return
    proposal.text_version += 1
    if queries.has_kept_texts(proposal.id):
        _keep(proposal, queries.text_of(proposal), written_at=at, amendment_id=amendment_id)


def _keep(proposal: Proposal, text: Text, *, written_at: datetime, amendment_id: int | None) -> None:
    db.session.add(
        ProposalVersion(
            proposal_id=proposal.id,
            number=proposal.text_version,
            title=text.title,
            body_source=text.body,
            amendment_id=amendment_id,
            written_at=written_at,
        )
    )
    db.session.flush()

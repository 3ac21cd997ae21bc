"""The texts that a proposal had are kept from the first amendment on, or the first change of a text that several sign."""

from dataclasses import dataclass
from datetime import datetime

from civic.kernel.database import db
from civic.proposals.amendments import queries
from civic.proposals.amendments.models import ProposalVersion
from civic.proposals.amendments.rules import Text
from civic.proposals.models import Proposal


@dataclass(frozen=True)
class Credit:
    """Whom a text comes from, when it is not its author: whoever proposed an amendment, or a coauthor who wrote it herself."""

    amendment_id: int | None = None
    coauthor_id: int | None = None


HER_OWN = Credit()


def keep_present_text(proposal: Proposal, text: Text | None = None) -> None:
    """Keep the text of a locked proposal, unless it is. ``text``: what it was, where it is being changed."""
    if not queries.has_kept_texts(proposal.id):
        written_at = proposal.edited_at or proposal.published_at
        _keep(proposal, text or queries.text_of(proposal), written_at=written_at, credit=HER_OWN)


def note_change(proposal: Proposal, before: Text, *, at: datetime, credit: Credit = HER_OWN) -> None:
    """Number the text that a locked proposal has become, and keep it where texts are kept."""
    if queries.text_of(proposal) == before:
        return
    proposal.text_version += 1
    if queries.has_kept_texts(proposal.id):
        _keep(proposal, queries.text_of(proposal), written_at=at, credit=credit)


def _keep(proposal: Proposal, text: Text, *, written_at: datetime, credit: Credit) -> None:
    db.session.add(
        ProposalVersion(
            proposal_id=proposal.id,
            number=proposal.text_version,
            title=text.title,
            body_source=text.body,
            amendment_id=credit.amendment_id,
            writer_id=credit.coauthor_id,
            is_cosigned=credit.coauthor_id is not None,
            written_at=written_at,
        )
    )
    db.session.flush()

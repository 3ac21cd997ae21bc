"""What each proposal is called where it stands among other things: an idea, a question to the elected, an article of the town hall's text."""

from collections.abc import Collection

import sqlalchemy as sa

from civic.consultations.models import Consultation
from civic.kernel.database import db
from civic.proposals.models import Proposal
from civic.proposals.words import kind_of


def kinds_of(proposal_ids: Collection[int]) -> dict[int, str]:
    """Return what each is, as a French source text: one query, none where there is nothing to name."""
    if not proposal_ids:
        return {}
    query = (
        sa.select(Proposal.id, Consultation.template, Proposal.article_number)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .where(Proposal.id.in_(proposal_ids))
    )
    return {row.id: kind_of(row.template, row.article_number) for row in db.session.execute(query)}

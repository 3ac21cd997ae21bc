"""Who took part in a consultation with an account: those to whom the town hall may write about it."""

import sqlalchemy as sa

from civic.kernel.database import db
from civic.proposals.authors.models import Coauthor
from civic.proposals.models import Argument, Proposal, Support
from civic.surveys.models import Survey, SurveyParticipant


def list_participants(consultation_id: int) -> list[int]:
    """Return who proposed, signed, supported, argued or answered its questionnaire, each once; what moderation hid took part too."""
    here = sa.select(Proposal.id).where(Proposal.consultation_id == consultation_id)
    parts = (
        sa.select(Proposal.author_id.label("person_id")).where(Proposal.id.in_(here)),
        sa.select(Coauthor.person_id).where(Coauthor.proposal_id.in_(here)),
        sa.select(Support.person_id).where(Support.proposal_id.in_(here)),
        sa.select(Argument.author_id).where(Argument.proposal_id.in_(here)),
        sa.select(SurveyParticipant.person_id).join(Survey).where(Survey.consultation_id == consultation_id),
    )
    everybody = sa.union(*parts).subquery()
    query = sa.select(everybody.c.person_id).where(everybody.c.person_id.is_not(None))
    return sorted(db.session.scalars(query))

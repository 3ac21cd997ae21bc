"""What signing holds of a person: given to her when she asks, gone when she leaves. Invitations that nobody answers are forgotten."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.proposals.authors import queries, service
from civic.proposals.authors.models import Coauthor, CoauthorInvitation
from civic.proposals.models import Proposal


@hourly
def forget_old_invitations(now: datetime) -> None:
    service.forget_old_invitations(now)


@exports_personal_data("cosigned_proposals")
def export(person_id: int) -> list[dict[str, Any]]:
    query = (
        sa.select(Proposal.title, Coauthor.created_at)
        .join(Coauthor, Coauthor.proposal_id == Proposal.id)
        .where(Coauthor.person_id == person_id)
        .order_by(Proposal.id)
    )
    return [{"proposal": title, "since": iso_utc(at)} for title, at in db.session.execute(query)]


@exports_personal_data("coauthor_invitations")
def export_invitations(person_id: int) -> dict[str, Any]:
    """Whom she asked, by the addresses that she wrote; and what she is asked to sign."""
    hers = (
        sa.select(CoauthorInvitation.email, Proposal.title)
        .join(Proposal, Proposal.id == CoauthorInvitation.proposal_id)
        .where(Proposal.author_id == person_id)
        .order_by(CoauthorInvitation.id)
    )
    return {
        "sent": [{"email": email, "proposal": title} for email, title in db.session.execute(hers)],
        "received": [{"proposal": asked.title} for asked in queries.list_asked(person_id)],
    }


@erases_personal_data("cosigned_proposals")
def erase(person_id: int, now: datetime) -> None:
    """She signs no more; those whom she asked to sign, and who did not answer, are asked no more."""
    hers = sa.select(Proposal.id).filter_by(author_id=person_id)
    email = accounts.get_person(person_id).email or ""
    db.session.execute(sa.delete(Coauthor).filter_by(person_id=person_id))
    asked = sa.or_(CoauthorInvitation.email == email, CoauthorInvitation.proposal_id.in_(hers))
    db.session.execute(sa.delete(CoauthorInvitation).where(asked))

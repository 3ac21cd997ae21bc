"""What a person marked is given to her when she asks, but for the words of others that nobody reads any more. When she leaves her marks stay, and are nobody's, so that counts hold."""

from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import exports_personal_data
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.proposals.arguing.models import ArgumentMark
from civic.proposals.models import Argument, Proposal


@exports_personal_data("enlightening_arguments")
def export(person_id: int) -> list[dict[str, Any]]:
    is_read = sa.and_(
        Argument.hidden_at.is_(None), Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None)
    )
    words = sa.case((is_read, Argument.body), else_="")
    query = (
        sa.select(Proposal.title, words, ArgumentMark.created_at)
        .join(Argument, Argument.id == ArgumentMark.argument_id)
        .join(Proposal, Proposal.id == Argument.proposal_id)
        .where(ArgumentMark.person_id == person_id)
        .order_by(ArgumentMark.id)
    )
    return [
        {"proposal": title, "text": body, "created_at": iso_utc(at)}
        for title, body, at in db.session.execute(query)
    ]

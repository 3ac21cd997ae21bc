"""What a person proposed to change, or changed of a text that she signs, is given to her when she asks. When she leaves it stays, unsigned (the keys are emptied)."""

from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import exports_personal_data
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.proposals.amendments.models import Amendment, ProposalVersion
from civic.proposals.models import Proposal


@exports_personal_data("amendments")
def export(person_id: int) -> list[dict[str, Any]]:
    query = (
        sa.select(Amendment, Proposal.title)
        .join(Proposal, Proposal.id == Amendment.proposal_id)
        .where(Amendment.author_id == person_id)
        .order_by(Amendment.id)
    )
    return [
        {
            "proposal": title,
            "title": amendment.title,
            "text": amendment.body_source,
            "why": amendment.reason,
            "state": amendment.state.value,
            "created_at": iso_utc(amendment.created_at),
        }
        for amendment, title in db.session.execute(query)
    ]


@exports_personal_data("signed_texts")
def export_signed_texts(person_id: int) -> list[dict[str, Any]]:
    """What she wrote of texts that she signed with their author."""
    query = sa.select(ProposalVersion).filter_by(writer_id=person_id).order_by(ProposalVersion.id)
    return [
        {"title": version.title, "text": version.body_source, "since": iso_utc(version.written_at)}
        for version in db.session.scalars(query)
    ]

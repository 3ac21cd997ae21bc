"""What drafts hold of a person: given to her when she asks, gone when she leaves. Old ones are forgotten."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.proposals.attached.queries import documents_of_draft, photographs_of_draft
from civic.proposals.drafts import service
from civic.proposals.drafts.models import ProposalDraft
from civic.proposals.service.places import point_in_plain_values


@hourly
def forget_old_drafts(now: datetime) -> None:
    service.forget_old_drafts(now)


@exports_personal_data("proposal_drafts")
def export(person_id: int) -> list[dict[str, Any]]:
    drafts = sa.select(ProposalDraft).filter_by(author_id=person_id).order_by(ProposalDraft.id)
    return [
        {
            "title": one.title,
            "text": one.body,
            "category": one.category.value if one.category else None,
            "topic": one.topic,
            "is_anonymous": one.is_anonymous,
            "point": point_in_plain_values(one),
            "saved_at": iso_utc(one.saved_at),
            "photographs": [each.description for each in photographs_of_draft(one.id)],
            "documents": [each.title for each in documents_of_draft(one.id)],
        }
        for one in db.session.scalars(drafts)
    ]


@erases_personal_data("proposal_drafts")
def erase(person_id: int, now: datetime) -> None:
    """Their photographs and documents go with them."""
    db.session.execute(sa.delete(ProposalDraft).filter_by(author_id=person_id))

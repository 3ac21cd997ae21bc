from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.consultations.models import Consultation
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.proposals.drafts.errors import DraftNotFound
from civic.proposals.drafts.models import ProposalDraft


@dataclass(frozen=True)
class DraftLine:
    """A draft as a list shows it."""

    id: int
    title: str
    body: str
    consultation_title: str
    saved_at: datetime


def get_draft(draft_id: int) -> ProposalDraft:
    """Raises DraftNotFound."""
    draft = find_draft(draft_id)
    if draft is None:
        raise DraftNotFound
    return draft


def find_draft(draft_id: int) -> ProposalDraft | None:
    return db.session.get(ProposalDraft, draft_id)


def lock_draft(draft_id: int) -> ProposalDraft | None:
    query = sa.select(ProposalDraft).filter_by(id=draft_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def lock_draft_of_key(author_id: int, key: str) -> ProposalDraft | None:
    query = sa.select(ProposalDraft).filter_by(author_id=author_id, key=key).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def count_drafts_of(person_id: int) -> int:
    query = sa.select(sa.func.count()).select_from(ProposalDraft).filter_by(author_id=person_id)
    return db.session.scalar(query) or 0


def list_drafts_of(
    person_id: int, *, consultation_id: int | None = None, number: int = 1, size: int = PAGE_SIZE
) -> Page[DraftLine]:
    """Read a page of somebody's drafts, the last saved first: for that person alone."""
    of = ProposalDraft
    query = (
        sa.select(of.id, of.title, of.body, Consultation.title, of.saved_at)
        .join(Consultation, Consultation.id == of.consultation_id)
        .where(of.author_id == person_id)
        .order_by(of.saved_at.desc(), of.id.desc())
    )
    if consultation_id is not None:
        query = query.where(of.consultation_id == consultation_id)
    page = paginate(query, number=number, size=size, scalars=False)
    return Page([DraftLine(*row) for row in page.items], page.number, page.size, page.total)

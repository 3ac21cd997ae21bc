from dataclasses import dataclass

import sqlalchemy as sa

from civic.kernel.database import db
from civic.proposals.articles.models import TownText
from civic.proposals.models import Proposal


@dataclass(frozen=True)
class WrittenText:
    """A text as it was saved; version 0 where none was."""

    source: str = ""
    version: int = 0


def read_text(consultation_id: int) -> WrittenText:
    text = db.session.get(TownText, consultation_id)
    return WrittenText(text.source, text.version) if text else WrittenText()


def list_articles(consultation_id: int) -> list[Proposal]:
    """Return the articles of a published consultation that everybody sees, in their order."""
    query = sa.select(Proposal).where(
        Proposal.consultation_id == consultation_id,
        Proposal.article_number.is_not(None),
        Proposal.hidden_at.is_(None),
        Proposal.withdrawn_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(Proposal.article_number)))

"""Made-up proposals, and what the database holds of them."""

import sqlalchemy as sa

from civic.consultations.rules import Activity
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.proposals.models import Answer, Argument, Proposal, Support
from civic.proposals.rules import Category
from civic.proposals.service.proposing import ProposalText
from tests.consultations.making import EVERYTHING, add_consultation

WITHOUT = {each: tuple(other for other in EVERYTHING if other is not each) for each in Activity}


def idea(place: int, title: str = "Un banc à l’ombre") -> ProposalText:
    return ProposalText(title, "Devant le lavoir, **à l’ombre**.", Category.NATURE, place)


def add_proposal(
    town: int, *, author: int | None = None, consultation: int | None = None, place: int | None = None,
    title: str = "Un banc à l’ombre",
) -> int:  # fmt: skip
    """Make a proposal in an open consultation of the commune (a context is needed). Returns its id."""
    consultation = consultation or add_consultation(town)
    now = utc_now()
    with transaction():
        proposal = Proposal(
            consultation_id=consultation,
            territory_id=place or town,
            author_id=author,
            title=title,
            body_source="Devant le lavoir.",
            body_html="<p>Devant le lavoir.</p>",
            category=Category.NATURE,
            created_at=now,
            published_at=now,
        )
        db.session.add(proposal)
        db.session.flush()
        return proposal.id


def held() -> list[tuple[object, ...]]:
    """Everything that the tables of proposals hold."""
    db.session.rollback()
    tables = [model.__table__ for model in (Proposal, Support, Argument, Answer)]
    return [tuple(row) for table in tables for row in db.session.execute(sa.select(table).order_by("id"))]


def counts_of(proposal_id: int) -> tuple[int, int]:
    """Return the counts kept, of supports and of arguments."""
    db.session.rollback()
    row = db.session.execute(
        sa.select(Proposal.support_count, Proposal.argument_count).filter_by(id=proposal_id)
    ).one()
    return row.support_count, row.argument_count


def recounts_of(proposal_id: int) -> tuple[int, int]:
    """Return what the counts should be: of the rows."""
    supports = sa.select(sa.func.count()).where(Support.proposal_id == proposal_id)
    arguments = sa.select(sa.func.count()).where(
        Argument.proposal_id == proposal_id,
        Argument.hidden_at.is_(None),
        Argument.withdrawn_at.is_(None),
        Argument.parent_id.is_(None),
    )
    return db.session.scalar(supports) or 0, db.session.scalar(arguments) or 0

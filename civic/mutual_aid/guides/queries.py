"""Reads of the guides."""

import sqlalchemy as sa

from civic.kernel.database import db
from civic.mutual_aid.guides.errors import GuideNotFound
from civic.mutual_aid.guides.models import Guide


def get_guide(guide_id: int) -> Guide:
    """Raises GuideNotFound."""
    guide = db.session.get(Guide, guide_id)
    if guide is None or guide.removed_at is not None:
        raise GuideNotFound
    return guide


def get_guide_alone(guide_id: int) -> Guide:
    """Return a guide, kept from every other writer until the end of the transaction. Raises GuideNotFound."""
    query = sa.select(Guide).filter_by(id=guide_id, removed_at=None).with_for_update()
    guide = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if guide is None:
        raise GuideNotFound
    return guide


def list_guides(territory_id: int, *, limit: int = 100) -> list[Guide]:
    """List the guides of a commune by title."""
    query = (
        sa.select(Guide)
        .where(Guide.territory_id == territory_id, Guide.removed_at.is_(None))
        .order_by(Guide.title, Guide.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))

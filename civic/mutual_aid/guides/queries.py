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


def list_guides(territory_id: int, *, limit: int = 100) -> list[Guide]:
    """List the guides of a commune by title."""
    query = (
        sa.select(Guide)
        .where(Guide.territory_id == territory_id, Guide.removed_at.is_(None))
        .order_by(Guide.title, Guide.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))

"""Proposals that show where they are, for the map."""

from dataclasses import dataclass

import sqlalchemy as sa

from civic.kernel.database import db
from civic.proposals.models import Proposal
from civic.proposals.rules import Point
from civic.territories import queries as territories

MOST_LOCATED = 200


@dataclass(frozen=True)
class Located:
    """A proposal on the map."""

    id: int
    title: str
    place_name: str
    point: Point


def list_located(consultation_id: int) -> list[Located]:
    """Read where the last proposals that show a place are, among those that everybody sees."""
    of = Proposal
    query = (
        sa.select(of.id, of.title, of.territory_id, of.longitude, of.latitude, of.place_label)
        .where(of.consultation_id == consultation_id, of.longitude.is_not(None))
        .where(of.hidden_at.is_(None), of.withdrawn_at.is_(None))
        .order_by(of.published_at.desc(), of.id.desc())
        .limit(MOST_LOCATED)
    )
    rows = list(db.session.execute(query))
    names = territories.names_of({row.territory_id for row in rows})
    return [
        Located(
            row.id, row.title, names[row.territory_id], Point(row.longitude, row.latitude, row.place_label)
        )
        for row in rows
    ]

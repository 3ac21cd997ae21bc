from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.participation.rules import AgeBand


class PopulationCount(Model):
    """How many people live in a neighbourhood (or in a commune that has none), by age band: as the town imported or typed it."""

    __tablename__ = "population_count"
    __table_args__ = (sa.CheckConstraint("people >= 0", name="people_are_counted"),)

    territory_id: Mapped[int] = mapped_column(
        sa.ForeignKey("territory.id", ondelete="CASCADE"), primary_key=True
    )
    band: Mapped[AgeBand] = mapped_column(enum_type(AgeBand), primary_key=True)
    people: Mapped[int]


class ParticipationFigure(Model):
    """How many people took part in a large consultation, by channel, counted about every hour: counting them takes too long for a page."""

    __tablename__ = "participation_figure"

    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True
    )
    counted_at: Mapped[datetime]
    channels: Mapped[dict[str, Any]]

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model
from civic.mutual_aid.reminding.rules import EARLIEST_HOUR, LATEST_HOUR


class ReminderSettings(Model):
    """The hour, on the town hall's clock, at which people are reminded of the next day; without a row, that of everybody."""

    __tablename__ = "reminder_settings"
    __table_args__ = (
        sa.CheckConstraint(f"hour BETWEEN {EARLIEST_HOUR} AND {LATEST_HOUR}", name="an_hour_of_the_day"),
    )

    town_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[int]
    changed_at: Mapped[datetime]

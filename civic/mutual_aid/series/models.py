from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model
from civic.kernel.editing import Edited


class RequestSeries(Edited, Model):
    """Help that comes back. What is asked is in its occurrences, which are requests: a new one is made as the last one is.

    ``rule`` is a recurrence rule of RFC 5545, read on the town hall's clock: 10:00 stays 10:00 when clocks change. ``from_minute`` counts
    from midnight. Occurrences are made up to ``made_until``; one that a volunteer took is never changed by the series.
    """

    __tablename__ = "request_series"
    WRITTEN = ("rule", "begins_on", "from_minute", "length_minutes")
    __table_args__ = (
        sa.CheckConstraint("from_minute BETWEEN 0 AND 1439", name="a_minute_of_the_day"),
        sa.CheckConstraint("length_minutes > 0", name="a_length_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    rule: Mapped[str]
    begins_on: Mapped[date]
    from_minute: Mapped[int]
    length_minutes: Mapped[int]
    made_until: Mapped[date]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

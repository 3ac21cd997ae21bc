from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model
from civic.mutual_aid.volunteers.rules import LARGEST_CEILING, LAST_HOUR, Limits, QuietHours


class VolunteerProfile(Model):
    """How a volunteer is reached, when not, and how often at most. Whoever has none has the usual."""

    __tablename__ = "volunteer_profile"
    __table_args__ = (
        sa.CheckConstraint(
            f"quiet_from_hour BETWEEN 0 AND {LAST_HOUR} AND quiet_to_hour BETWEEN 0 AND {LAST_HOUR}",
            name="hours_are_of_a_day",
        ),
        sa.CheckConstraint(f"weekly_ceiling BETWEEN 1 AND {LARGEST_CEILING}", name="a_ceiling_is_sane"),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    by_mail: Mapped[bool]
    by_sms: Mapped[bool]
    quiet_from_hour: Mapped[int]
    quiet_to_hour: Mapped[int]
    weekly_ceiling: Mapped[int]
    changed_at: Mapped[datetime]

    @property
    def limits(self) -> Limits:
        quiet = QuietHours(self.quiet_from_hour, self.quiet_to_hour)
        return Limits(self.by_mail, self.by_sms, quiet, self.weekly_ceiling)


class TownSkill(Model):
    """A skill of the list that a town made its own. ``position`` orders the list; one that is retired is no longer offered to anybody."""

    __tablename__ = "town_skill"
    __table_args__ = (sa.UniqueConstraint("territory_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    key: Mapped[str]
    name: Mapped[str]
    expires: Mapped[bool]
    position: Mapped[int]
    retired_at: Mapped[datetime | None]


class VolunteerSkill(Model):
    """A skill that a volunteer says she has, and the last day on which it holds, where it expires."""

    __tablename__ = "volunteer_skill"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    skill: Mapped[str] = mapped_column(primary_key=True)
    expires_on: Mapped[date | None]

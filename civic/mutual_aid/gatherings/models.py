from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited
from civic.mutual_aid.gatherings.rules import MOST_PLACES, GatheringState, PlaceState

_LIVE = sa.text("state IN ('taken', 'waiting', 'held')")


class Gathering(Edited, Model):
    """Something that an association organises: what, and where. When is in its shifts."""

    __tablename__ = "gathering"
    WRITTEN = ("title", "text", "address")
    __table_args__ = (sa.Index("ix_gathering_territory_id_state", "territory_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    address: Mapped[str]
    state: Mapped[GatheringState] = mapped_column(enum_type(GatheringState), default=GatheringState.DRAFT)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    shifts: Mapped[list["Shift"]] = relationship(
        cascade="all, delete-orphan", order_by="Shift.starts_at, Shift.id", lazy="selectin"
    )


class Shift(Model):
    """A time and what is done then, with so many places. ``taken`` counts those that somebody has, or that are held for somebody."""

    __tablename__ = "shift"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="a_shift_has_a_length"),
        sa.CheckConstraint(f"places BETWEEN 1 AND {MOST_PLACES}", name="some_places"),
        sa.CheckConstraint("taken BETWEEN 0 AND places", name="no_more_than_the_places"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(sa.ForeignKey("gathering.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    places: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)

    @property
    def left(self) -> int:
        return self.places - self.taken


class ShiftPlace(Model):
    """One person in one shift: she has a place, waits for one, or had one. At most one that is live, whatever she clicks and where."""

    __tablename__ = "shift_place"
    __table_args__ = (
        sa.Index(
            "uq_shift_place_shift_id_person_id_live",
            "shift_id",
            "person_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        sa.Index("ix_shift_place_person_id_state", "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(sa.ForeignKey("shift.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[PlaceState] = mapped_column(enum_type(PlaceState))
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]


class ShiftQuarter(Model):
    """A quarter-hour of a person's time that a place takes: two overlapping places cannot both be hers."""

    __tablename__ = "shift_quarter"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("shift_place.id", ondelete="CASCADE"), index=True)

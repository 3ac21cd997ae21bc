from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.consultations.rules import Activity, ConsultationPlan, ConsultationState, PhasePlan
from civic.kernel.database import Model, enum_type


class Consultation(Model):
    """A bounded public process of a commune. ``version`` grows by one each time that it is saved, and when it is published.

    Attributes:
        template: the key of what it began from (``templates.TEMPLATES``); None for one written over the API, or imported.
        most_supports: how many of its proposals one person may support; None: as many as she likes.
        copied_from_id: the consultation whose texts, places and rules it took up.
    """

    __tablename__ = "consultation"
    __table_args__ = (
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name="published_has_its_instant"
        ),
        sa.CheckConstraint("most_supports > 0", name="some_supports_each"),
        sa.Index("ix_consultation_state_published_at", "state", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    body_source: Mapped[str] = mapped_column(default="")
    body_html: Mapped[str] = mapped_column(default="")
    plain_text: Mapped[str] = mapped_column(default="")
    state: Mapped[ConsultationState] = mapped_column(enum_type(ConsultationState))
    allows_anonymous: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    topics: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    most_supports: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]
    updated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    published_at: Mapped[datetime | None]
    template: Mapped[str | None]
    copied_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultation.id", ondelete="SET NULL"))

    phases: Mapped[list["Phase"]] = relationship(
        cascade="all, delete-orphan", order_by="(Phase.opens_at, Phase.id)", lazy="selectin"
    )
    neighbourhoods: Mapped[list["ConsultationNeighbourhood"]] = relationship(
        cascade="all, delete-orphan",
        order_by="ConsultationNeighbourhood.territory_id",
        lazy="selectin",
    )

    @property
    def neighbourhood_ids(self) -> list[int]:
        """The neighbourhoods concerned; none when it is the whole commune."""
        return [row.territory_id for row in self.neighbourhoods]

    @property
    def concerned_ids(self) -> frozenset[int]:
        """The territories whose residents take part: its neighbourhoods, or the commune."""
        return frozenset(self.neighbourhood_ids or [self.territory_id])

    @property
    def plan(self) -> ConsultationPlan:
        """Return what was written, as a plain value."""
        phases = tuple(phase.plan for phase in self.phases)
        neighbourhoods = frozenset(self.neighbourhood_ids)
        return ConsultationPlan(
            self.title,
            self.summary,
            self.body_source,
            neighbourhoods,
            phases,
            self.plain_text,
            self.allows_anonymous,
            tuple(self.topics),
            self.most_supports,
        )


class ConsultationNeighbourhood(Model):
    __tablename__ = "consultation_neighbourhood"

    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True
    )
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), primary_key=True, index=True)


class Phase(Model):
    """A dated step. Nothing has to run for it to open or close: it is open iff ``opens_at <= now < closes_at``."""

    __tablename__ = "phase"
    __table_args__ = (sa.CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    activities: Mapped[list[Any]]
    hides_reactions: Mapped[bool] = mapped_column(default=False)

    @property
    def plan(self) -> PhasePlan:
        """Return this phase as a plain value."""
        activities = tuple(Activity(value) for value in self.activities)
        return PhasePlan(
            self.name,
            self.opens_at,
            self.closes_at,
            activities,
            self.description,
            self.id,
            hides_reactions=self.hides_reactions,
        )

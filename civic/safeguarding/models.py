from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.kernel.database import Model, enum_type
from civic.kernel.sealing import Sealed
from civic.safeguarding.rules import (
    AgeBand,
    ConcernDecision,
    ConcernKind,
    ConcernState,
    Level,
    Proof,
)


class VettingRule(Model):
    """How far a kind of help asks a volunteer to have been checked, where the town chose something else than the usual."""

    __tablename__ = "vetting_rule"

    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[Level] = mapped_column(enum_type(Level))
    honourability: Mapped[bool]


class VettingProof(Model):
    """That an agent met a volunteer, or was shown a document: which, on what day, by whom, and until when it holds. Never the document."""

    __tablename__ = "vetting_proof"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    proof: Mapped[Proof] = mapped_column(enum_type(Proof))
    seen_on: Mapped[date]
    expires_on: Mapped[date]
    seen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime]


class VolunteerAge(Model):
    """What a volunteer said of her age, and, of a minor, that somebody who answers for her agreed before an agent.

    ``adult_on`` is the day on which a minor comes of age: from then on nothing more is asked.
    """

    __tablename__ = "volunteer_age"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    band: Mapped[AgeBand] = mapped_column(enum_type(AgeBand))
    said_at: Mapped[datetime]
    adult_on: Mapped[date | None]
    agreed_on: Mapped[date | None]
    representative: Mapped[str | None] = mapped_column(Sealed("volunteer_age.representative"))
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))


class Block(Model):
    """That one person no longer wants to be put together with another. It holds both ways, and neither is told of it."""

    __tablename__ = "block"
    __table_args__ = (
        sa.CheckConstraint("blocker_id <> blocked_id", name="nobody_blocks_herself"),
        sa.Index("ix_block_blocked_id", "blocked_id"),
    )

    blocker_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    blocked_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime]


class Suspension(Model):
    """That a volunteer is asked for nothing, since when, by whose decision, and what she was told. ``ends_on`` is its last day."""

    __tablename__ = "suspension"
    __table_args__ = (
        sa.Index(
            "uq_suspension_person_id_in_force",
            "person_id",
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    concern_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("concern.id", ondelete="SET NULL"), index=True
    )
    begun_at: Mapped[datetime]
    ends_on: Mapped[date | None]
    told: Mapped[str] = mapped_column(Sealed("suspension.told"))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))


class Concern(Model):
    """A worry about somebody's safety, told to the safeguarding officer alone. What was written is sealed.

    ``subject_kind`` and ``subject_id`` say what it is about (a match), without the feature that it belongs to being known here;
    ``context`` says it in words.
    """

    __tablename__ = "concern"
    __table_args__ = (sa.Index("ix_concern_territory_id_state", "territory_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    kind: Mapped[ConcernKind] = mapped_column(enum_type(ConcernKind))
    state: Mapped[ConcernState] = mapped_column(enum_type(ConcernState), default=ConcernState.NEW)
    text: Mapped[str] = mapped_column(Sealed("concern.text"))
    context: Mapped[str] = mapped_column(Sealed("concern.context"), default="")
    told_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    about_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None]
    told_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    steps: Mapped[list["ConcernStep"]] = relationship(
        cascade="all, delete-orphan", order_by="ConcernStep.id", lazy="selectin"
    )


class ConcernStep(Model):
    """What a safeguarding officer did about a concern, in her words, sealed."""

    __tablename__ = "concern_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    concern_id: Mapped[int] = mapped_column(sa.ForeignKey("concern.id", ondelete="CASCADE"), index=True)
    decision: Mapped[ConcernDecision] = mapped_column(enum_type(ConcernDecision))
    text: Mapped[str] = mapped_column(Sealed("concern_step.text"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    done_at: Mapped[datetime]


class ConcernSight(Model):
    """That somebody opened the file of a concern."""

    __tablename__ = "concern_sight"

    id: Mapped[int] = mapped_column(primary_key=True)
    concern_id: Mapped[int] = mapped_column(sa.ForeignKey("concern.id", ondelete="CASCADE"), index=True)
    viewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    seen_at: Mapped[datetime]

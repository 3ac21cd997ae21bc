from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model
from civic.kernel.editing import Edited
from civic.opinions.rules import Origin, is_prepared_ref


class Stance(IntEnum):
    """What a reaction says, as Polis writes it."""

    DISAGREE = -1
    PASS = 0
    AGREE = 1


class StanceName(StrEnum):
    """How a stance is named at the doors."""

    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"

    @property
    def stance(self) -> Stance:
        return Stance[self.name]


class Statement(Edited, Model):
    """One short sentence that people react to. The three counters equal a recount of the reactions at any time.

    Attributes:
        external_ref: the number that it has in the conversation that it was imported from, or its place among those that the
            town hall prepared (``rules.prepared_ref``); none of what a resident wrote.
    """

    __tablename__ = "statement"
    WRITTEN = ("body",)
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "external_ref"),
        sa.CheckConstraint(
            "agree_count >= 0 AND disagree_count >= 0 AND pass_count >= 0", name="counts_not_negative"
        ),
        sa.Index("ix_statement_consultation_id_hidden_at", "consultation_id", "hidden_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    external_ref: Mapped[str | None]
    body: Mapped[str]
    created_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    agree_count: Mapped[int] = mapped_column(default=0)
    disagree_count: Mapped[int] = mapped_column(default=0)
    pass_count: Mapped[int] = mapped_column(default=0)

    @property
    def origin(self) -> Origin:
        """Where it comes from: an author, where there is one, is never named."""
        if self.external_ref is None:
            return Origin.RESIDENT
        return Origin.TOWN_HALL if is_prepared_ref(self.external_ref) else Origin.IMPORTED


class Participant(Model):
    """Who reacts in one consultation: a person, or somebody whom an import knows by a number alone."""

    __tablename__ = "participant"
    __table_args__ = (
        sa.UniqueConstraint("consultation_id", "person_id"),
        sa.UniqueConstraint("consultation_id", "external_ref"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    external_ref: Mapped[str | None]


class Reaction(Model):
    """What one participant says of one statement; a second one replaces the first."""

    __tablename__ = "reaction"
    __table_args__ = (sa.CheckConstraint("value IN (-1, 0, 1)", name="value_is_a_stance"),)

    participant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    statement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    value: Mapped[int] = mapped_column(sa.SmallInteger)


class PolisImport(Model):
    """The consultation that a Polis conversation became, so that importing it again adds to it and doubles nothing."""

    __tablename__ = "polis_import"
    __table_args__ = (sa.UniqueConstraint("territory_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    source: Mapped[str]
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), unique=True)
    imported_at: Mapped[datetime]


class OpinionMap(Model):
    """What was counted last of a consultation's reactions, and whether it is asked to be counted again.

    Attributes:
        asked_at: since when a new count is owed; none when nothing changed since the last one began.
        computed_at: of what moment the map tells; none before the first.
        people, considered, between_groups: who reacted; who reacted enough to be placed; who of them is in no group.
        lack: why there are no groups.
        squares: what is drawn: ``[x, y, group or -1, people]``.
    """

    __tablename__ = "opinion_map"

    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True
    )
    asked_at: Mapped[datetime | None]
    computed_at: Mapped[datetime | None]
    people: Mapped[int] = mapped_column(default=0)
    considered: Mapped[int] = mapped_column(default=0)
    between_groups: Mapped[int] = mapped_column(default=0)
    clearness: Mapped[float] = mapped_column(sa.Double, default=0.0)
    lack: Mapped[str | None]
    squares: Mapped[list[Any]] = mapped_column(default=list)


class OpinionGroup(Model):
    """People who answered alike. ``x`` and ``y`` are their middle, in a square of side 1."""

    __tablename__ = "opinion_group"

    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int]
    x: Mapped[float] = mapped_column(sa.Double)
    y: Mapped[float] = mapped_column(sa.Double)


class OpinionPlace(Model):
    """Where a participant stands; shown to her alone. ``number`` is that of her group; none who is between groups."""

    __tablename__ = "opinion_place"

    participant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    x: Mapped[float] = mapped_column(sa.Double)
    y: Mapped[float] = mapped_column(sa.Double)
    number: Mapped[int | None]


class OpinionOfGroup(Model):
    """What a group said of a statement. ``holds``: 1 or -1 where it stands out by agreeing or disagreeing, else 0."""

    __tablename__ = "opinion_of_group"

    statement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    agreed: Mapped[int]
    disagreed: Mapped[int]
    passed: Mapped[int]
    holds: Mapped[int] = mapped_column(sa.SmallInteger)
    strength: Mapped[float] = mapped_column(sa.Double)


class SharedOpinion(Model):
    """Of a statement, from 0 to 1: agreed by every group, refused by every group, agreed by one and refused by another."""

    __tablename__ = "shared_opinion"

    statement_id: Mapped[int] = mapped_column(
        sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    agreed: Mapped[float] = mapped_column(sa.Double)
    refused: Mapped[float] = mapped_column(sa.Double)
    dividing: Mapped[float] = mapped_column(sa.Double)

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.councils.sortition.states import USUAL_ANSWER_DAYS, DrawState, PlaceState
from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited, fingerprint


class Draw(Edited, Model):
    """A panel drawn by lot. Once it is frozen nothing of it changes, but what the seed brings; a draw that is given up stays, and says why.

    Attributes:
        list_text: who it is drawn from, as numbers and criteria; empty once it is erased.
        shows_list: anybody may download the list, hence draw again, until it is erased.
        quotas: criterion, value, least and most of each.
        rules_text: what was frozen, of which the fingerprint is published. list_sha256: of the list.
        seed_source, seed_at: where the seed comes from, and when it is known: after the freezing.
        counts: people by criterion and value, as they may be told, once the list is erased.
        answer_days: how long whoever is called has to answer.
        erase_at: when the list is erased.
    """

    __tablename__ = "draw"
    WRITTEN = ("title", "purpose", "seats", "substitutes", "answer_days", "keep_days", "shows_list")
    __table_args__ = (
        sa.CheckConstraint("seats > 0 AND substitutes >= 0", name="seats_are_positive"),
        sa.CheckConstraint("drawn_at IS NULL OR frozen_at IS NOT NULL", name="drawn_was_frozen"),
        sa.CheckConstraint("drawn_at IS NULL OR cancelled_at IS NULL", name="drawn_or_cancelled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    title: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    seats: Mapped[int]
    substitutes: Mapped[int]
    keep_days: Mapped[int]
    answer_days: Mapped[int] = mapped_column(default=USUAL_ANSWER_DAYS, server_default=str(USUAL_ANSWER_DAYS))
    shows_list: Mapped[bool]
    created_at: Mapped[datetime]
    criteria: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    list_text: Mapped[str] = mapped_column(default="", deferred=True)
    entrants: Mapped[int] = mapped_column(default=0)
    quotas: Mapped[list[list[Any]]] = mapped_column(sa.JSON, default=list)
    frozen_at: Mapped[datetime | None]
    list_sha256: Mapped[str | None]
    rules_text: Mapped[str] = mapped_column(default="")
    seed_source: Mapped[str] = mapped_column(default="")
    seed_at: Mapped[datetime | None]
    seed: Mapped[str | None]
    witnesses: Mapped[str] = mapped_column(default="")
    drawn_at: Mapped[datetime | None]
    result_text: Mapped[str] = mapped_column(default="")
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    erase_at: Mapped[datetime | None]

    erased_at: Mapped[datetime | None]

    @property
    def seen_quotas(self) -> str:
        """What the form of its quotas carries."""
        return fingerprint(self.quotas)

    @property
    def state(self) -> DrawState:
        if self.cancelled_at is not None:
            return DrawState.CANCELLED
        if self.drawn_at is not None:
            return DrawState.DRAWN
        return DrawState.DRAFT if self.frozen_at is None else DrawState.FROZEN


class DrawnPlace(Model):
    """Somebody who was drawn, and what she answers. Her name is read by the town hall alone, until she accepts and agrees.

    Attributes:
        number: hers on the list. person_id: her account, where the list was made of accounts.
        due_at: by when she is asked to answer; nothing happens then by itself, the town hall calls her. None: she was called before there was one.
        rank: in which order she was called. replaces: the number whose place she takes.
    """

    __tablename__ = "drawn_place"
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "number"),
        sa.CheckConstraint("(state = 'called') = (answered_at IS NULL)", name="answered_has_its_instant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(sa.ForeignKey("draw.id", ondelete="CASCADE"))
    number: Mapped[str]
    rank: Mapped[int]
    replaces: Mapped[str | None]
    state: Mapped[PlaceState] = mapped_column(enum_type(PlaceState, is_checked=False))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    is_named: Mapped[bool] = mapped_column(default=False)
    called_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class DrawOwner(Model):
    """Whose number it is, of a list that was made of accounts; erased with the list."""

    __tablename__ = "draw_owner"

    draw_id: Mapped[int] = mapped_column(sa.ForeignKey("draw.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)

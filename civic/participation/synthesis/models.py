from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model
from civic.kernel.editing import Edited


class Synthesis(Model):
    """What was counted last of a consultation, and what of it is public. It holds sums and numbers of rows, never a name nor a text.

    Attributes:
        asked_at: since when one is being made; none when nothing is.
        renews_themes: the themes are to be made anew, whatever the councillor changed of them.
        stage: how far it is, of ``STAGES``.
        told, made_at: the last that was made.
        published: what residents read, as it was when it was published.
    """

    __tablename__ = "synthesis"

    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True
    )
    asked_at: Mapped[datetime | None]
    asked_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    renews_themes: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[int] = mapped_column(default=0)
    told: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    made_at: Mapped[datetime | None]
    published: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )


class Theme(Edited, Model):
    """Proposals of a consultation that share words, under a name: found by a program, then named, merged or moved by a councillor.

    ``words``: those that its proposals share, the most telling first. ``is_edited``: somebody named it, and it is kept when others are found.
    """

    __tablename__ = "theme"
    WRITTEN = ("name",)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    words: Mapped[list[Any]]
    is_edited: Mapped[bool] = mapped_column(default=False)


class ThemeMember(Model):
    """A proposal is in one theme at most. ``is_placed``: a person put it there, or (without a theme) out of all of them."""

    __tablename__ = "theme_member"

    proposal_id: Mapped[int] = mapped_column(
        sa.ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    is_placed: Mapped[bool] = mapped_column(default=False)

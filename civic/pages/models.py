from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited


class TownHall(Edited, Model):
    """How to reach the town hall, and who answers for the site: shown on the home page, in help, and in the legal notice."""

    __tablename__ = "town_hall"
    WRITTEN = (
        "name", "street", "postcode", "city", "phone", "email", "opening_hours", "publication_director", "host",
        "data_officer_email",
    )  # fmt: skip

    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), primary_key=True)
    name: Mapped[str]
    street: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    opening_hours: Mapped[str] = mapped_column(default="")
    publication_director: Mapped[str] = mapped_column(default="")
    host: Mapped[str] = mapped_column(default="")
    data_officer_email: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime]


class SearchKind(StrEnum):
    CONSULTATION = "consultation"
    PROPOSAL = "proposal"
    POLL = "poll"
    OFFER = "offer"
    COUNCIL = "council"
    SITTING = "sitting"
    GATHERING = "gathering"
    GUIDE = "guide"
    PETITION = "petition"
    INQUIRY = "inquiry"
    CALL = "call"
    SURVEY = "survey"
    RECORD = "record"
    DRAW = "draw"


class SearchEntry(Model):
    """A public thing that can be found. Made again from what the features hold; nothing is lost when it is.

    Attributes:
        text: as it is read, without its marks; excerpts are cut in it.
        opens_at, closes_at: of what has a window; it is open or not by them, at each request.
        is_answered: the town hall has published an answer to it.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject_id"),
        sa.Index("ix_search_entry_dated_at", "dated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SearchKind] = mapped_column(enum_type(SearchKind, is_checked=False))
    subject_id: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    dated_at: Mapped[datetime]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    is_answered: Mapped[bool] = mapped_column(default=False)


class SearchTerm(Model):
    """A word of a thing that can be found, its stem (after ``=``), or a place that it concerns (after ``@``).

    The same words on every database, in the order of their bytes, so that a beginning is a range. ``weight``: of a title, or of a text.
    """

    __tablename__ = "search_term"
    __table_args__ = {"sqlite_with_rowid": False}

    term: Mapped[str] = mapped_column(
        sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True
    )
    entry_id: Mapped[int] = mapped_column(
        sa.ForeignKey("search_entry.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
        autoincrement=False,
    )
    weight: Mapped[int] = mapped_column(sa.SmallInteger)

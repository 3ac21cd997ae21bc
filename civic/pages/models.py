from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type


class TownHall(Model):
    """How to reach the town hall, and who answers for the site: shown on the home page, in help, and in the legal notice."""

    __tablename__ = "town_hall"

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


class SearchEntry(Model):
    """A public thing that can be found. Made again from what the features hold; nothing is lost when it is."""

    __tablename__ = "search_entry"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject_id"),
        sa.Index("ix_search_entry_dated_at", "dated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SearchKind] = mapped_column(enum_type(SearchKind))
    subject_id: Mapped[int]
    title: Mapped[str]
    excerpt: Mapped[str]
    folded: Mapped[str]
    folded_title: Mapped[str]
    dated_at: Mapped[datetime]

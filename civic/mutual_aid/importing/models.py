from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.kernel.sealing import Sealed
from civic.mutual_aid.importing.rules import ImportedState
from civic.mutual_aid.rules import Category


class OfferImport(Model):
    """A file of offers that an agent sent. ``rows`` holds it, sealed, until it is imported; then it is emptied."""

    __tablename__ = "offer_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    agent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    file_name: Mapped[str]
    rows: Mapped[str] = mapped_column(Sealed("offer_import.rows"))
    columns: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class ImportedOffer(Model):
    """An offer of a file, which is online once the person said yes; until then nobody but the agents reads it. All of her is sealed."""

    __tablename__ = "imported_offer"
    __table_args__ = (sa.Index("ix_imported_offer_contact_digest_category", "contact_digest", "category"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("offer_import.id", ondelete="CASCADE"), index=True)
    line: Mapped[int]
    name: Mapped[str] = mapped_column(Sealed("imported_offer.name"))
    email: Mapped[str | None] = mapped_column(Sealed("imported_offer.email"))
    phone: Mapped[str | None] = mapped_column(Sealed("imported_offer.phone"))
    contact_digest: Mapped[str]
    category: Mapped[Category] = mapped_column(enum_type(Category))
    title: Mapped[str] = mapped_column(Sealed("imported_offer.title"))
    text: Mapped[str] = mapped_column(Sealed("imported_offer.text"))
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"))
    state: Mapped[ImportedState] = mapped_column(enum_type(ImportedState))
    token_digest: Mapped[str | None] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    offer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offer.id", ondelete="SET NULL"), index=True)

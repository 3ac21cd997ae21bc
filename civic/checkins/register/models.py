"""The register of frail people. What would say who she is, where she lives, or why she is in it, is sealed."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.checkins.register.rules import AskedBy, Way
from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited
from civic.kernel.sealing import Sealed


class RegisterEntry(Edited, Model):
    """A person in the register.

    ``ground`` (a value of ``Ground``) tells of her health: it is sealed. ``digest`` is the keyed hash of her identity: nobody is in it twice.
    ``told_on`` is when the acknowledgement was sent; ``checked_on`` when the town hall last made sure that all this is still true.
    ``person_id`` is her account, where she has one: her page there shows what the register says, and who read it.
    """

    __tablename__ = "register_entry"
    WRITTEN = (
        "family_name", "first_names", "born_on", "ground", "address", "territory_id", "phone", "asked_by", "asker", "asked_on", "way",
        "relative_name", "relative_phone", "home_service",
    )  # fmt: skip
    __table_args__ = (
        sa.UniqueConstraint("digest"),
        sa.UniqueConstraint("person_id"),
        sa.CheckConstraint("asked_by <> 'third_party' OR way = 'written'", name="a_third_party_writes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    digest: Mapped[str]
    family_name: Mapped[str] = mapped_column(Sealed("register_entry.family_name"))
    first_names: Mapped[str] = mapped_column(Sealed("register_entry.first_names"))
    born_on: Mapped[str] = mapped_column(Sealed("register_entry.born_on"))
    ground: Mapped[str] = mapped_column(Sealed("register_entry.ground"))
    address: Mapped[str] = mapped_column(Sealed("register_entry.address"))
    phone: Mapped[str] = mapped_column(Sealed("register_entry.phone"))
    relative_name: Mapped[str | None] = mapped_column(Sealed("register_entry.relative_name"))
    relative_phone: Mapped[str | None] = mapped_column(Sealed("register_entry.relative_phone"))
    home_service: Mapped[str | None] = mapped_column(Sealed("register_entry.home_service"))
    asked_by: Mapped[AskedBy] = mapped_column(enum_type(AskedBy))
    asker: Mapped[str | None] = mapped_column(Sealed("register_entry.asker"))
    asked_on: Mapped[date]
    way: Mapped[Way] = mapped_column(enum_type(Way))
    told_on: Mapped[date | None]
    checked_on: Mapped[date]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class RegisterSight(Model):
    """That somebody of the town hall, or a caller (then her number alone), read what the register says of a person."""

    __tablename__ = "register_sight"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("register_entry.id", ondelete="CASCADE"), index=True)
    viewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    is_for_call: Mapped[bool]
    seen_at: Mapped[datetime]


class RegisterExport(Model):
    """That the register was handed to the representative of the State, at her request: by whom, when, how many people."""

    __tablename__ = "register_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    request: Mapped[str]
    people: Mapped[int]
    exported_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    exported_at: Mapped[datetime]


class RegisterImport(Model):
    """A file that the town hall has already. ``rows`` (JSON) are sealed until they are imported, and erased then or the next day."""

    __tablename__ = "register_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    agent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    file_name: Mapped[str]
    rows: Mapped[str] = mapped_column(Sealed("register_import.rows"))
    columns: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    people: Mapped[int] = mapped_column(default=0, server_default="0")

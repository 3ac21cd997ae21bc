from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type


class TerritoryKind(StrEnum):
    COMMUNE = "commune"
    NEIGHBOURHOOD = "neighbourhood"


class Territory(Model):
    """A commune, or one of its neighbourhoods. Outlines are GeoJSON in WGS84; the position stands for the whole."""

    __tablename__ = "territory"
    __table_args__ = (
        sa.CheckConstraint(
            "(kind = 'commune') = (parent_id IS NULL)", name="only_a_neighbourhood_has_a_parent"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TerritoryKind] = mapped_column(enum_type(TerritoryKind))
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    boundary: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    population: Mapped[int | None]
    households: Mapped[int | None]
    created_at: Mapped[datetime]


class AddressPoint(Model):
    """One number of one street, from an export of the Base Adresse Nationale."""

    __tablename__ = "address_point"
    __table_args__ = (sa.UniqueConstraint("territory_id", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    neighbourhood_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"))
    label: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    longitude: Mapped[float]
    latitude: Mapped[float]


class BoundaryUpload(Model):
    """A file of outlines whose preview an agent is reading; the next one of the commune replaces it.

    Its id is never given again: what is confirmed is what was previewed, or nothing.
    """

    __tablename__ = "boundary_upload"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class AddressUpload(Model):
    """A file of addresses, read and checked, whose preview an agent is reading, or which is being imported.

    Its id is never given again: what is confirmed is what was previewed, or nothing. ``plan``: what its preview tells.
    """

    __tablename__ = "address_upload"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    work_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("long_work.id", ondelete="SET NULL"), unique=True
    )
    name: Mapped[str]
    row_count: Mapped[int]
    plan: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class AddressUploadPart(Model):
    """Some addresses of an upload: what one step of its import writes. ``rows``: label, longitude, latitude of each."""

    __tablename__ = "address_upload_part"

    upload_id: Mapped[int] = mapped_column(
        sa.ForeignKey("address_upload.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    rows: Mapped[list[Any]]

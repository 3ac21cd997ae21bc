from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model
from civic.kernel.editing import Edited


class TownIdentity(Edited, Model):
    """What a town chose to be recognised by. An empty text, or an empty colour, is the one of the platform.

    ``arms`` is read by the address that serves it alone: every page reads this row.
    """

    __tablename__ = "town_identity"
    WRITTEN = (
        "name",
        "tagline",
        "welcome_title",
        "welcome_lead",
        "participation_colour",
        "solidarity_colour",
    )

    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    tagline: Mapped[str] = mapped_column(default="")
    welcome_title: Mapped[str] = mapped_column(default="")
    welcome_lead: Mapped[str] = mapped_column(default="")
    participation_colour: Mapped[str] = mapped_column(default="")
    solidarity_colour: Mapped[str] = mapped_column(default="")
    arms: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    arms_digest: Mapped[str] = mapped_column(default="")
    arms_width: Mapped[int] = mapped_column(default=0)
    arms_height: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]

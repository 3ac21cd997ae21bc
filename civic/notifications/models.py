from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.notifications.rules import Family, Kind, MailChoice


class Notification(Model):
    """One thing told to one person, once: ``key`` names the fact. ``path`` is the page that it leads to."""

    __tablename__ = "notification"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "key"),
        sa.Index("ix_notification_person_id_read_at", "person_id", "read_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[Kind] = mapped_column(enum_type(Kind, is_checked=False))
    key: Mapped[str]
    params: Mapped[dict[str, Any]]
    path: Mapped[str]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class MailPreference(Model):
    """What a person chose about the mails of one family. Without a row she is written to at once."""

    __tablename__ = "mail_preference"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    family: Mapped[Family] = mapped_column(enum_type(Family), primary_key=True)
    choice: Mapped[MailChoice] = mapped_column(enum_type(MailChoice))


class DemoMail(Model):
    """A mail of a demonstration, where nobody has an address: it is shown on a page that only demonstrations have."""

    __tablename__ = "demo_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    link: Mapped[str | None]
    sent_at: Mapped[datetime]

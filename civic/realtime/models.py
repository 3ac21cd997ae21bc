from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model


class PersonFeed(Model):
    """How many events a person has been told. Its row is the lock under which the next number is given."""

    __tablename__ = "person_feed"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    last_seq: Mapped[int] = mapped_column(default=0)


class PersonEvent(Model):
    """One event told to one person. Its numbers grow by one, so that a client sees what it missed, and asks for it."""

    __tablename__ = "person_event"
    __table_args__ = (sa.UniqueConstraint("person_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    seq: Mapped[int]
    name: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.councils.rules import SeatOrigin, SeatRole, VoiceAnswer
from civic.kernel.database import Model, enum_type


class Council(Model):
    """The council of one neighbourhood."""

    __tablename__ = "council"
    __table_args__ = (sa.UniqueConstraint("territory_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    name: Mapped[str]
    page_source: Mapped[str] = mapped_column(default="")
    page_html: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Seat(Model):
    """A place in a council. ``name`` is what the page shows of who holds it, account or not; a vacant seat has neither."""

    __tablename__ = "seat"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("council.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    name: Mapped[str | None]
    role: Mapped[SeatRole] = mapped_column(enum_type(SeatRole))
    origin: Mapped[SeatOrigin] = mapped_column(enum_type(SeatOrigin))
    since: Mapped[date]


class Sitting(Model):
    """A meeting. Nobody but those who prepare it sees it before ``published_at`` is set."""

    __tablename__ = "sitting"
    __table_args__ = (sa.Index("ix_sitting_council_id_starts_at", "council_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("council.id", ondelete="CASCADE"))
    title: Mapped[str]
    starts_at: Mapped[datetime]
    place: Mapped[str]
    plain_text: Mapped[str] = mapped_column(default="")
    agenda_source: Mapped[str] = mapped_column(default="")
    agenda_html: Mapped[str] = mapped_column(default="")
    minutes_source: Mapped[str] = mapped_column(default="")
    minutes_html: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class SittingVote(Model):
    """A motion put to a named vote at a sitting. Once ``closed_at`` is set, nothing of it changes.

    ``seats`` is how many seats vote in this council, present or not: the quorum is of them.
    """

    __tablename__ = "sitting_vote"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"), index=True)
    motion: Mapped[str]
    seats: Mapped[int]
    quorum_percent: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SittingVoice(Model):
    """A voice in a named vote: of somebody present, or of somebody absent who gave her written proxy. The name is that of the day.

    ``holder_id`` is the voice of who holds the proxy. ``answer`` None: she took no part.
    """

    __tablename__ = "sitting_voice"
    __table_args__ = (sa.UniqueConstraint("vote_id", "seat_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting_vote.id", ondelete="CASCADE"))
    seat_id: Mapped[int | None] = mapped_column(sa.ForeignKey("seat.id", ondelete="SET NULL"), index=True)
    name: Mapped[str]
    is_chair: Mapped[bool]
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sitting_voice.id", ondelete="CASCADE"))
    answer: Mapped[VoiceAnswer | None] = mapped_column(enum_type(VoiceAnswer))

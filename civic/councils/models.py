from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.councils.rules import USUAL_PROXIES, SeatOrigin, SeatRole, SecretKind, SecretReason, VoiceAnswer
from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited

_HELD = sa.text("person_id IS NOT NULL")


class Council(Edited, Model):
    """The council of one neighbourhood. ``most_proxies``: written proxies that one member may hold, by its own rules; the law has one."""

    __tablename__ = "council"
    WRITTEN = ("name", "page_source", "most_proxies")
    __table_args__ = (sa.UniqueConstraint("territory_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    name: Mapped[str]
    page_source: Mapped[str] = mapped_column(default="")
    page_html: Mapped[str] = mapped_column(default="")
    most_proxies: Mapped[int] = mapped_column(default=USUAL_PROXIES, server_default="1")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Seat(Edited, Model):
    """A place in a council. ``name`` is what the page shows of who holds it, account or not; a vacant seat has neither.

    An account holds one seat of a council at most: nobody has two voices.
    """

    __tablename__ = "seat"
    WRITTEN = ("person_id", "name", "role", "origin", "since")
    __table_args__ = (
        sa.Index(
            "uq_seat_council_id_person_id",
            "council_id",
            "person_id",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(sa.ForeignKey("council.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    name: Mapped[str | None]
    role: Mapped[SeatRole] = mapped_column(enum_type(SeatRole))
    origin: Mapped[SeatOrigin] = mapped_column(enum_type(SeatOrigin))
    since: Mapped[date]


class Sitting(Edited, Model):
    """A meeting. Nobody but those who prepare it sees it before ``published_at`` is set. A timer writes in its minutes: they are not in ``WRITTEN``."""

    __tablename__ = "sitting"
    WRITTEN = ("title", "starts_at", "place", "plain_text", "agenda_source", "published_at")
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
    """A motion put to a vote at a sitting, named unless it has a ``SecretSittingVote``. Once ``closed_at`` is set, nothing of it changes.

    Attributes:
        seats: how many seats vote in this council, present or not: the quorum is of them.
        shows_voices: each answer is shown as it is given; else once the vote is closed.
        closed_at: of a secret vote, once its result is in the minutes.
    """

    __tablename__ = "sitting_vote"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"), index=True)
    motion: Mapped[str]
    seats: Mapped[int]
    quorum_percent: Mapped[int]
    shows_voices: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SecretSittingVote(Model):
    """What makes a vote at a sitting secret: the poll in which it takes place. Its voices say who votes, and have no answer."""

    __tablename__ = "secret_sitting_vote"

    vote_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sitting_vote.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id", ondelete="CASCADE"), unique=True)
    closes_at: Mapped[datetime]
    kind: Mapped[SecretKind] = mapped_column(enum_type(SecretKind))
    reason: Mapped[SecretReason] = mapped_column(enum_type(SecretReason))


class SittingVoice(Model):
    """A voice in a vote: of somebody present, or of somebody absent who gave her written proxy. The name is that of the day.

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

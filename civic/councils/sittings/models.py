from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.councils.sittings.rules import Approval, MemberAnswer, Presence, QuestionState
from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited

_OPEN = sa.text("opened_at IS NOT NULL AND closed_at IS NULL")


class AgendaItem(Edited, Model):
    """A point of the agenda. One at most is open in a sitting, whoever opens it and where.

    Attributes:
        expected_minutes: how long it should take; None where nobody said.
        text, link: what there is to read before: a few words, the address of a document.
    """

    __tablename__ = "agenda_item"
    WRITTEN = ("title", "presenter", "expected_minutes", "text", "link")
    __table_args__ = (
        sa.Index(
            "uq_agenda_item_sitting_id_open",
            "sitting_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index("ix_agenda_item_sitting_id_position", "sitting_id", "position"),
        sa.CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name="closed_once_opened"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str]
    presenter: Mapped[str] = mapped_column(default="")
    expected_minutes: Mapped[int | None]
    text: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class AgendaVote(Model):
    """Under which item a motion was put to the vote."""

    __tablename__ = "agenda_vote"

    vote_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sitting_vote.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_item.id", ondelete="CASCADE"), index=True)


class Convocation(Model):
    """A sending of the convocation. ``digest``: what it said. ``told``: seats reached by their account; ``on_paper``: those without one."""

    __tablename__ = "convocation"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"), index=True)
    sent_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    sent_at: Mapped[datetime]
    digest: Mapped[str]
    is_change: Mapped[bool]
    told: Mapped[int]
    on_paper: Mapped[int]


class CalledSeat(Model):
    """Whom a convocation called: who joins, or takes a seat over, afterwards was not."""

    __tablename__ = "called_seat"

    convocation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("convocation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    seat_id: Mapped[int] = mapped_column(
        sa.ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)


class SittingRoom(Model):
    """How many places a sitting has, where that is limited, and how many people said that they come."""

    __tablename__ = "sitting_room"
    __table_args__ = (
        sa.CheckConstraint(
            "coming >= 0 AND (places IS NULL OR coming <= places)", name="no_more_than_places"
        ),
    )

    sitting_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sitting.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    places: Mapped[int | None]
    coming: Mapped[int] = mapped_column(default=0)


class Attendee(Model):
    """Somebody who said that she comes. Who is told to nobody; how many, to all."""

    __tablename__ = "sitting_attendee"

    sitting_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sitting.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    said_at: Mapped[datetime]


class SeatAnswer(Model):
    """What a member answered to the convocation."""

    __tablename__ = "seat_answer"

    sitting_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sitting.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    seat_id: Mapped[int] = mapped_column(
        sa.ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    answer: Mapped[MemberAnswer] = mapped_column(enum_type(MemberAnswer))
    said_at: Mapped[datetime]


class LiveSitting(Model):
    """A sitting as it takes place. The row is there from its opening.

    Attributes:
        presided_by: the name of who presides, as of that day.
        seats, present, quorum_percent: as the roll was called at the opening.
        suspended_at: since when it is suspended; None while it goes on.
    """

    __tablename__ = "live_sitting"

    sitting_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sitting.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    presided_by: Mapped[str]
    seats: Mapped[int]
    present: Mapped[int]
    quorum_percent: Mapped[int]
    opened_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class SeatPresence(Model):
    """What the roll call says of a seat, at the opening and since. The name is that of the day; ``votes``: this seat counts for the quorum."""

    __tablename__ = "seat_presence"
    __table_args__ = (
        sa.UniqueConstraint("sitting_id", "seat_id"),
        sa.CheckConstraint("latest IN ('present', 'excused', 'absent')", name="latest_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"))
    seat_id: Mapped[int | None] = mapped_column(sa.ForeignKey("seat.id", ondelete="SET NULL"), index=True)
    name: Mapped[str]
    votes: Mapped[bool]
    at_opening: Mapped[Presence] = mapped_column(enum_type(Presence))
    latest: Mapped[Presence] = mapped_column(enum_type(Presence, is_checked=False))


class SittingQuestion(Model):
    """A question from the room, or from somebody who follows from elsewhere, on the item that was open.

    Attributes:
        author_id: who wrote it; None of one that was asked aloud, and once the author left.
        is_from_room: it was asked aloud, and typed by who holds the sitting.
        supports: how many supported it, its author not counted.
        words: the answer in a sentence, or why it was set aside; published.
    """

    __tablename__ = "sitting_question"
    __table_args__ = (
        sa.Index("ix_sitting_question_item_id_supports", "item_id", "supports"),
        sa.CheckConstraint("supports >= 0", name="no_less_than_none"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_item.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    is_from_room: Mapped[bool]
    text: Mapped[str]
    folded: Mapped[str]
    state: Mapped[QuestionState] = mapped_column(enum_type(QuestionState), default=QuestionState.WAITING)
    words: Mapped[str] = mapped_column(default="")
    supports: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]


class QuestionSupport(Model):
    __tablename__ = "question_support"

    question_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sitting_question.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )


class SittingMinutes(Model):
    """The minutes of a sitting that was followed live. Nobody but who writes them reads them before ``published_at``; from then on, nothing changes.

    Attributes:
        version: grows at each change, so that two who write at once are told.
        approved_at_id: the later sitting that approved them; None: the chair did.
    """

    __tablename__ = "sitting_minutes"

    sitting_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sitting.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    source: Mapped[str]
    html: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    drafted_at: Mapped[datetime]
    approved_on: Mapped[date | None]
    approval: Mapped[Approval | None] = mapped_column(enum_type(Approval))
    approved_at_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("sitting.id", ondelete="SET NULL"), index=True
    )
    published_at: Mapped[datetime | None]
    fingerprint: Mapped[str | None]


class MinutesAddition(Model):
    """A correction after the publication: it stands below the minutes, with its date."""

    __tablename__ = "minutes_addition"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(sa.ForeignKey("sitting.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    html: Mapped[str]
    added_at: Mapped[datetime]

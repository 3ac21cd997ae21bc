import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.kernel.database import Model, enum_type
from civic.voting.rules import BallotChannel, PollState


class Poll(Model):
    """One question put to a roll. Once ``frozen``, no column changes.

    ``subject_kind`` and ``subject_id`` are opaque: whoever asked for the poll knows what they mean. ``roll_salt`` is never published.
    """

    __tablename__ = "poll"
    __table_args__ = (
        sa.CheckConstraint("closes_at > opens_at", name="closes_after_it_opens"),
        sa.CheckConstraint("quorum_percent BETWEEN 0 AND 100", name="quorum_is_a_percentage"),
        sa.CheckConstraint(
            "state = 'draft' OR (rules_hash IS NOT NULL AND roll_digest IS NOT NULL AND roll_size > 0 AND frozen_at IS NOT NULL)",
            name="frozen_with_its_fingerprint",
        ),
        sa.Index("ix_poll_state_closes_at", "state", "closes_at"),
        sa.Index("ix_poll_subject_kind_subject_id", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    subject_kind: Mapped[str | None]
    subject_id: Mapped[int | None]
    question: Mapped[str]
    description_source: Mapped[str] = mapped_column(default="")
    description_html: Mapped[str] = mapped_column(default="")
    plain_text: Mapped[str] = mapped_column(default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    minimum_age: Mapped[int | None]
    needs_verified_residency: Mapped[bool] = mapped_column(default=False)
    quorum_percent: Mapped[int] = mapped_column(default=0)
    shows_turnout: Mapped[bool] = mapped_column(default=True)
    state: Mapped[PollState] = mapped_column(enum_type(PollState), default=PollState.DRAFT)
    roll_salt: Mapped[str]
    roll_size: Mapped[int | None]
    roll_digest: Mapped[str | None]
    rules_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]

    choices: Mapped[list["Choice"]] = relationship(
        cascade="all, delete-orphan", order_by="Choice.position", lazy="selectin"
    )


class Choice(Model):
    __tablename__ = "choice"
    __table_args__ = (sa.UniqueConstraint("poll_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id", ondelete="CASCADE"))
    position: Mapped[int]
    label: Mapped[str]
    text: Mapped[str] = mapped_column(default="")


class RollEntry(Model):
    """A person who may vote in a poll, and whether she has: never what, nor when.

    ``person_id`` is emptied when the account is deleted; ``digest`` stays, so that the roll can be checked against what was published.
    ``territory_id`` is where she lived when the roll was made. ``registered_by_id`` is the agent, for a ballot from the desk or from paper.
    """

    __tablename__ = "roll_entry"
    __table_args__ = (
        sa.UniqueConstraint("poll_id", "person_id"),
        sa.UniqueConstraint("poll_id", "digest"),
        sa.CheckConstraint(
            "(has_voted AND channel IS NOT NULL AND receipt_digest IS NOT NULL)"
            " OR (NOT has_voted AND channel IS NULL AND receipt_digest IS NULL)",
            name="voted_by_a_channel_with_a_receipt",
        ),
        sa.Index("ix_roll_entry_poll_id_has_voted", "poll_id", "has_voted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    digest: Mapped[str]
    has_voted: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[BallotChannel | None] = mapped_column(enum_type(BallotChannel))
    receipt_digest: Mapped[str | None] = mapped_column(unique=True)
    registered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))


class Ballot(Model):
    """What one person put in the box, and nothing else: no person, no time, no channel, no order.

    The key is random, and SQLite keeps the rows by it alone (no hidden row number, which would tell in what order people voted).
    ``choice_id`` is None for a blank ballot.
    """

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), index=True)
    choice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("choice.id"))

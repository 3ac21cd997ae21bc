import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited
from civic.voting.asking import option_key
from civic.voting.methods.ballots import BallotKind
from civic.voting.rules import RULES_FORMAT, BallotChannel, PollState


class Poll(Edited, Model):
    """One or several questions put to a roll. Once ``frozen``, no column changes.

    Attributes:
        question: what the poll is called: its question, or the title of several.
        subject_kind, subject_id: opaque; whoever asked for the poll knows what they mean.
        roll_salt: never published.
        tie_seed: what ties are drawn from. Its SHA-256 is in what is frozen; it is published after the closing alone. None in a
            poll that was frozen before ties were drawn, or made from a file: the order of the list then decides.
        rules_format: the form of the frozen text, which a poll keeps for ever.
    """

    __tablename__ = "poll"
    WRITTEN = (
        "territory_id", "question", "description_source", "plain_text", "opens_at", "closes_at", "minimum_age",
        "needs_verified_residency", "quorum_percent", "shows_turnout", "asked",
    )  # fmt: skip
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
    tie_seed: Mapped[str | None]
    rules_format: Mapped[str] = mapped_column(default=RULES_FORMAT, server_default="civic-poll-1")
    roll_size: Mapped[int | None]
    roll_digest: Mapped[str | None]
    rules_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]

    questions: Mapped[list["Question"]] = relationship(
        back_populates="poll", cascade="all, delete-orphan", order_by="Question.position", lazy="selectin"
    )

    @property
    def choices(self) -> list["Choice"]:
        """Every option, those of the first question first."""
        return [choice for question in self.questions for choice in question.choices]

    @property
    def asked(self) -> list[list[Any]]:
        """Return what is written of each question and of its options."""
        return [
            [
                one.text, one.method, one.ballot_kind, one.terms, one.is_shuffled,
                [[choice.label, choice.text, choice.cost_cents, choice.envelope] for choice in one.choices],
            ]
            for one in self.questions
        ]  # fmt: skip


class Question(Model):
    """What a poll asks, and how it is answered and counted.

    Attributes:
        method: a name of ``methods.registry.METHODS``.
        ballot_kind: what voters write, which some methods leave open.
        terms: canonical JSON of ``methods.ballots.Terms`` (``civic.voting.asking``), without the seed.
        is_shuffled: each voter reads the options in an order of her own.
    """

    __tablename__ = "question"
    __table_args__ = (sa.UniqueConstraint("poll_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str]
    method: Mapped[str] = mapped_column(default="single")
    ballot_kind: Mapped[BallotKind] = mapped_column(enum_type(BallotKind), default=BallotKind.CHOICES)
    terms: Mapped[str] = mapped_column(default="{}")
    is_shuffled: Mapped[bool] = mapped_column(default=False)

    poll: Mapped[Poll] = relationship(back_populates="questions")
    choices: Mapped[list["Choice"]] = relationship(
        cascade="all, delete-orphan", order_by="Choice.position", lazy="selectin"
    )


class Choice(Model):
    """An option of a question. In ballots and counts it is called ``key``.

    ``envelope`` names the part of a budget that it draws on, "" for what is left of it.
    """

    __tablename__ = "choice"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "position"),
        sa.CheckConstraint("cost_cents >= 0", name="a_cost_is_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id", ondelete="CASCADE"))
    position: Mapped[int]
    label: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    cost_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    envelope: Mapped[str] = mapped_column(default="", server_default="")

    @property
    def key(self) -> str:
        return option_key(self.position)


class RollEntry(Model):
    """A person who may vote in a poll, and whether she has: never what, nor when.

    ``person_id`` is emptied when the account is deleted; ``digest`` stays, so that the roll can be checked against what was published.
    ``territory_id`` is where she lived when the roll was made. ``registered_by_id`` is the agent, for a ballot from the desk or from
    paper; who holds her proxy, for one that she cast for her.
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


class RollProxy(Model):
    """That somebody of a roll gave her written proxy to somebody else of it, who votes for her: at a sitting alone. Written at the freeze."""

    __tablename__ = "roll_proxy"
    __table_args__ = (sa.CheckConstraint("giver_id <> holder_id", name="of_somebody_else"),)

    giver_id: Mapped[int] = mapped_column(
        sa.ForeignKey("roll_entry.id"), primary_key=True, autoincrement=False
    )
    holder_id: Mapped[int] = mapped_column(sa.ForeignKey("roll_entry.id"), index=True)


class ImportedPoll(Model):
    """Which file a poll was made from, and how it is counted: the same file is not imported twice there, by whoever and at whatever moment."""

    __tablename__ = "imported_poll"
    __table_args__ = (sa.UniqueConstraint("territory_id", "file_sha256", "method"),)

    poll_id: Mapped[int] = mapped_column(
        sa.ForeignKey("poll.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    file_sha256: Mapped[str]
    method: Mapped[str]


class Ballot(Model):
    """What one person answered to one question, and nothing else: no person, no time, no channel, no order.

    The key is random, and SQLite keeps the rows by it alone (no hidden row number, which would tell in what order people voted). The
    answers of one person to several questions are as many rows, which nothing links.

    Attributes:
        content: canonical text of a ``methods.ballots.Ballot`` (``civic.voting.answers``), "" when it is blank.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        sa.Index("ix_ballot_poll_id_question_id", "poll_id", "question_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    content: Mapped[str]


class StoredTally(Model):
    """The count of a question, kept once its poll is closed; before, there is no row.

    Attributes:
        leaders: JSON list of the labels to name in a list of results.
        content: canonical JSON of a ``methods.ballots.Tally``.
    """

    __tablename__ = "stored_tally"

    question_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    leaders: Mapped[str]
    content: Mapped[str]
    counted_at: Mapped[datetime]

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.kernel.database import Model
from civic.kernel.editing import Edited


class SealedPoll(Edited, Model):
    """What makes a poll a sealed one. Its rows exist from the moment its level is chosen; once the poll is frozen, its first part never changes.

    Attributes:
        uuid: how Belenios calls the poll; the codes of the letters are bound to it.
        authority: who makes the codes: neither the town hall nor a trustee.
        group_file: the trustees as they published themselves together, for a threshold; "" when each has a key of her own.
        sent_codes: a list of public codes that was sent and previewed, until it is confirmed.
        codes: the public codes as the archive holds them, "" until they are imported; ``code_count`` is how many.
        election: the frozen text of the poll, and its fingerprint.
        opened_at: the time that the archive bears, in seconds, which is that of the freezing and of nothing else.
        height, head: of the last event of the archive.
        ballot_count: how many ballots the encrypted sums add up.
        sums: the text of the result, once the trustees have opened it.
        paper: the count of the ballots on paper, once two agents found the same (``paper.write_paper``); it never changes afterwards.
    """

    __tablename__ = "sealed_poll"
    WRITTEN = ("authority",)
    __table_args__ = (
        sa.CheckConstraint(
            "(election IS NULL AND fingerprint IS NULL AND opened_at IS NULL AND height IS NULL AND head IS NULL)"
            " OR (election IS NOT NULL AND fingerprint IS NOT NULL AND opened_at IS NOT NULL AND height IS NOT NULL"
            " AND head IS NOT NULL)",
            name="frozen_with_its_archive",
        ),
    )

    poll_id: Mapped[int] = mapped_column(
        sa.ForeignKey("poll.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    uuid: Mapped[str] = mapped_column(unique=True)
    authority: Mapped[str] = mapped_column(default="")
    group_file: Mapped[str] = mapped_column(default="")
    sent_codes: Mapped[str] = mapped_column(default="")
    codes: Mapped[str] = mapped_column(default="")
    code_count: Mapped[int] = mapped_column(default=0)
    election: Mapped[str | None]
    fingerprint: Mapped[str | None]
    opened_at: Mapped[int | None] = mapped_column(sa.BigInteger)
    height: Mapped[int | None]
    head: Mapped[str | None]
    ballot_count: Mapped[int | None]
    sums: Mapped[str | None]
    paper: Mapped[str | None]

    trustees: Mapped[list["SealedTrustee"]] = relationship(
        cascade="all, delete-orphan", order_by="SealedTrustee.position", lazy="selectin"
    )


class SealedTrustee(Model):
    """Who holds a part of the key. ``public_key`` is "" for a member of a threshold group, whose keys are in its file."""

    __tablename__ = "sealed_trustee"
    __table_args__ = (sa.UniqueConstraint("poll_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("sealed_poll.poll_id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str]
    public_key: Mapped[str] = mapped_column(default="")


class SealedCode(Model):
    """A public code of the roll, by its SHA-256, and the ballot that counts for it. Nothing here says whose it is."""

    __tablename__ = "sealed_code"
    __table_args__ = (
        sa.Index("ix_sealed_code_poll_id_last_tracker", "poll_id", "last_tracker"),
        {"sqlite_with_rowid": False},
    )

    poll_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sealed_poll.poll_id"), primary_key=True, autoincrement=False
    )
    digest: Mapped[str] = mapped_column(primary_key=True)
    last_tracker: Mapped[str | None]


class SealedMark(Model):
    """What no later ballot may bear: the hash of an envelope that is in the box, and the code of its ballot."""

    __tablename__ = "sealed_mark"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sealed_poll.poll_id"), primary_key=True, autoincrement=False
    )
    mark: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]


class SealedEntry(Model):
    """A file of the public archive, in its order. Never changed, never deleted while the poll is; no time is written beside it.

    Attributes:
        event: the kind of the event that it belongs to.
        tracker: of the ballot that it holds; None for any other file.
    """

    __tablename__ = "sealed_entry"
    __table_args__ = (sa.Index("ix_sealed_entry_poll_id_tracker", "poll_id", "tracker"),)

    poll_id: Mapped[int] = mapped_column(
        sa.ForeignKey("sealed_poll.poll_id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[str]
    name: Mapped[str]
    body: Mapped[str]
    tracker: Mapped[str | None]


class SealedPaperEntry(Model):
    """What one agent found in the urn of paper. Replaced when she counts again, until another agent finds the same.

    ``content``: as ``paper.write_paper`` writes it. ``agent_id`` is emptied when her account is deleted.
    """

    __tablename__ = "sealed_paper_entry"
    __table_args__ = (sa.UniqueConstraint("poll_id", "agent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("sealed_poll.poll_id", ondelete="CASCADE"))
    agent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    content: Mapped[str]

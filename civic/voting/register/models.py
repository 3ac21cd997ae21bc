from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model
from civic.kernel.sealing import Sealed


class RegisterEntry(Model):
    """A line of the public register of a poll: only ever added. ``line`` is the canonical text that ``hash`` is of.

    ``seal`` is the nonce and the turnout of a head whose turnout is hidden until the closing publishes both.
    """

    __tablename__ = "poll_register_entry"

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    line: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    seal: Mapped[str | None] = mapped_column(Sealed("poll_register_entry.seal"))


class PublishedReceipts(Model):
    """The list of receipts that the last head, or the closing, commits to. Written over by the next one: it tells no time."""

    __tablename__ = "poll_published_receipts"

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    height: Mapped[int]
    text: Mapped[str]


class RegisterFollower(Model):
    """Somebody who asked for the head of a register by mail, once a day at most."""

    __tablename__ = "poll_register_follower"

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    mailed_on: Mapped[date | None]
    mailed_height: Mapped[int | None]


@sa.event.listens_for(RegisterEntry, "before_update")
@sa.event.listens_for(RegisterEntry, "before_delete")
def refuse_change(mapper: object, connection: object, entry: RegisterEntry) -> None:
    raise RuntimeError("A register is only ever added to.")

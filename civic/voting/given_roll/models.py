from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model
from civic.kernel.sealing import Sealed


class GivenRoll(Model):
    """That the roll of a poll was given: as a file, or by who is present at a sitting. The row outlives the names: a frozen poll says for ever whence its roll came.

    Attributes:
        waiting: what was sent and not confirmed yet, as JSON, sealed; emptied when it is confirmed, dropped, or a day old.
        size: how many were confirmed; 0 before the first confirmation, and the residents are then the roll.
        is_of_sitting: it is who is present at the sitting of a council, and who gave her proxy; no file was brought.
        purged_at: when the names were forgotten, after the delay of appeal.
    """

    __tablename__ = "given_roll"

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id", ondelete="CASCADE"), primary_key=True)
    waiting: Mapped[str | None] = mapped_column(Sealed("given_roll.waiting"))
    is_addition: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime]
    size: Mapped[int] = mapped_column(default=0)
    is_of_sitting: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    purged_at: Mapped[datetime | None]


class GivenVoter(Model):
    """Somebody of a given roll. ``is_new``: nobody knew her here before; she is forgotten with the roll unless she came since."""

    __tablename__ = "given_voter"

    poll_id: Mapped[int] = mapped_column(
        sa.ForeignKey("given_roll.poll_id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    is_new: Mapped[bool]

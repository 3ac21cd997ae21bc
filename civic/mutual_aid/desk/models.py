from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.kernel.sealing import Sealed
from civic.mutual_aid.desk.rules import CallOutcome, CallReason

NOT_CLOSED = sa.text("closed_at IS NULL")


class CallBack(Model):
    """Somebody whom the town hall is to call: about a request, whose contact is then read there, or with a name and number of her own.

    ``outcome`` of one that is not closed is ``wrong_number``: its number is to be found.
    """

    __tablename__ = "call_back"
    __table_args__ = (
        sa.CheckConstraint(
            "(request_id IS NULL) = (phone IS NOT NULL)", name="a_number_is_here_or_in_a_request"
        ),
        sa.Index("ix_call_back_territory_id_closed_at_due_at", "territory_id", "closed_at", "due_at"),
        sa.Index(
            "uq_call_back_request_id_reason",
            "request_id",
            "reason",
            unique=True,
            sqlite_where=NOT_CLOSED,
            postgresql_where=NOT_CLOSED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    request_id: Mapped[int | None] = mapped_column(sa.ForeignKey("help_request.id", ondelete="CASCADE"))
    name: Mapped[str | None] = mapped_column(Sealed("call_back.name"))
    phone: Mapped[str | None] = mapped_column(Sealed("call_back.phone"))
    reason: Mapped[CallReason] = mapped_column(enum_type(CallReason))
    note: Mapped[str] = mapped_column(Sealed("call_back.note"))
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    outcome: Mapped[CallOutcome | None] = mapped_column(enum_type(CallOutcome))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )


class RequestSheet(Model):
    """A sheet printed with a number of its own, so that what is written on it is typed once."""

    __tablename__ = "request_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    number: Mapped[str] = mapped_column(unique=True)
    printed_at: Mapped[datetime]
    printed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    typed_at: Mapped[datetime | None]
    request_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("help_request.id", ondelete="SET NULL"), index=True
    )

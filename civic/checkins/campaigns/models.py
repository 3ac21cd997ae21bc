"""A campaign of calls, the frozen list of whom it calls, who calls, and what was done. It knows the register by numbers alone."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.checkins.campaigns.rules import (
    LEAST_HOURS,
    LEAST_RETRY_MINUTES,
    MOST_HOURS,
    MOST_RETRY_MINUTES,
    MOST_TRIES,
    CallState,
    Reason,
    Result,
    Step,
)
from civic.kernel.database import Model, enum_type
from civic.kernel.sealing import Sealed

HELD = sa.text("state = 'held'")


class CheckinCampaign(Model):
    """Calls to the people of some neighbourhoods, in rounds, until an instant.

    ``places`` are neighbourhoods (empty: all). ``figures`` are its totals, once it is over; ``forgotten_at`` is when what was said of each
    person was erased.
    """

    __tablename__ = "checkin_campaign"
    __table_args__ = (
        sa.CheckConstraint("opened_at < closes_at", name="a_campaign_has_a_length"),
        sa.CheckConstraint(f"every_hours BETWEEN {LEAST_HOURS} AND {MOST_HOURS}", name="rounds_are_sane"),
        sa.CheckConstraint(
            f"retry_minutes BETWEEN {LEAST_RETRY_MINUTES} AND {MOST_RETRY_MINUTES}", name="a_delay_is_sane"
        ),
        sa.CheckConstraint(f"tries BETWEEN 1 AND {MOST_TRIES}", name="a_few_tries"),
        sa.Index(
            "uq_checkin_campaign_territory_id_open",
            "territory_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    reason: Mapped[Reason] = mapped_column(enum_type(Reason))
    places: Mapped[list[Any]]
    script: Mapped[str]
    every_hours: Mapped[int]
    retry_minutes: Mapped[int]
    tries: Mapped[int]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    opened_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    round: Mapped[int] = mapped_column(default=0)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    forgotten_at: Mapped[datetime | None]


class CheckinPerson(Model):
    """Somebody on the list of a campaign, frozen when it opens. ``entry_id`` is None once she left the register, or all was forgotten."""

    __tablename__ = "checkin_person"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("checkin_campaign.id", ondelete="CASCADE"))
    entry_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("register_entry.id", ondelete="SET NULL"), index=True
    )
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    left_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]


class CheckinCaller(Model):
    """Somebody who said yes to calling for a campaign, and that what she hears is secret."""

    __tablename__ = "checkin_caller"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("checkin_campaign.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    said_yes_at: Mapped[datetime]


class CheckinCall(Model):
    """The call to one person in one round. Held by one caller at a time, who holds one call at a time, until ``held_until``.

    ``given_back_by_id`` knows her, or could not: the call is not offered to her again.
    """

    __tablename__ = "checkin_call"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "round"),
        sa.CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="a_hold_ends"),
        sa.Index("ix_checkin_call_campaign_id_state_due_at", "campaign_id", "state", "due_at"),
        sa.Index(
            "uq_checkin_call_caller_id_held",
            "caller_id",
            unique=True,
            sqlite_where=HELD,
            postgresql_where=HELD,
        ),
        sa.Index(
            "uq_checkin_call_person_id_held",
            "person_id",
            unique=True,
            sqlite_where=HELD,
            postgresql_where=HELD,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("checkin_campaign.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("checkin_person.id", ondelete="CASCADE"))
    round: Mapped[int]
    state: Mapped[CallState] = mapped_column(enum_type(CallState))
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    caller_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    held_until: Mapped[datetime | None]
    given_back_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    result: Mapped[Result | None] = mapped_column(enum_type(Result))
    agrees_to_help: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]


class CheckinStep(Model):
    """What somebody did for a person on the list. What she wrote is sealed, and erased a month after the campaign."""

    __tablename__ = "checkin_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("checkin_call.id", ondelete="CASCADE"), index=True)
    step: Mapped[Step] = mapped_column(enum_type(Step))
    note: Mapped[str] = mapped_column(Sealed("checkin_step.note"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    done_at: Mapped[datetime]

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.matching.rules import InvitationState, MatchState


class Duty(Model):
    """That a volunteer may be asked now. Persisted: a lost connection does not take anybody off duty."""

    __tablename__ = "duty"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[bool]
    since: Mapped[datetime]


class Dispatch(Model):
    """The search for the volunteers of one request: since when, and when its next timer is due (None: no timer is awaited)."""

    __tablename__ = "dispatch"

    request_id: Mapped[int] = mapped_column(
        sa.ForeignKey("help_request.id", ondelete="CASCADE"), primary_key=True
    )
    started_at: Mapped[datetime]
    next_step_at: Mapped[datetime | None]


class Invitation(Model):
    """A request put to one volunteer, once. ``area_metres`` is the distance between neighbourhoods, None where it is not known."""

    __tablename__ = "invitation"
    __table_args__ = (
        sa.UniqueConstraint("request_id", "volunteer_id"),
        sa.Index("ix_invitation_volunteer_id_state", "volunteer_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("help_request.id", ondelete="CASCADE"))
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    offer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offer.id", ondelete="SET NULL"), index=True)
    state: Mapped[InvitationState] = mapped_column(enum_type(InvitationState))
    rank: Mapped[int]
    area_metres: Mapped[int | None]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Match(Model):
    """A volunteer and a request put together."""

    __tablename__ = "match"
    __table_args__ = (sa.UniqueConstraint("request_id", "volunteer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("help_request.id", ondelete="CASCADE"))
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    state: Mapped[MatchState] = mapped_column(enum_type(MatchState))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class MatchMessage(Model):
    """A message between the two sides. ``client_id`` is chosen by the sender, so that sending again doubles nothing."""

    __tablename__ = "match_message"
    __table_args__ = (sa.UniqueConstraint("match_id", "author_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(sa.ForeignKey("match.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]


class ContactSight(Model):
    """That somebody saw a person's telephone number or address. ``match_id`` is None when an agent of the town hall looked."""

    __tablename__ = "contact_sight"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("help_request.id", ondelete="CASCADE"), index=True)
    match_id: Mapped[int | None] = mapped_column(sa.ForeignKey("match.id", ondelete="CASCADE"), index=True)
    viewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    subject_person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    seen_at: Mapped[datetime]

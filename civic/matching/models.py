from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited
from civic.matching.rules import InvitationState, MatchState


class Duty(Model):
    """That a volunteer may be asked now. Persisted: a lost connection does not take anybody off duty."""

    __tablename__ = "duty"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[bool]
    since: Mapped[datetime]


class Dispatch(Model):
    """The search for the volunteers of one request: since when, and when its next timer is due (None: no timer is awaited).

    ``escalated_at``: since when little of its time is left, and the town hall is called; the search goes on beside.
    """

    __tablename__ = "dispatch"

    request_id: Mapped[int] = mapped_column(
        sa.ForeignKey("help_request.id", ondelete="CASCADE"), primary_key=True
    )
    started_at: Mapped[datetime]
    next_step_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]


class Invitation(Model):
    """A request put to one volunteer, once. ``area_metres`` is the distance between neighbourhoods, None where it is not known.

    ``sent_at``: of one that is queued, when it will be. ``seen_at``: when she first read it. ``ended_at``: when it stopped waiting for an
    answer that did not come. ``unreached_by``: the ways of reaching her that were refused for good (``mail,sms``). ``score`` and ``reasons``:
    why she was chosen (``choosing.Reasons``); none of one taken back because the request was moved: she was chosen for other hours.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        sa.UniqueConstraint("request_id", "volunteer_id"),
        sa.Index("ix_invitation_volunteer_id_state", "volunteer_id", "state"),
        sa.Index("ix_invitation_volunteer_id_sent_at", "volunteer_id", "sent_at"),
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
    seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    score: Mapped[float | None]
    reasons: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    unreached_by: Mapped[str] = mapped_column(default="", server_default="")


HOLDS_A_PLACE = "state NOT IN ('withdrawn', 'released', 'no_show', 'disputed')"


class Match(Model):
    """A volunteer and a request put together, at one of the places of the request, which no two of them hold.

    ``arrived_at``: when she said that she was there. ``helped_from`` and ``helped_until``: the hours that she noted.
    ``confirmed_minutes``: how long it took, in whole quarters of an hour, as the other side confirmed it. ``reminded_at``: when both sides
    were reminded of it, once.
    """

    __tablename__ = "match"
    __table_args__ = (
        sa.UniqueConstraint("request_id", "volunteer_id"),
        sa.CheckConstraint("confirmed_minutes > 0 AND confirmed_minutes % 15 = 0", name="whole_quarters"),
        sa.Index(
            "uq_match_request_id_place",
            "request_id",
            "place",
            unique=True,
            sqlite_where=sa.text(HOLDS_A_PLACE),
            postgresql_where=sa.text(HOLDS_A_PLACE),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("help_request.id", ondelete="CASCADE"))
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    state: Mapped[MatchState] = mapped_column(enum_type(MatchState))
    place: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    arrived_at: Mapped[datetime | None]
    helped_from: Mapped[datetime | None]
    helped_until: Mapped[datetime | None]
    confirmed_minutes: Mapped[int | None]
    hours_confirmed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]


class EngagedQuarter(Model):
    """A quarter of an hour (counted since 1970) in which a volunteer is expected somewhere: one place at a time."""

    __tablename__ = "engaged_quarter"

    volunteer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    match_id: Mapped[int] = mapped_column(sa.ForeignKey("match.id", ondelete="CASCADE"), index=True)


class VolunteerPlace(Model):
    """Where the person behind an active offer may be found: the cell of the point of her neighbourhood, never of her home.

    Derived from offers, associations, residencies and duties (``service/places.py``): it can be made again at any time.
    ``is_searchable``: she is on duty. ``last_invited``: when she was last asked for anything, in seconds since 1970, 0 if never.
    """

    __tablename__ = "volunteer_place"
    __table_args__ = (
        sa.Index(
            "ix_volunteer_place_search",
            *("town_id", "category", "cell", "last_invited", "person_id", "offer_id"),
            *("territory_id", "longitude", "latitude"),
            sqlite_where=sa.text("is_searchable"),
            postgresql_where=sa.text("is_searchable"),
        ),
    )

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    town_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    category: Mapped[str]
    cell: Mapped[int] = mapped_column(sa.BigInteger)
    territory_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    is_searchable: Mapped[bool]
    last_invited: Mapped[int] = mapped_column(sa.BigInteger)


class SearchSettings(Edited, Model):
    """The pace of the search that a commune chose (``pace.DispatchPace``); without a row, that of everybody."""

    __tablename__ = "search_settings"
    WRITTEN = ("pace",)

    town_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id", ondelete="CASCADE"), primary_key=True)
    pace: Mapped[dict[str, Any]]
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

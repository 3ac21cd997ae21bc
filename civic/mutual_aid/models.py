from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited, fingerprint
from civic.kernel.sealing import Sealed
from civic.mutual_aid.rules import (
    LARGEST_CAPACITY,
    Category,
    Channel,
    ConsentMode,
    DayPart,
    OfferState,
    RequestState,
    Urgency,
    Window,
)


class Charter(Model):
    """A volunteer's acceptance of one version of the charter of mutual aid, before the first offer."""

    __tablename__ = "charter"
    __table_args__ = (sa.UniqueConstraint("person_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    version: Mapped[str]
    accepted_at: Mapped[datetime]


class Offer(Edited, Model):
    """Help that a resident proposes, for herself or on behalf of an association.

    It is for the neighbourhoods in ``areas``, or within ``max_distance_metres`` between neighbourhoods, or, with neither, for the
    whole commune (``territory_id``).
    """

    __tablename__ = "offer"
    WRITTEN = ("category", "title", "text", "max_distance_metres", "area_ids", "moments")
    __table_args__ = (
        sa.CheckConstraint("max_distance_metres > 0", name="a_distance_is_positive"),
        sa.Index("ix_offer_territory_id_state_category", "territory_id", "state", "category"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    category: Mapped[Category] = mapped_column(enum_type(Category))
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    max_distance_metres: Mapped[int | None]
    state: Mapped[OfferState] = mapped_column(enum_type(OfferState), default=OfferState.ACTIVE)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]

    areas: Mapped[list["OfferArea"]] = relationship(
        cascade="all, delete-orphan", order_by="OfferArea.territory_id", lazy="selectin"
    )
    slots: Mapped[list["Availability"]] = relationship(
        cascade="all, delete-orphan", order_by="Availability.id", lazy="selectin"
    )

    @property
    def area_ids(self) -> tuple[int, ...]:
        """The neighbourhoods that it is for. None when the commune itself is named: a request is made in a neighbourhood of it."""
        named = tuple(area.territory_id for area in self.areas)
        return () if self.territory_id in named else named

    @property
    def moments(self) -> list[str]:
        """When it holds, as its form says it: ``2-morning``."""
        return sorted(f"{slot.weekday}-{slot.part.value}" for slot in self.slots)


class OfferArea(Model):
    """A neighbourhood that an offer serves."""

    __tablename__ = "offer_area"

    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), primary_key=True)


class Availability(Model):
    """A part of a day of every week at which an offer holds. An offer without any holds at any time."""

    __tablename__ = "availability"
    __table_args__ = (
        sa.UniqueConstraint("offer_id", "weekday", "part"),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name="a_weekday_is_iso"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"))
    weekday: Mapped[int]
    part: Mapped[DayPart] = mapped_column(enum_type(DayPart))


class Caller(Model):
    """A person who asked by telephone, found again by the keyed hash of her name and number; nothing more is asked of her."""

    __tablename__ = "caller"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)


class HelpRequest(Edited, Model):
    """Help that a person seeks. What would find her at home is sealed, and shown once matched alone.

    ``requester_id`` is who is helped; ``author_id`` who wrote it: the same person, or an agent for somebody who telephoned
    (``consent`` then says how she agreed, and ``channel`` how she asked). ``territory_id`` is the neighbourhood: all that others learn of the place. ``languages`` and ``wishes`` hold values of ``Language`` and ``Wish``;
    ``skills`` the keys of those of the town's list without which nobody is asked.
    ``occurrence_on`` is its day in the series that it belongs to; None once it was replaced by another of the same series.
    ``time_changes`` counts the changes of its window: a calendar then takes the later of two files.
    """

    __tablename__ = "help_request"
    WRITTEN = ("title", "text")
    __table_args__ = (
        sa.CheckConstraint(f"capacity BETWEEN 1 AND {LARGEST_CAPACITY}", name="a_few_helpers"),
        sa.CheckConstraint("filled BETWEEN 0 AND capacity", name="no_more_helpers_than_asked"),
        sa.CheckConstraint("starts_at < ends_at", name="a_window_has_a_length"),
        sa.UniqueConstraint("series_id", "occurrence_on"),
        sa.Index("ix_help_request_territory_id_state", "territory_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    category: Mapped[Category] = mapped_column(enum_type(Category))
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    urgency: Mapped[Urgency] = mapped_column(enum_type(Urgency))
    capacity: Mapped[int]
    filled: Mapped[int] = mapped_column(default=0)
    state: Mapped[RequestState] = mapped_column(enum_type(RequestState), index=True)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), server_default=Channel.WEB.value)
    languages: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    wishes: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    skills: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    redirected_to: Mapped[str | None]
    duplicate_of_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("help_request.id", ondelete="SET NULL"), index=True
    )
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("request_series.id", ondelete="SET NULL"))
    occurrence_on: Mapped[date | None]
    time_changes: Mapped[int] = mapped_column(default=0, server_default="0")
    still_needed_asked_at: Mapped[datetime | None]
    still_needed_answered_at: Mapped[datetime | None]
    contact_name: Mapped[str] = mapped_column(Sealed("help_request.contact_name"))
    contact_phone: Mapped[str] = mapped_column(Sealed("help_request.contact_phone"))
    contact_address: Mapped[str | None] = mapped_column(Sealed("help_request.contact_address"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]

    consent: Mapped["Consent | None"] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def seen_contact(self) -> str:
        """What the form that corrects its contact carries."""
        return fingerprint(self.contact_name, self.contact_phone, self.contact_address, self.territory_id)

    @property
    def is_assisted(self) -> bool:
        """Whether an agent of the town hall asked, for somebody who telephoned."""
        return self.channel is not Channel.WEB

    @property
    def follower_id(self) -> int:
        """Who follows the request on a screen: the requester, or the agent who wrote it for somebody who telephoned."""
        return self.author_id if self.is_assisted and self.author_id is not None else self.requester_id

    @property
    def window(self) -> Window:
        return Window(self.starts_at, self.ends_at)

    def move_to(self, window: Window) -> None:
        """Give the request another window; the consent of who telephoned, which is for this help, lasts as long."""
        if window != self.window:
            self.starts_at, self.ends_at = window.starts_at, window.ends_at
            self.time_changes += 1
            if self.consent is not None:
                self.consent.valid_until = window.ends_at


class Consent(Model):
    """That a person who telephoned agreed to her request being passed to volunteers: how, to which text, told to whom, when, until when."""

    __tablename__ = "consent"
    __table_args__ = (sa.UniqueConstraint("request_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("help_request.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    mode: Mapped[ConsentMode] = mapped_column(enum_type(ConsentMode))
    text_version: Mapped[str]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.councils.calls.states import CallState, Sex, Way, state_of
from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited


class CandidateCall(Edited, Model):
    """A call for candidates, of a council or of the town hall. ``territory_id``: where one lives to be a candidate.

    Attributes:
        draw_id, poll_id: by which lots, or by which poll, seats are filled.
        outcome: how it was decided, in plain text.
        forgotten_at: when those who were not chosen were forgotten.
    """

    __tablename__ = "candidate_call"
    WRITTEN = (
        "title", "body_source", "seats", "way", "opens_at", "closes_at", "territory_id", "council_id", "least_age", "asks_sex",
        "shows_candidates",
    )  # fmt: skip
    __table_args__ = (
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        sa.CheckConstraint("seats > 0", name="seats_are_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    council_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("council.id", ondelete="SET NULL"), index=True
    )
    title: Mapped[str]
    body_source: Mapped[str]
    body_html: Mapped[str]
    seats: Mapped[int]
    way: Mapped[Way] = mapped_column(enum_type(Way, is_checked=False))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    least_age: Mapped[int | None]
    asks_sex: Mapped[bool]
    shows_candidates: Mapped[bool]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    draw_id: Mapped[int | None] = mapped_column(sa.ForeignKey("draw.id", ondelete="SET NULL"))
    poll_id: Mapped[int | None] = mapped_column(sa.ForeignKey("poll.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    forgotten_at: Mapped[datetime | None]

    def state_at(self, at: datetime) -> CallState:
        return state_of(
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            published_at=self.published_at,
            decided_at=self.decided_at,
            cancelled_at=self.cancelled_at,
            at=at,
        )


class Candidacy(Model):
    """Somebody who wishes to sit. ``is_shown``: after the closing, her name and her text may be read."""

    __tablename__ = "candidacy"
    __table_args__ = (sa.UniqueConstraint("call_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate_call.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    sex: Mapped[Sex | None] = mapped_column(enum_type(Sex, is_checked=False))
    is_shown: Mapped[bool]
    applied_at: Mapped[datetime]
    is_chosen: Mapped[bool] = mapped_column(default=False)

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited
from civic.mutual_aid.reviewing.rules import FirstRequests, Outcome


class ReviewSettings(Edited, Model):
    """What a commune reads before volunteers are asked. Without a row, the defaults of ``ReviewPolicy``."""

    __tablename__ = "review_settings"
    WRITTEN = ("first_requests", "sensitive", "reads_reported")

    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), primary_key=True)
    first_requests: Mapped[FirstRequests] = mapped_column(enum_type(FirstRequests))
    sensitive: Mapped[list[Any]]
    reads_reported: Mapped[bool]
    changed_at: Mapped[datetime]


class Referral(Model):
    """Who helps better than a volunteer: a service, and the words with which the person is told."""

    __tablename__ = "referral"

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    name: Mapped[str]
    text: Mapped[str]
    removed_at: Mapped[datetime | None]


class RequestReview(Model):
    """That a request is read before volunteers are asked: why, by when, and what was decided.

    ``reasons``: values of ReviewReason; none for a doubt of the town hall's. ``read_as``: what was accepted (``Asked``), so that another
    text or other hours are seen to be so.
    """

    __tablename__ = "request_review"

    request_id: Mapped[int] = mapped_column(
        sa.ForeignKey("help_request.id", ondelete="CASCADE"), primary_key=True
    )
    reasons: Mapped[list[Any]]
    read_as: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column(enum_type(Outcome))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )

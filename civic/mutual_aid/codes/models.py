from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.mutual_aid.codes.rules import CodeOutcome, CodePurpose


class TextCode(Model):
    """A code sent to a number (both keyed digests), for what, and how often it was tried. ``rank``: how many that number had that day.

    ``person_id``: whose number it is. ``request_id``: the request that she agrees to with it.
    """

    __tablename__ = "text_code"
    __table_args__ = (sa.UniqueConstraint("phone_digest", "on_day", "rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[CodePurpose] = mapped_column(enum_type(CodePurpose))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("help_request.id", ondelete="CASCADE"), index=True
    )
    sent_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    phone_digest: Mapped[str]
    on_day: Mapped[date]
    rank: Mapped[int]
    code_digest: Mapped[str]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int]
    outcome: Mapped[CodeOutcome | None] = mapped_column(enum_type(CodeOutcome))


class VerifiedPhone(Model):
    """That a person typed the code sent to this number. It counts as long as her number is this one: another has another digest."""

    __tablename__ = "verified_phone"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    phone_digest: Mapped[str]
    verified_at: Mapped[datetime]


class TextAnswers(Model):
    """How many answers a number (a keyed digest) was sent on a day, and whose number it is: two machines may be answering one another."""

    __tablename__ = "text_answers"

    phone_digest: Mapped[str] = mapped_column(primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    count: Mapped[int]

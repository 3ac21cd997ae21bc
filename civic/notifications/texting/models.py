from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model


class TextAsk(Model):
    """That an invitation was sent by text message: to which number (a keyed digest), with which reply code."""

    __tablename__ = "text_ask"
    __table_args__ = (sa.UniqueConstraint("phone_digest", "code"),)

    invitation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("invitation.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    phone_digest: Mapped[str]
    code: Mapped[str]
    asked_at: Mapped[datetime]

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model
from civic.kernel.sealing import Sealed


class HoursCertificate(Model):
    """A sheet that a volunteer took: what it says, and what is needed to check it. Never for whom she did it.

    ``helped`` holds, by category, how many times and how many minutes. The code is on the sheet alone; we keep a keyed digest of it.
    """

    __tablename__ = "hours_certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    code_digest: Mapped[str]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Sealed("hours_certificate.name"))
    since_on: Mapped[date]
    until_on: Mapped[date]
    helped: Mapped[dict[str, Any]]
    issued_at: Mapped[datetime]

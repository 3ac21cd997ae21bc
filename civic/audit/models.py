from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model


class AuditEntry(Model):
    """One fact. ``subjects`` holds ids, states and numbers; never words that somebody wrote, an address or a secret.

    ``actor_id`` is a number, not a key: the journal outlives the accounts, whose deletion leaves nothing personal behind it.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_fact_id", "fact", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    occurred_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    fact: Mapped[str]
    subjects: Mapped[dict[str, Any]]

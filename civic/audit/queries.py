from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.audit.models import AuditEntry
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate


@dataclass(frozen=True)
class JournalLine:
    """An entry with the name that its actor bears now; None for a timer or an account that was deleted."""

    entry: AuditEntry
    actor_name: str | None

    @property
    def subjects(self) -> list[tuple[str, Any]]:
        return list(self.entry.subjects.items())


def list_lines(
    *, fact: str | None = None, actor_id: int | None = None, number: int = 1, size: int = PAGE_SIZE
) -> Page[JournalLine]:
    """Read one page of the journal, newest first: three queries."""
    query = sa.select(AuditEntry).order_by(AuditEntry.id.desc())
    if fact:
        query = query.where(AuditEntry.fact == fact)
    if actor_id is not None:
        query = query.where(AuditEntry.actor_id == actor_id)
    page = paginate(query, number=number, size=size)
    names = accounts.names_of({entry.actor_id for entry in page.items if entry.actor_id is not None})
    lines = [JournalLine(entry, names.get(entry.actor_id or 0)) for entry in page.items]
    return Page(lines, page.number, page.size, page.total)


def list_facts() -> list[str]:
    """Return the kinds of facts that the journal holds, in alphabetical order."""
    return list(db.session.scalars(sa.select(AuditEntry.fact).distinct().order_by(AuditEntry.fact)))

"""The counts that a proposal carries: changed in the database, by who holds its row."""

from functools import cache

import sqlalchemy as sa

from civic.kernel.database import db
from civic.proposals.models import Proposal


def change_support_count(proposal_id: int, change: int) -> int:
    """Add to the count of supports, in the database. Returns what it becomes."""
    return _change_count("support_count", proposal_id, change)


def change_argument_count(proposal_id: int, change: int) -> int:
    """Add to the count of arguments, in the database. Returns what it becomes."""
    return _change_count("argument_count", proposal_id, change)


def _change_count(column: str, proposal_id: int, change: int) -> int:
    changed = db.session.connection().execute(_counting(column), {"proposal": proposal_id, "change": change})
    return int(changed.scalar_one())


@cache
def _counting(column: str) -> sa.Executable:
    """Return the statement that adds to a count, built once: every support and every argument asks for it."""
    table = Proposal.__table__
    count = table.c[column]
    added = sa.update(table).where(table.c.id == sa.bindparam("proposal"))  # type: ignore[arg-type]
    return added.values({count: count + sa.bindparam("change")}).returning(count)

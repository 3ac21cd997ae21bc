"""What the register forgets by itself. A person stays in it until she leaves or dies: the law says so; files do not."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.checkins.register.models import RegisterExport, RegisterImport, RegisterSight
from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.kernel.transaction import transaction

FILE_KEPT_FOR = timedelta(days=1)
SIGHT_KEPT_FOR = timedelta(days=3 * 365)
EXPORT_KEPT_FOR = timedelta(days=5 * 365)


@hourly
def forget_files(now: datetime) -> int:
    """Delete the files that nobody imported since yesterday, and old traces of readings and exports. Returns how many rows."""
    with transaction():
        gone = [
            db.session.execute(statement)
            for statement in (
                sa.delete(RegisterImport).where(
                    RegisterImport.done_at.is_(None), RegisterImport.sent_at < now - FILE_KEPT_FOR
                ),
                sa.delete(RegisterImport).where(RegisterImport.done_at < now - EXPORT_KEPT_FOR),
                sa.delete(RegisterSight).where(RegisterSight.seen_at < now - SIGHT_KEPT_FOR),
                sa.delete(RegisterExport).where(RegisterExport.exported_at < now - EXPORT_KEPT_FOR),
            )
        ]
    counts: list[int] = [each.rowcount for each in gone]  # type: ignore[attr-defined]
    return sum(counts)

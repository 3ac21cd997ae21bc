"""What is forgotten of codes and of answers by itself."""

from datetime import datetime

import sqlalchemy as sa

from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.kernel.transaction import transaction
from civic.mutual_aid.codes.models import TextAnswers, TextCode
from civic.mutual_aid.codes.rules import KEPT_FOR


@hourly
def forget_codes(now: datetime) -> int:
    """Delete codes, and how many answers a number had, once they count for no limit any more. Returns how many."""
    before = now - KEPT_FOR
    old = {
        TextCode: TextCode.sent_at < before,
        TextAnswers: TextAnswers.on_day < before.astimezone(TOWN_TIME).date(),
    }
    if not any(db.session.scalar(sa.select(sa.exists().where(is_old))) for is_old in old.values()):
        db.session.rollback()
        return 0
    with transaction():
        gone = [db.session.execute(sa.delete(table).where(is_old)) for table, is_old in old.items()]
        return sum(each.rowcount for each in gone)  # type: ignore[attr-defined]

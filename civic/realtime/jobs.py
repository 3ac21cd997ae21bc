"""What is not kept for ever: a client that was away for a month reads its pages again."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data
from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.kernel.transaction import transaction
from civic.realtime.models import PersonEvent, PersonFeed

KEPT_FOR = timedelta(days=30)


@hourly
def forget_old_events(now: datetime) -> int:
    """Delete the events told too long ago; numbers go on from where they were. Returns how many."""
    with transaction():
        result = db.session.execute(sa.delete(PersonEvent).where(PersonEvent.created_at < now - KEPT_FOR))
    return int(result.rowcount)  # type: ignore[attr-defined]


@erases_personal_data("live events")
def erase_events(person_id: int, now: datetime) -> None:
    db.session.execute(sa.delete(PersonEvent).where(PersonEvent.person_id == person_id))
    db.session.execute(sa.delete(PersonFeed).where(PersonFeed.person_id == person_id))

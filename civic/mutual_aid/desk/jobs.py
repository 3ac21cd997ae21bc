"""What the telephone desk forgets by itself."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.kernel.transaction import transaction
from civic.mutual_aid.desk.models import CallBack

CALLS_KEPT_FOR = timedelta(days=90)


@hourly
def forget_calls(now: datetime) -> None:
    """Delete the calls that are over, with what agents noted of them."""
    with transaction():
        db.session.execute(sa.delete(CallBack).where(CallBack.closed_at < now - CALLS_KEPT_FOR))

"""What safeguarding forgets by itself."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.kernel.transaction import transaction
from civic.safeguarding.models import Concern, Suspension, VettingProof, VolunteerAge

EXPIRED_KEPT_FOR = timedelta(days=90)
CONCERN_KEPT_FOR = timedelta(days=3 * 365)
SUSPENSION_KEPT_FOR = timedelta(days=365)


@hourly
def forget_what_no_longer_holds(now: datetime) -> int:
    """Delete the proofs that expired three months ago, and what was kept of minors who came of age. Returns how many rows."""
    today = now.astimezone(TOWN_TIME).date()
    expired = VettingProof.expires_on < today - EXPIRED_KEPT_FOR
    with transaction():
        proofs = db.session.execute(sa.delete(VettingProof).where(expired))
        ages = db.session.execute(sa.delete(VolunteerAge).where(VolunteerAge.adult_on <= today))
    return int(proofs.rowcount + ages.rowcount)  # type: ignore[attr-defined]


@hourly
def forget_closed_files(now: datetime) -> int:
    """Delete the concerns closed three years ago, and the suspensions over for a year. Returns how many rows."""
    today = now.astimezone(TOWN_TIME).date()
    old = sa.or_(
        Suspension.lifted_at < now - SUSPENSION_KEPT_FOR, Suspension.ends_on < today - SUSPENSION_KEPT_FOR
    )
    with transaction():
        suspensions = db.session.execute(sa.delete(Suspension).where(old))
        concerns = db.session.execute(sa.delete(Concern).where(Concern.closed_at < now - CONCERN_KEPT_FOR))
    return int(suspensions.rowcount + concerns.rowcount)  # type: ignore[attr-defined]

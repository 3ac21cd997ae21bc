"""What safeguarding forgets by itself."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.kernel.transaction import transaction
from civic.safeguarding.models import VettingProof, VolunteerAge

EXPIRED_KEPT_FOR = timedelta(days=90)


@hourly
def forget_what_no_longer_holds(now: datetime) -> int:
    """Delete the proofs that expired three months ago, and what was kept of minors who came of age. Returns how many rows."""
    today = now.astimezone(TOWN_TIME).date()
    expired = VettingProof.expires_on < today - EXPIRED_KEPT_FOR
    with transaction():
        proofs = db.session.execute(sa.delete(VettingProof).where(expired))
        ages = db.session.execute(sa.delete(VolunteerAge).where(VolunteerAge.adult_on <= today))
    return int(proofs.rowcount + ages.rowcount)  # type: ignore[attr-defined]

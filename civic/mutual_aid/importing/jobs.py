"""What is forgotten of files of offers: those that nobody imported, and those whose persons did not answer."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.kernel.transaction import transaction
from civic.mutual_aid.importing.models import OfferImport

KEPT_FOR = timedelta(days=30)
PREVIEW_KEPT_FOR = timedelta(days=2)


@hourly
def forget_imports(now: datetime) -> int:
    """Delete the files that waited two days, and all that is left of an import after a month. Returns how many imports."""
    waited = sa.and_(OfferImport.done_at.is_(None), OfferImport.sent_at < now - PREVIEW_KEPT_FOR)
    with transaction():
        gone = db.session.execute(
            sa.delete(OfferImport).where(sa.or_(waited, OfferImport.done_at < now - KEPT_FOR))
        )
    return int(gone.rowcount)  # type: ignore[attr-defined]

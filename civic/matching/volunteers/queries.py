from datetime import datetime

import sqlalchemy as sa

from civic.kernel.database import db
from civic.matching.models import Invitation


def count_sent_since(person_id: int, instant: datetime) -> int:
    """Return how many invitations a person received since an instant."""
    counted = sa.select(sa.func.count()).select_from(Invitation)
    sent = counted.where(Invitation.volunteer_id == person_id, Invitation.sent_at > instant)
    return db.session.scalar(sent) or 0

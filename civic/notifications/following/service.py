"""What a person follows, and how often she is told of it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.notifications.following.models import Follow, News


def count_follows(person_id: int) -> int:
    counted = sa.select(sa.func.count()).select_from(Follow)
    return db.session.scalar(counted.where(Follow.person_id == person_id)) or 0


@exports_personal_data("following", count=count_follows)
def export_follows(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(Follow).filter_by(person_id=person_id).order_by(Follow.topic_kind, Follow.topic_key)
    )
    return [
        {
            "kind": row.topic_kind.value,
            "topic": row.topic_key,
            "rhythm": row.rhythm.value,
            "since": iso_utc(row.since),
        }
        for row in rows
    ]


@erases_personal_data("following")
def erase_follows(person_id: int, now: datetime) -> None:
    db.session.execute(sa.delete(Follow).where(Follow.person_id == person_id))
    db.session.execute(sa.update(News).where(News.actor_id == person_id).values(actor_id=None))

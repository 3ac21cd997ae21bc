"""What the register holds of who has an account: given to her when she asks, unlinked when she leaves the site."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.checkins.register import queries
from civic.checkins.register.models import RegisterEntry, RegisterSight
from civic.checkins.register.rules import CHECK_AGAIN_AFTER
from civic.kernel.clock import TOWN_TIME, iso_utc
from civic.kernel.database import db


@exports_personal_data("register")
def export(person_id: int) -> dict[str, Any] | None:
    """All that the register says of her. Who asked, when it was somebody else, is that person's: it is asked for at the town hall."""
    row = queries.find_entry_of_person(person_id)
    if row is None:
        return None
    entry = queries.typed_entry(row)
    return {
        "family_name": entry.family_name,
        "first_names": entry.first_names,
        "born_on": entry.born_on.isoformat(),
        "ground": entry.ground.value,
        "address": entry.address,
        "phone": entry.phone,
        "relative": {"name": entry.relative_name, "phone": entry.relative_phone},
        "home_service": entry.home_service,
        "asked_by": entry.asked_by.value,
        "asked_on": entry.asked_on.isoformat(),
        "told_on": row.told_on.isoformat() if row.told_on else None,
        "sights": [
            {"at": iso_utc(sight.seen_at), "is_for_call": sight.is_for_call}
            for sight in queries.list_sights(row.id)
        ],
    }


@erases_personal_data("register")
def erase(person_id: int, now: datetime) -> None:
    """Leaving the site is not leaving the register, which is another purpose, and may save her: the entry is only unlinked, and the town
    hall is to ask her whether she stays in it."""
    asked_long_ago = now.astimezone(TOWN_TIME).date() - CHECK_AGAIN_AFTER - timedelta(days=1)
    db.session.execute(
        sa.update(RegisterEntry)
        .where(RegisterEntry.person_id == person_id)
        .values(person_id=None, checked_on=asked_long_ago)
    )
    db.session.execute(
        sa.update(RegisterEntry).where(RegisterEntry.recorded_by_id == person_id).values(recorded_by_id=None)
    )
    db.session.execute(
        sa.update(RegisterSight).where(RegisterSight.viewer_id == person_id).values(viewer_id=None)
    )
    db.session.flush()

"""What the polls hold of a person: that she may vote, and whether she has. What she put in the box is linked to nobody."""

from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import exports_personal_data
from civic.kernel.database import db
from civic.voting.models import Poll, RollEntry


@exports_personal_data("voting")
def export(person_id: int) -> dict[str, Any]:
    entries = (
        sa.select(Poll.question, RollEntry.has_voted, RollEntry.channel)
        .join(RollEntry, RollEntry.poll_id == Poll.id)
        .where(RollEntry.person_id == person_id)
        .order_by(Poll.id)
    )
    return {
        "rolls": [
            {"poll": question, "has_voted": has_voted, "channel": channel.value if channel else None}
            for question, has_voted, channel in db.session.execute(entries)
        ]
    }

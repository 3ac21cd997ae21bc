"""What a volunteer said of herself: given to her when she asks, removed when she leaves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.database import db
from civic.mutual_aid.volunteers import queries
from civic.mutual_aid.volunteers.models import VolunteerProfile, VolunteerSkill


@exports_personal_data("volunteers")
def export(person_id: int) -> dict[str, Any]:
    limits = queries.limits_of([person_id]).get(person_id)
    return {
        "limits": {
            "by_mail": limits.by_mail,
            "by_sms": limits.by_sms,
            "quiet_from_hour": limits.quiet.from_hour,
            "quiet_to_hour": limits.quiet.to_hour,
            "weekly_ceiling": limits.weekly_ceiling,
        }
        if limits
        else None,
        "skills": [
            {"skill": skill.key, "expires_on": skill.expires_on.isoformat() if skill.expires_on else None}
            for skill in queries.skills_of([person_id])[person_id]
        ],
    }


@erases_personal_data("volunteers")
def erase(person_id: int, now: datetime) -> None:
    for table in (VolunteerProfile, VolunteerSkill):
        db.session.execute(sa.delete(table).where(table.person_id == person_id))
    db.session.flush()

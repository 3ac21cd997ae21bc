"""The skills that requests ask for, by the names that people read."""

from collections.abc import Collection

import sqlalchemy as sa

from civic.kernel.database import db
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.volunteers.models import TownSkill
from civic.mutual_aid.volunteers.rules import USUAL_SKILLS
from civic.territories.models import Territory


def skill_names_of(requests: Collection[HelpRequest]) -> dict[int, tuple[str, ...]]:
    """Return the names of the skills that each request asks for, those that the town took off its list since too: nobody is asked
    without them. One query for any number of requests, none when they ask for nothing."""
    asking = {request.id: request.skills for request in requests if request.skills}
    if not asking:
        return {}
    rows = db.session.execute(
        sa.select(HelpRequest.id, TownSkill.key, TownSkill.name)
        .join(Territory, Territory.id == HelpRequest.territory_id)
        .join(TownSkill, TownSkill.territory_id == sa.func.coalesce(Territory.parent_id, Territory.id))
        .where(HelpRequest.id.in_(asking))
    )
    own = {(row.id, row.key): row.name for row in rows}
    usual = {skill.key: skill.name for skill in USUAL_SKILLS}
    return {
        request_id: tuple(own.get((request_id, key)) or usual.get(key, key) for key in keys)
        for request_id, keys in asking.items()
    }

"""What a volunteer said of herself: given to her when she asks, removed when she leaves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.kernel.transaction import publish
from civic.mutual_aid.events import OfferChanged
from civic.mutual_aid.models import Offer
from civic.mutual_aid.rules import OfferState
from civic.mutual_aid.volunteers import queries
from civic.mutual_aid.volunteers.models import VolunteerProfile, VolunteerSkill
from civic.safeguarding.events import VolunteerSuspendedFact


@within_transaction(VolunteerSuspendedFact)
def pause_offers(fact: VolunteerSuspendedFact) -> None:
    """Her offers are no longer read by anybody; she takes them up again herself, once she may."""
    own = sa.and_(Offer.author_id == fact.person_id, Offer.organisation_id.is_(None))
    for offer in db.session.scalars(sa.select(Offer).where(own, Offer.state == OfferState.ACTIVE)):
        offer.state, offer.changed_at = OfferState.PAUSED, fact.occurred_at
        publish(
            OfferChanged(
                occurred_at=fact.occurred_at,
                offer_id=offer.id,
                territory_id=offer.territory_id,
                actor_id=fact.person_id,
                state=offer.state.value,
            )
        )


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

"""What safeguarding holds of a person: given to her when she asks, removed when she leaves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.safeguarding import queries
from civic.safeguarding.models import Block, Concern, Suspension, VettingProof, VolunteerAge
from civic.safeguarding.rules import ConcernState


@exports_personal_data("safeguarding")
def export(person_id: int) -> dict[str, Any]:
    said = queries.find_age(person_id)
    return {
        "vetting": [
            {
                "proof": proof.proof.value,
                "seen_on": proof.seen_on.isoformat(),
                "expires_on": proof.expires_on.isoformat(),
            }
            for proof in queries.list_proofs(person_id)
        ],
        "age": {
            "age": said.band.value,
            "representative": said.representative,
            "agreed_on": said.agreed_on.isoformat() if said.agreed_on else None,
        }
        if said
        else None,
        "concerns": [
            {"kind": concern.kind.value, "text": concern.text, "told_at": iso_utc(concern.told_at)}
            for concern in _told_by(person_id)
        ],
        "suspensions": [
            {
                "reason": suspension.told,
                "since": iso_utc(suspension.begun_at),
                "ended_at": iso_utc(suspension.lifted_at) if suspension.lifted_at else None,
            }
            for suspension in db.session.scalars(
                sa.select(Suspension).filter_by(person_id=person_id).order_by(Suspension.id)
            )
        ],
        "blocked": len(queries.list_blocked_by(person_id)),
    }


def _told_by(person_id: int) -> list[Concern]:
    """What she told is hers; what others told of her could betray them, and is asked for at the town hall."""
    return list(db.session.scalars(sa.select(Concern).filter_by(told_by_id=person_id).order_by(Concern.id)))


@erases_personal_data("safeguarding")
def erase(person_id: int, now: datetime) -> None:
    """What was seen of her goes, and the closed files about her. One that is still open protects somebody else: it stays, unsigned."""
    for table in (VettingProof, VolunteerAge, Suspension):
        db.session.execute(sa.delete(table).where(table.person_id == person_id))
    either = sa.or_(Block.blocker_id == person_id, Block.blocked_id == person_id)
    db.session.execute(sa.delete(Block).where(either))
    about = Concern.about_id == person_id
    db.session.execute(sa.delete(Concern).where(about, Concern.state == ConcernState.CLOSED))
    db.session.execute(sa.update(Concern).where(about).values(about_id=None))
    db.session.execute(sa.update(Concern).where(Concern.told_by_id == person_id).values(told_by_id=None))
    db.session.flush()

"""What safeguarding holds of a person: given to her when she asks, removed when she leaves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.database import db
from civic.safeguarding import queries
from civic.safeguarding.models import VettingProof, VolunteerAge


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
    }


@erases_personal_data("safeguarding")
def erase(person_id: int, now: datetime) -> None:
    for table in (VettingProof, VolunteerAge):
        db.session.execute(sa.delete(table).where(table.person_id == person_id))
    db.session.flush()

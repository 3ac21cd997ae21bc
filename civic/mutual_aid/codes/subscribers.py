"""What is removed of codes and of a verified number when a person leaves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.mutual_aid.codes.models import TextAnswers, TextCode, VerifiedPhone


@exports_personal_data("text_codes")
def export(person_id: int) -> dict[str, Any]:
    verified = db.session.get(VerifiedPhone, person_id)
    return {"phone_verified_at": iso_utc(verified.verified_at) if verified else None}


@erases_personal_data("text_codes")
def erase(person_id: int, now: datetime) -> None:
    for table in (TextCode, VerifiedPhone, TextAnswers):
        db.session.execute(sa.delete(table).where(table.person_id == person_id))
    db.session.flush()

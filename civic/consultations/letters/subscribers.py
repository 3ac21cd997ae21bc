"""What an agent or a councillor wrote to residents is given to her when she asks. When she leaves it stays, in the name of the town hall."""

from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import exports_personal_data
from civic.consultations.letters.models import Letter
from civic.kernel.clock import iso_utc
from civic.kernel.database import db


@exports_personal_data("consultation_letters")
def export(person_id: int) -> list[dict[str, Any]]:
    query = sa.select(Letter).filter_by(author_id=person_id).order_by(Letter.id)
    return [
        {"title": letter.title, "text": letter.body_source, "created_at": iso_utc(letter.sent_at)}
        for letter in db.session.scalars(query)
    ]

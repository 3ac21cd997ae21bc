"""What time brings to petitions, and what they hold of a person: given to her when she asks, unsigned when she leaves.

A signature stays counted, as one on paper does: nobody's name is beside it any more, and what keeps her from being counted twice is
forgotten with that of the others (decision 37).
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import delivers
from civic.petitions.models import Petition, PetitionSheet, PetitionSignature
from civic.petitions.service import deciding, launching, signing


@delivers(launching.END)
def end(owed: dict[str, Any]) -> None:
    deciding.end_petition(owed["petition_id"], now=utc_now())


@delivers(launching.FORGET)
def forget(owed: dict[str, Any]) -> None:
    deciding.forget_signers(owed["petition_id"], now=utc_now())


@delivers(signing.REMIND)
def remind(owed: dict[str, Any]) -> None:
    """Each timer sends all that is due in the town: the others of the same morning find nothing left."""
    deciding.remind_due(now=utc_now())


@exports_personal_data("petitions")
def export(person_id: int) -> dict[str, Any]:
    launched = sa.select(Petition).filter_by(author_id=person_id).order_by(Petition.id)
    signed = (
        sa.select(Petition.title, PetitionSignature)
        .join(Petition, Petition.id == PetitionSignature.petition_id)
        .where(PetitionSignature.person_id == person_id)
        .order_by(PetitionSignature.id)
    )
    return {
        "petitions": [
            {
                "title": each.title,
                "text": f"{each.ask_source}\n\n{each.why_source}",
                "created_at": iso_utc(each.created_at),
                "is_hidden": each.hidden_at is not None,
            }
            for each in db.session.scalars(launched)
        ],
        "signed": [
            {
                "petition": title,
                "created_at": iso_utc(signature.created_at),
                "name_is_shown": signature.is_shown,
                "wants_news": signature.wants_news,
            }
            for title, signature in db.session.execute(signed)
        ],
    }


@erases_personal_data("petitions")
def unsign(person_id: int, now: datetime) -> None:
    db.session.execute(
        sa.update(PetitionSignature)
        .where(PetitionSignature.person_id == person_id)
        .values(person_id=None, is_shown=False, wants_news=False)
    )
    for column in (
        Petition.author_id,
        Petition.examined_by_id,
        Petition.decided_by_id,
        PetitionSheet.typed_by_id,
    ):
        emptied = sa.update(column.class_).where(column == person_id)
        db.session.execute(emptied.values({column.key: None}))

"""What opinions hold of a person: given to her when she asks. When she leaves it stays, unsigned (the keys are emptied).

What the town hall prepared follows its consultation when it is copied.
"""

from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import exports_personal_data
from civic.consultations.events import ConsultationDrafted
from civic.consultations.models import Consultation
from civic.consultations.rules import hidden_until
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.opinions.models import OpinionPlace, Participant, Reaction, Stance, Statement
from civic.opinions.rules import GROUP_NAMES
from civic.opinions.service.preparing import copy_prepared


@exports_personal_data("opinions")
def export(person_id: int) -> dict[str, Any]:
    now = utc_now()
    statements = sa.select(Statement).filter_by(author_id=person_id).order_by(Statement.id)
    reactions = (
        sa.select(Statement.body, Reaction.value)
        .join(Reaction, Reaction.statement_id == Statement.id)
        .join(Participant, Participant.id == Reaction.participant_id)
        .where(Participant.person_id == person_id)
        .order_by(Statement.id)
    )
    places = (
        sa.select(Consultation, OpinionPlace.number)
        .join(Participant, Participant.consultation_id == Consultation.id)
        .join(OpinionPlace, OpinionPlace.participant_id == Participant.id)
        .where(Participant.person_id == person_id)
        .order_by(Consultation.id)
    )
    return {
        "statements": [
            {"text": one.body, "created_at": iso_utc(one.created_at)}
            for one in db.session.scalars(statements)
        ],
        "reactions": [
            {"statement": body, "reaction": Stance(value).name.lower()}
            for body, value in db.session.execute(reactions)
        ],
        "opinion_groups": [
            {"consultation": one.title, "group": None if number is None else GROUP_NAMES[number]}
            for one, number in db.session.execute(places)
            if hidden_until(one.phases, at=now) is None
        ],
    }


@within_transaction(ConsultationDrafted)
def copy_statements(fact: ConsultationDrafted) -> None:
    if fact.copied_from_id:
        copy_prepared(source_id=fact.copied_from_id, copy_id=fact.consultation_id, now=fact.occurred_at)

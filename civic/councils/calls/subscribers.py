"""What time brings to calls, and what they hold of a person: given to her when she asks, forgotten when she leaves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.councils.calls import queries
from civic.councils.calls.models import Candidacy, CandidateCall
from civic.councils.calls.service import choosing, writing
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import delivers
from civic.voting.prefilling import prefills_poll
from civic.web.identity import current_actor


@delivers(writing.FORGET)
def forget(owed: dict[str, Any]) -> None:
    choosing.forget_candidates(owed["call_id"], now=utc_now())


@exports_personal_data("candidacies")
def export_candidacies(person_id: int) -> list[dict[str, Any]]:
    query = sa.select(CandidateCall.title, Candidacy).join(
        CandidateCall, CandidateCall.id == Candidacy.call_id
    )
    rows = db.session.execute(query.where(Candidacy.person_id == person_id).order_by(Candidacy.id))
    return [
        {
            "title": title,
            "text": candidacy.text,
            "sex": candidacy.sex.value if candidacy.sex else None,
            "name_is_shown": candidacy.is_shown,
            "is_chosen": candidacy.is_chosen,
            "created_at": iso_utc(candidacy.applied_at),
        }
        for title, candidacy in rows
    ]


@erases_personal_data("candidacies")
def remove_candidacies(person_id: int, now: datetime) -> None:
    db.session.execute(sa.delete(Candidacy).where(Candidacy.person_id == person_id))


@prefills_poll("appel")
def prefill_poll(call_id: int) -> dict[str, str]:
    """Fill in the poll of a call whose seats residents fill: its title, where it takes place, the names of those who applied."""
    candidates = choosing.read_candidates(current_actor(), call_id=call_id).items
    call = queries.get_call(call_id)
    return {
        "question": call.title,
        "territory_id": str(call.territory_id),
        "q1-method": "k-of-n" if call.seats > 1 else "single",
        "q1-seats": str(call.seats),
        **{f"q1-{rank}-label": each.name for rank, each in enumerate(candidates)},
    }

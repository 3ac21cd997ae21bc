"""An answer becomes due, is put off, is given. Nothing has to run for a page to say so: instants are stored, the rest is computed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from civic.consultations import queries as consultations
from civic.consultations.rules import hidden_until
from civic.kernel import outbox
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.kernel.transaction import publish
from civic.proposals.answers import queries, rules
from civic.proposals.answers.events import AnswerExpected
from civic.proposals.answers.models import AnswerPromise, ExpectedAnswer
from civic.proposals.answers.rules import Promise
from civic.proposals.models import Proposal
from civic.proposals.rules import Decision

REMIND = "answers.remind"
RECKON = "answers.reckon"


def expect_if_reached(proposal_id: int, *, now: datetime) -> None:
    """Write down that an answer is due, once, when a proposal has the supports that its consultation promised to answer at.

    Inside the transaction of the support, which holds the proposal: two that arrive together write one row. A support withdrawn
    later takes nothing back: an answer that residents were told to expect stays due.
    """
    found = db.session.execute(_PROMISED, {"proposal": proposal_id}).one_or_none()
    if found is None:
        return
    promise = found.AnswerPromise.promise
    if promise.threshold and reckon_later(found.consultation_id, now=now):
        return
    if promise.is_reached(found.support_count) and not queries.is_settled(proposal_id):
        expect(proposal_id, found.consultation_id, promise, now=now)


_PROMISED = (
    sa.select(AnswerPromise, Proposal.support_count, Proposal.consultation_id)
    .join(Proposal, Proposal.consultation_id == AnswerPromise.consultation_id)
    .outerjoin(ExpectedAnswer, ExpectedAnswer.proposal_id == Proposal.id)
    .where(
        Proposal.id == sa.bindparam("proposal"),
        ExpectedAnswer.proposal_id.is_(None),
        Proposal.article_number.is_(None),
    )
)
"""Built once: each support asks it."""


def reckon_later(consultation_id: int, *, now: datetime) -> bool:
    """Where supports are hidden, owe the reckoning of what reached the threshold for when they are not. Tells whether they are.

    That an answer is due would tell that so many support it.
    """
    until = hidden_until(consultations.get_consultation(consultation_id).phases, at=now)
    if until is None:
        return False
    key = f"{RECKON}:{consultation_id}:{iso_utc(until)}"
    owed = {"consultation_id": consultation_id, "until": until.isoformat()}
    outbox.owe_once(RECKON, owed, now=now, due_at=until, key=key)
    return True


def expect_all_reached(consultation_id: int, promise: Promise, *, now: datetime) -> None:
    """Write down that an answer is due to each proposal that has the supports, once these are no longer hidden."""
    if promise.threshold and reckon_later(consultation_id, now=now):
        return
    for proposal_id in queries.list_reached(consultation_id, promise.threshold):
        expect(proposal_id, consultation_id, promise, now=now)


def expect(proposal_id: int, consultation_id: int, promise: Promise, *, now: datetime) -> None:
    """Write down that an answer is due, unless somebody else just did."""
    due = rules.due_at(now, promise.days)
    values = {
        "proposal_id": proposal_id,
        "consultation_id": consultation_id,
        "since": now,
        "due_at": due,
        "remind_at": rules.reminder_at(0, due, promise.remind_days, after=now),
        "step": 0,
    }
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert = (sqlite_insert if is_sqlite else postgresql_insert)(ExpectedAnswer)
    written = insert.values(values).on_conflict_do_nothing().returning(ExpectedAnswer.proposal_id)
    if db.session.scalar(written) is None:
        return
    outbox.owe(REMIND, {"proposal_id": proposal_id}, now=now, due_at=values["remind_at"])  # type: ignore[arg-type]
    publish(AnswerExpected(occurred_at=now, proposal_id=proposal_id, consultation_id=consultation_id))


def note_answer(proposal_id: int, decision: Decision, *, now: datetime) -> None:
    """Write down that the town hall answered: what was due is given; « à l’étude », said in time, puts it off once."""
    row = db.session.get(ExpectedAnswer, proposal_id)
    if row is None or row.answered_at is not None:
        return
    if rules.settles(decision):
        row.answered_at, row.remind_at = now, None
        return
    promise = queries.find_promise(row.consultation_id) or Promise()
    later = rules.extended_due_at(row.due_at, promise.days, at=now, is_extended=row.extended_at is not None)
    if later is not None:
        row.due_at, row.extended_at, row.step = later, now, 0
        row.remind_at = rules.reminder_at(0, later, promise.remind_days, after=now)
        outbox.owe(REMIND, {"proposal_id": proposal_id}, now=now, due_at=row.remind_at)

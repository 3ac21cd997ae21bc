"""What becomes of a promise when something happens to a proposal, and when a reminder is due."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data
from civic.consultations.events import ConsultationDrafted, ConsultationPublished
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers
from civic.kernel.transaction import transaction
from civic.proposals.answers import expecting, promising, queries, reminding
from civic.proposals.answers.models import AnswerCharge, AnswerReading
from civic.proposals.events import AnswerPublished, ProposalPublished, ProposalSupported
from civic.proposals.rules import Decision


@within_transaction(ConsultationDrafted)
def promise_as_begun(fact: ConsultationDrafted) -> None:
    promising.promise_as_begun(
        consultation_id=fact.consultation_id, template=fact.template, copied_from_id=fact.copied_from_id
    )


@within_transaction(ConsultationPublished)
def promise(fact: ConsultationPublished) -> None:
    promising.promise_at_publication(
        consultation_id=fact.consultation_id, publisher_id=fact.actor_id, now=fact.occurred_at
    )


@within_transaction(ProposalPublished)
def expect_of_published(fact: ProposalPublished) -> None:
    """Where each proposal is answered, the threshold is no support at all."""
    expecting.expect_if_reached(fact.proposal_id, now=fact.occurred_at)


@within_transaction(ProposalSupported)
def expect_of_supported(fact: ProposalSupported) -> None:
    expecting.expect_if_reached(fact.proposal_id, now=fact.occurred_at)


@within_transaction(AnswerPublished)
def note_answer(fact: AnswerPublished) -> None:
    expecting.note_answer(fact.proposal_id, Decision(fact.decision), now=fact.occurred_at)


@delivers(expecting.REMIND)
def remind(owed: dict[str, Any]) -> None:
    """Each timer sends all that is due in the town: the others of the same morning find nothing left."""
    reminding.remind_due(now=utc_now())


@delivers(expecting.RECKON)
def reckon(owed: dict[str, Any]) -> None:
    """What a phase hid is known: what reached the threshold meanwhile is owed an answer from now on.

    Never before the instant that it was owed for: a clock set back meanwhile would find it hidden still, and owe nothing more.
    """
    promise = queries.find_promise(owed["consultation_id"])
    if promise is not None:
        until = datetime.fromisoformat(owed["until"]) if "until" in owed else utc_now()
        with transaction():
            expecting.expect_all_reached(owed["consultation_id"], promise, now=max(until, utc_now()))


@erases_personal_data("answers")
def erase(person_id: int, now: datetime) -> None:
    """Nobody waits any more for who left. A verdict that she gave is an act of office, which stays."""
    db.session.execute(sa.delete(AnswerCharge).where(AnswerCharge.person_id == person_id))
    waits_for_her = sa.and_(AnswerReading.reader_id == person_id, AnswerReading.verdict.is_(None))
    db.session.execute(sa.delete(AnswerReading).where(waits_for_her))

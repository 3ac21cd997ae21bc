"""What a consultation promises, and who is in charge of keeping it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from civic.consultations import queries as consultations
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationState
from civic.consultations.service import get_visible_consultation
from civic.consultations.templates import get_template
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.editing import ensure_seen
from civic.kernel.transaction import publish, transaction
from civic.proposals.access import ProposalsAction
from civic.proposals.answers import expecting, queries, rules
from civic.proposals.answers.errors import UnknownPersonInCharge
from civic.proposals.answers.events import PromiseSet, TownPromiseSet
from civic.proposals.answers.models import AnswerCharge, AnswerPromise, TownAnswerPromise
from civic.proposals.answers.rules import Promise
from civic.proposals.models import Proposal
from civic.territories import queries as territories


def set_town_promise(actor: Actor, *, territory_id: int, promise: Promise, seen: str | None = None) -> None:
    """Say what the next consultations promise unless they say otherwise. Those that are published keep their own.

    Args:
        seen: what was promised when it was read.

    Raises:
        ChangedMeanwhile: somebody else promised otherwise since.
        NotAllowed: the actor is neither a councillor, an agent nor an administrator of the commune.
    """
    now = utc_now()
    with transaction():
        require(actor, ProposalsAction.SET_TOWN_PROMISE, territory_id)
        territories.lock_territory(territory_id)
        kept = db.session.get(TownAnswerPromise, territory_id, populate_existing=True)
        row = kept or TownAnswerPromise(territory_id=territory_id)
        with row.written_over(seen):
            _write(row, promise, now)
        db.session.add(row)
        publish(
            TownPromiseSet(
                occurred_at=now,
                territory_id=territory_id,
                actor_id=actor.id,
                threshold=promise.threshold,
                days=promise.days,
            )
        )


def set_promise(
    actor: Actor,
    *,
    consultation_id: int,
    promise: Promise,
    in_charge_ids: Sequence[int] | None = None,
    seen: str | None = None,
) -> None:
    """Say what one consultation promises, and who is reminded in which order.

    What residents have read is never reduced; when it is made stronger, proposals that reach it now are owed an answer from now on.
    Dates already given stay.

    Args:
        in_charge_ids: None leaves them as they are; none at all: every councillor, then the agents.
        seen: what was promised, and who was in charge, when it was read (``queries.seen_promise``).

    Raises:
        ConsultationNotFound: there is none that the actor may see.
        NotAllowed: the actor is neither a councillor nor an agent of its commune.
        UnknownPersonInCharge: somebody is neither, or is named twice.
        PromiseIsKept: it is published, and this promises less.
        ChangedMeanwhile: somebody else promised otherwise since.
    """
    now = utc_now()
    with transaction():
        consultation = get_visible_consultation(actor, consultation_id)
        require(actor, ProposalsAction.SET_ANSWER_PROMISE, consultation)
        consultation = consultations.lock_consultation(consultation_id)
        _lock_proposals(consultation_id)
        before = queries.seen_promise(consultation_id)
        row = db.session.get(AnswerPromise, consultation_id)
        is_published = consultation.state is ConsultationState.PUBLISHED
        if row is not None and is_published:
            rules.ensure_kept(row.promise, promise)
        row = row or AnswerPromise(consultation_id=consultation_id)
        _write(row, promise, now)
        db.session.add(row)
        if in_charge_ids is not None:
            _put_in_charge(consultation, in_charge_ids)
        db.session.flush()
        ensure_seen(seen, before, queries.seen_promise(consultation_id))
        if is_published:
            expecting.expect_all_reached(consultation_id, promise, now=now)
        publish(
            PromiseSet(
                occurred_at=now,
                consultation_id=consultation_id,
                actor_id=actor.id,
                threshold=promise.threshold,
                days=promise.days,
                in_charge_ids=tuple(queries.list_charge(consultation_id)),
            )
        )


def promise_as_begun(*, consultation_id: int, template: str | None, copied_from_id: int | None) -> None:
    """Write down, with a draft, the promise of what it began from: another consultation's, or its template's where it makes one.

    Who was in charge of the other one is again, if still of the town hall. A draft of neither is promised the commune's own at its publication.
    """
    consultation = consultations.get_consultation(consultation_id)
    promise = queries.find_promise(copied_from_id) if copied_from_id else None
    begun_from = get_template(template) if template else None
    if promise is None and begun_from is not None and begun_from.promise is not None:
        usual = queries.town_promise(consultation.territory_id)
        promise = replace(usual, threshold=begun_from.promise.threshold, days=begun_from.promise.days)
    if promise is not None:
        row = AnswerPromise(consultation_id=consultation_id)
        _write(row, promise, consultation.created_at)
        db.session.add(row)
    if copied_from_id:
        staff = {person for people in queries.staff_ids(consultation.territory_id) for person in people}
        _put_in_charge(consultation, [each for each in queries.list_charge(copied_from_id) if each in staff])


def promise_at_publication(*, consultation_id: int, publisher_id: int, now: datetime) -> None:
    """Write down what is promised from now on, and who is in charge, unless somebody chose: the councillor who wrote it, or published it."""
    consultation = consultations.get_consultation(consultation_id)
    if db.session.get(AnswerPromise, consultation_id) is None:
        row = AnswerPromise(consultation_id=consultation_id)
        _write(row, queries.town_promise(consultation.territory_id), now)
        db.session.add(row)
    if not queries.list_charge(consultation_id):
        councillors, _ = queries.staff_ids(consultation.territory_id)
        chosen = [each for each in (consultation.author_id, publisher_id) if each in councillors]
        _put_in_charge(consultation, [each for each in chosen[:1] if each is not None])


def _put_in_charge(consultation: Consultation, person_ids: Sequence[int]) -> None:
    known = {person for people in queries.staff_ids(consultation.territory_id) for person in people}
    if len(set(person_ids)) < len(person_ids) or not known.issuperset(person_ids):
        raise UnknownPersonInCharge(fields={"in_charge_ids": [UnknownPersonInCharge.message]})
    db.session.execute(sa.delete(AnswerCharge).where(AnswerCharge.consultation_id == consultation.id))
    db.session.add_all(
        [
            AnswerCharge(consultation_id=consultation.id, rank=rank, person_id=person_id)
            for rank, person_id in enumerate(person_ids)
        ]
    )


def _lock_proposals(consultation_id: int) -> None:
    """Wait for the supports under way, so that none reaches the threshold unseen between the old promise and the new one."""
    query = sa.select(Proposal.id).filter_by(consultation_id=consultation_id).order_by(Proposal.id)
    db.session.scalars(query.with_for_update()).all()


def _write(row: AnswerPromise | TownAnswerPromise, promise: Promise, now: datetime) -> None:
    row.threshold, row.days = promise.threshold, promise.days
    row.remind_days, row.needs_reading, row.changed_at = promise.remind_days, promise.needs_reading, now

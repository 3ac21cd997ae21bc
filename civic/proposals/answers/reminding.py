"""Who is in charge is reminded of what is due: once for each step, all of a morning in one mail, nothing of what was answered meanwhile."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.consultations import queries as consultations
from civic.kernel import outbox
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.proposals.answers import queries, rules
from civic.proposals.answers.events import AnswersDue
from civic.proposals.answers.expecting import REMIND
from civic.proposals.answers.models import ExpectedAnswer
from civic.proposals.answers.rules import Promise
from civic.proposals.models import Proposal


@dataclass(frozen=True)
class Charge:
    """Who is reminded of a consultation, in order; ``first`` where nobody is named, ``last`` when all were reminded."""

    named: Sequence[int]
    first: Sequence[int]
    last: Sequence[int]

    def people_at(self, rank: int) -> Sequence[int]:
        if self.named and rank < len(self.named):
            return [self.named[rank]]
        if not self.named and rank == 0 and self.first:
            return self.first
        return self.last or self.first

    def is_last(self, rank: int) -> bool:
        return rank >= max(1, len(self.named))


def charge_of(consultation_id: int) -> Charge:
    """Return who is in charge now: who left the town hall since is passed over."""
    territory_id = consultations.get_consultation(consultation_id).territory_id
    councillors, agents = queries.staff_ids(territory_id)
    present = {*councillors, *agents}
    named = [person for person in queries.list_charge(consultation_id) if person in present]
    return Charge(named, councillors, agents)


def remind_due(*, now: datetime) -> int:
    """Send every reminder that is due, those of one person together. Two timers of one morning send them once.

    Returns:
        How many persons were reminded.
    """
    told: defaultdict[int, list[ExpectedAnswer]] = defaultdict(list)
    with transaction():
        due = sa.select(ExpectedAnswer).where(
            ExpectedAnswer.remind_at <= now, ExpectedAnswer.answered_at.is_(None)
        )
        rows = db.session.scalars(due.order_by(ExpectedAnswer.proposal_id).with_for_update()).all()
        shown = _shown_among([row.proposal_id for row in rows])
        charges = {each: charge_of(each) for each in {row.consultation_id for row in rows}}
        for row in rows:
            charge, rank = charges[row.consultation_id], rules.rank_of(row.step)
            if row.proposal_id in shown:
                for person_id in charge.people_at(rank):
                    told[person_id].append(row)
            _move_on(row, is_last=charge.is_last(rank), now=now)
        for person_id, mine in sorted(told.items()):
            publish(
                AnswersDue(
                    occurred_at=now,
                    person_id=person_id,
                    proposal_ids=tuple(row.proposal_id for row in sorted(mine, key=lambda row: row.due_at)),
                    late_count=sum(row.due_at <= now for row in mine),
                )
            )
    return len(told)


def _move_on(row: ExpectedAnswer, *, is_last: bool, now: datetime) -> None:
    row.step += 1
    row.remind_at = None
    if not is_last:
        promise = queries.find_promise(row.consultation_id) or Promise()
        row.remind_at = rules.reminder_at(row.step, row.due_at, promise.remind_days, after=now)
        outbox.owe(REMIND, {"proposal_id": row.proposal_id}, now=now, due_at=row.remind_at)


def _shown_among(proposal_ids: Sequence[int]) -> set[int]:
    query = sa.select(Proposal.id).where(Proposal.id.in_(proposal_ids), queries.is_shown())
    return set(db.session.scalars(query))

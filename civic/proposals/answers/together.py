"""What several drafts are, read at once: as many queries whether there are two of them or a hundred."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from civic.consultations.models import Consultation
from civic.kernel.database import db
from civic.proposals.answers.models import AnswerPromise, AnswerReading
from civic.proposals.answers.queries import reading_of
from civic.proposals.answers.rules import Reading
from civic.proposals.commitments.models import Commitment
from civic.proposals.models import Answer, Proposal
from civic.proposals.rules import AnswerState


@dataclass(frozen=True)
class Together:
    """The drafts of some proposals, by proposal; whose answer also commits the town; what was read, by answer; where a second reading is promised."""

    drafts: dict[int, Answer]
    committed: frozenset[int]
    readings: dict[int, Reading | None]
    needing_reading: frozenset[int]


def read_together(proposals: Sequence[Proposal]) -> Together:
    """Read what stands for or against publishing the answers of some proposals: four queries."""
    ids = [each.id for each in proposals]
    answers = sa.select(Answer).where(Answer.proposal_id.in_(ids), Answer.state == AnswerState.DRAFT)
    drafts = {answer.proposal_id: answer for answer in db.session.scalars(answers)}
    committed = sa.select(Commitment.proposal_id).where(
        Commitment.proposal_id.in_(ids), Commitment.published_at.is_(None)
    )
    readings = sa.select(AnswerReading).where(
        AnswerReading.answer_id.in_([each.id for each in drafts.values()])
    )
    promises = sa.select(AnswerPromise).where(
        AnswerPromise.consultation_id.in_({each.consultation_id for each in proposals})
    )
    return Together(
        drafts,
        frozenset(db.session.scalars(committed)),
        {row.answer_id: reading_of(row) for row in db.session.scalars(readings)},
        frozenset(row.consultation_id for row in db.session.scalars(promises) if row.promise.needs_reading),
    )


def load_together(proposal_ids: Collection[int]) -> tuple[list[Proposal], list[Consultation]]:
    """Return those of some proposals that there are, shown or not, and their consultations: who holds these asks of each without another query."""
    proposals = list(db.session.scalars(sa.select(Proposal).where(Proposal.id.in_(proposal_ids))))
    asked = {each.consultation_id for each in proposals}
    return proposals, list(db.session.scalars(sa.select(Consultation).where(Consultation.id.in_(asked))))

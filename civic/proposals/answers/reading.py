"""A second person reads a draft before it is published."""

from collections.abc import Sequence
from dataclasses import dataclass

from civic.consultations import queries as consultations
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.proposals import queries as proposals
from civic.proposals.access import ProposalsAction
from civic.proposals.answers import queries
from civic.proposals.answers.errors import AnswersNotReady, ChangedSinceRead, NothingChosen, UnknownReader
from civic.proposals.answers.events import AnswerRead, ReadingAsked, ReadingDropped
from civic.proposals.answers.models import AnswerReading
from civic.proposals.answers.rules import LACKS, Lack, Verdict
from civic.proposals.errors import NothingToAnswer
from civic.proposals.models import Answer
from civic.proposals.service.reading import lock_shown_proposal


@dataclass(frozen=True)
class Draft:
    """A draft, as the policy sees it: of which commune, written by whom."""

    territory_id: int
    author_id: int | None


def ask_reading(actor: Actor, *, proposal_ids: Sequence[int], reader_id: int | None) -> int:
    """Ask somebody to read drafts, told of them once. Asked again of an answer, the former verdict no longer holds.

    Returns:
        How many drafts she is asked to read.

    Raises:
        NothingChosen; ProposalNotFound, ProposalWithheld.
        NotAllowed: the actor is neither a councillor nor an agent of the commune.
        UnknownReader: she is neither, wrote one of them, or asks herself.
        AnswersNotReady: nothing is written of one of them.
    """
    now = utc_now()
    if not proposal_ids:
        raise NothingChosen(fields={"chosen": [NothingChosen.message]})
    with transaction():
        asked = [_ask(actor, each, reader_id) for each in sorted(set(proposal_ids))]
        for row, answer in asked:
            row.asked_by_id, row.reader_id, row.asked_at = actor.id, reader_id, now
            row.asked_version, row.verdict, row.note = answer.version, None, ""
            row.read_at = row.read_version = None
            db.session.add(row)
        publish(
            ReadingAsked(
                occurred_at=now,
                reader_id=reader_id or 0,
                actor_id=actor.id,
                answer_ids=tuple(answer.id for _, answer in asked),
            )
        )
    return len(asked)


def _ask(actor: Actor, proposal_id: int, reader_id: int | None) -> tuple[AnswerReading, Answer]:
    proposal = lock_shown_proposal(actor, proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    require(actor, ProposalsAction.DRAFT_ANSWER, consultation)
    answer = proposals.find_draft_answer(proposal_id)
    if answer is None:
        raise AnswersNotReady(fields={f"answer-{proposal_id}": [LACKS[Lack.NO_DRAFT]]})
    staff = {person for people in queries.staff_ids(consultation.territory_id) for person in people}
    if reader_id not in staff or reader_id in (actor.id, answer.author_id):
        raise UnknownReader(fields={"reader_id": [UnknownReader.message]})
    return queries.find_reading(answer.id) or AnswerReading(answer_id=answer.id), answer


def read_answer(actor: Actor, *, proposal_id: int, version: int, verdict: Verdict, note: str = "") -> None:
    """Say what one thinks of a draft that somebody else wrote: it holds for the text that was read alone.

    Raises:
        ProposalNotFound, ProposalWithheld; NothingToAnswer: nothing is written.
        NotAllowed: the actor is neither a councillor nor an agent of the commune, or wrote it.
        ChangedSinceRead: it is not the version that she read.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        consultation = consultations.get_consultation(proposal.consultation_id)
        require(actor, ProposalsAction.DRAFT_ANSWER, consultation)
        answer = proposals.find_draft_answer(proposal_id)
        if answer is None:
            raise NothingToAnswer
        require(actor, ProposalsAction.READ_ANSWER, Draft(consultation.territory_id, answer.author_id))
        if answer.version != version:
            raise ChangedSinceRead
        row = queries.find_reading(answer.id) or AnswerReading(
            answer_id=answer.id, asked_by_id=answer.author_id, asked_at=now, asked_version=version
        )
        row.reader_id, row.verdict, row.note, row.read_at, row.read_version = (
            actor.id, verdict, note, now, version,
        )  # fmt: skip
        db.session.add(row)
        publish(
            AnswerRead(
                occurred_at=now,
                answer_id=answer.id,
                proposal_id=proposal_id,
                asked_by_id=row.asked_by_id,
                actor_id=actor.id,
                version=version,
                state=verdict.value,
            )
        )


def drop_reading(actor: Actor, *, proposal_id: int) -> None:
    """Wait for no reading any more. A verdict that was given stays; done twice, it changes nothing.

    Raises:
        ProposalNotFound, ProposalWithheld; NothingToAnswer: nothing is written.
        NotAllowed: the actor is neither a councillor nor an agent of the commune.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        require(actor, ProposalsAction.DRAFT_ANSWER, consultations.get_consultation(proposal.consultation_id))
        answer = proposals.find_draft_answer(proposal_id)
        if answer is None:
            raise NothingToAnswer
        row = queries.find_reading(answer.id)
        if row is not None and row.verdict is None:
            db.session.delete(row)
            publish(ReadingDropped(occurred_at=now, answer_id=answer.id, actor_id=actor.id))

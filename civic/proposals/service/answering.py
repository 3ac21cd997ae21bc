"""The town hall answers: drafted in private, published for everybody."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from civic.consultations import queries as consultations
from civic.consultations.models import Consultation
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.editing import NOTHING_STORED
from civic.kernel.errors import ChangedMeanwhile
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.proposals import queries, rules
from civic.proposals.access import ProposalsAction
from civic.proposals.answers.errors import NothingChosen
from civic.proposals.answers.readiness import ensure_ready
from civic.proposals.events import AnswerDrafted, AnswerPublished, AnswersPublished
from civic.proposals.models import Answer, Proposal
from civic.proposals.rules import AnswerState, Decision
from civic.proposals.service.reading import lock_shown_proposal


def draft_answer(
    actor: Actor,
    *,
    proposal_id: int,
    decision: Decision,
    body: str,
    plain_text: str = "",
    seen: str | None = None,
) -> None:
    """Write, or write again, the answer that will be published: Markdown, and its essential in plain words. Residents see nothing of it.

    Args:
        seen: what was drafted when it was read (``seen_answer``).

    Raises:
        ChangedMeanwhile: somebody else drafted or published since.
        ProposalNotFound, ProposalWithheld: the proposal is not shown.
        NotAllowed: the actor is neither a councillor nor an agent of the commune.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        require(actor, ProposalsAction.DRAFT_ANSWER, _consultation_of(proposal))
        _draft(actor, proposal, (decision, body, plain_text), seen, now)


def publish_this_answer(
    actor: Actor,
    *,
    proposal_id: int,
    decision: Decision,
    body: str,
    plain_text: str = "",
    seen: str | None = None,
) -> None:
    """Show everybody this decision and this text: what is published is what was read again.

    Args:
        seen: what was drafted when it was read (``seen_answer``); None publishes whatever was drafted before.

    Raises:
        ChangedMeanwhile: somebody else drafted or published since.
        ProposalNotFound, ProposalWithheld: the proposal is not shown.
        NotAllowed: the actor is not a councillor of the commune.
        AnswersNotReady: a second person is to read it first, or a commitment goes against the decision.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        require(actor, ProposalsAction.PUBLISH_ANSWER, _consultation_of(proposal))
        _draft(actor, proposal, (decision, body, plain_text), seen, now)
        db.session.flush()
        _publish_all(actor, [(proposal, None)], now)


def publish_answer(actor: Actor, *, proposal_id: int) -> None:
    """Show the drafted answer of one proposal to everybody.

    Raises:
        ProposalNotFound, ProposalWithheld: the proposal is not shown.
        NotAllowed: the actor is not a councillor of the commune.
        NothingToAnswer: no answer is drafted.
        AnswersNotReady: a second person is to read it first, or a commitment goes against the decision.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        require(actor, ProposalsAction.PUBLISH_ANSWER, _consultation_of(proposal))
        rules.ensure_something_to_publish(queries.find_draft_answer(proposal_id) is not None)
        _publish_all(actor, [(proposal, None)], now)


def publish_answers(actor: Actor, *, consultation_id: int) -> int:
    """Show every drafted answer of a consultation at once: all, or none if anything fails.

    Returns:
        How many were published.

    Raises:
        ConsultationNotFound: there is none that the actor may see.
        NotAllowed: the actor is not a councillor of the commune.
        NothingToAnswer: no answer is drafted.
        AnswersNotReady: one of them is not; says which.
    """
    now = utc_now()
    with transaction():
        require(actor, ProposalsAction.PUBLISH_ANSWER, get_visible_consultation(actor, consultation_id))
        drafted = queries.list_drafted_proposal_ids(consultation_id)
        rules.ensure_something_to_publish(len(drafted))
        _publish_all(actor, [(queries.lock_proposal(each), None) for each in drafted], now)
    return len(drafted)


def publish_chosen_answers(actor: Actor, *, chosen: Mapping[int, int]) -> int:
    """Show the answers that were chosen and read, of any consultations, at once: all, or none and the reasons of each.

    Args:
        chosen: the version that was read, by proposal: one changed since is not ready.

    Returns:
        How many were published.

    Raises:
        NothingChosen.
        NotAllowed: the actor is not a councillor of the commune of one of them.
        ProposalNotFound: there is no such proposal.
        AnswersNotReady: one of them is not; says which, and why.
    """
    now = utc_now()
    ensure_some(dict(chosen))
    with transaction():
        locked = [(queries.lock_proposal(each), chosen[each]) for each in sorted(chosen)]
        for proposal, _ in locked:
            require(actor, ProposalsAction.PUBLISH_ANSWER, _consultation_of(proposal))
        _publish_all(actor, locked, now)
    return len(locked)


def ensure_some(chosen: dict[int, int]) -> dict[int, int]:
    """Return what was chosen. Raises NothingChosen: it is nothing."""
    if not chosen:
        raise NothingChosen(fields={"chosen": [NothingChosen.message]})
    return chosen


def seen_answer(proposal_id: int) -> str:
    """Return what a form that writes the answer carries: its draft as it is; without one, which answer was published last."""
    draft = queries.find_draft_answer(proposal_id)
    if draft is not None:
        return draft.seen
    last = queries.find_last_answer(proposal_id)
    return f"{NOTHING_STORED}{last.id}" if last else NOTHING_STORED


def _draft(
    actor: Actor, proposal: Proposal, written: tuple[Decision, str, str], seen: str | None, now: datetime
) -> None:
    decision, body, plain_text = written
    answer = queries.find_draft_answer(proposal.id)
    if answer is None:
        if seen not in (None, seen_answer(proposal.id)):
            raise ChangedMeanwhile
        answer = Answer(proposal_id=proposal.id, state=AnswerState.DRAFT, created_at=now, version=0)
        db.session.add(answer)
    elif (answer.decision, answer.body_source, answer.plain_text) == written:
        return  # nothing was changed: who read it read this
    with answer.written_over(seen):
        answer.author_id, answer.decision, answer.version = actor.id, decision, answer.version + 1
        answer.body_source, answer.body_html, answer.plain_text = body, markdown_to_html(body), plain_text
    publish(AnswerDrafted(occurred_at=now, proposal_id=proposal.id, actor_id=actor.id))


def _publish_all(actor: Actor, chosen: Sequence[tuple[Proposal, int | None]], now: datetime) -> None:
    """Publish the drafts of locked proposals. Raises AnswersNotReady, with all that any of them lacks, before anything is written."""
    ready = ensure_ready(chosen)
    for proposal, answer in ready:
        answer.state, answer.published_at = AnswerState.PUBLISHED, now
        answer.author_id = actor.id
        db.session.flush()
        publish(
            AnswerPublished(
                occurred_at=now,
                proposal_id=proposal.id,
                answer_id=answer.id,
                decision=answer.decision.value,
                actor_id=actor.id,
                author_id=proposal.author_id,
                hides_author=proposal.is_anonymous,
            )
        )
    publish(
        AnswersPublished(
            occurred_at=now,
            actor_id=actor.id,
            proposal_ids=tuple(proposal.id for proposal, _ in ready),
            answer_ids=tuple(answer.id for _, answer in ready),
        )
    )


def _consultation_of(proposal: Proposal) -> Consultation:
    return consultations.get_consultation(proposal.consultation_id)

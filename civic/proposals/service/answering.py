"""The town hall answers: drafted in private, published for everybody."""

from datetime import datetime

from civic.consultations import queries as consultations
from civic.consultations.models import Consultation
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.proposals import queries, rules
from civic.proposals.access import ProposalsAction
from civic.proposals.events import AnswerDrafted, AnswerPublished
from civic.proposals.models import Answer, Proposal
from civic.proposals.rules import AnswerState, Decision
from civic.proposals.service.reading import lock_shown_proposal


def draft_answer(
    actor: Actor, *, proposal_id: int, decision: Decision, body: str, plain_text: str = ""
) -> None:
    """Write, or write again, the answer that will be published: Markdown, and its essential in plain words. Residents see nothing of it.

    Raises:
        ProposalNotFound, ProposalWithheld: the proposal is not shown.
        NotAllowed: the actor is neither a councillor nor an agent of the commune.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        require(actor, ProposalsAction.DRAFT_ANSWER, _consultation_of(proposal))
        _draft(actor, proposal, decision, body, plain_text, now)


def publish_this_answer(
    actor: Actor, *, proposal_id: int, decision: Decision, body: str, plain_text: str = ""
) -> None:
    """Show everybody this decision and this text, whatever was drafted before: what is published is what was read again.

    Raises:
        ProposalNotFound, ProposalWithheld: the proposal is not shown.
        NotAllowed: the actor is not a councillor of the commune.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        require(actor, ProposalsAction.PUBLISH_ANSWER, _consultation_of(proposal))
        _draft(actor, proposal, decision, body, plain_text, now)
        _publish(actor, proposal, now)


def publish_answer(actor: Actor, *, proposal_id: int) -> None:
    """Show the drafted answer of one proposal to everybody.

    Raises:
        ProposalNotFound, ProposalWithheld: the proposal is not shown.
        NotAllowed: the actor is not a councillor of the commune.
        NothingToAnswer: no answer is drafted.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        require(actor, ProposalsAction.PUBLISH_ANSWER, _consultation_of(proposal))
        rules.ensure_something_to_publish(_publish(actor, proposal, now))


def publish_answers(actor: Actor, *, consultation_id: int) -> int:
    """Show every drafted answer of a consultation at once: all, or none if anything fails.

    Returns:
        How many were published.

    Raises:
        ConsultationNotFound: there is none that the actor may see.
        NotAllowed: the actor is not a councillor of the commune.
        NothingToAnswer: no answer is drafted.
    """
    now = utc_now()
    with transaction():
        require(actor, ProposalsAction.PUBLISH_ANSWER, get_visible_consultation(actor, consultation_id))
        drafted = queries.list_drafted_proposal_ids(consultation_id)
        published = sum(_publish(actor, queries.lock_proposal(each), now) for each in drafted)
        rules.ensure_something_to_publish(published)
    return published


def _draft(
    actor: Actor, proposal: Proposal, decision: Decision, body: str, plain_text: str, now: datetime
) -> None:
    answer = queries.find_draft_answer(proposal.id)
    if answer is None:
        answer = Answer(proposal_id=proposal.id, state=AnswerState.DRAFT, created_at=now)
        db.session.add(answer)
    answer.author_id, answer.decision = actor.id, decision
    answer.body_source, answer.body_html, answer.plain_text = body, markdown_to_html(body), plain_text
    publish(AnswerDrafted(occurred_at=now, proposal_id=proposal.id, actor_id=actor.id))


def _publish(actor: Actor, proposal: Proposal, now: datetime) -> int:
    """Publish the draft of a locked proposal. Returns how many there were: one or none."""
    answer = queries.find_draft_answer(proposal.id)
    if answer is None:
        return 0
    answer.state, answer.published_at, answer.author_id = AnswerState.PUBLISHED, now, actor.id
    publish(
        AnswerPublished(
            occurred_at=now, proposal_id=proposal.id, actor_id=actor.id, author_id=proposal.author_id
        )
    )
    return 1


def _consultation_of(proposal: Proposal) -> Consultation:
    return consultations.get_consultation(proposal.consultation_id)

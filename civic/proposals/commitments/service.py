"""The town hall commits itself, says what is done, gives news, and says when it gives up and why."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from civic.consultations import queries as consultations
from civic.kernel import outbox
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.kernel.undo import UNDO_LASTS, ensure_undoable
from civic.kernel.unknown import told_as
from civic.proposals import queries as proposals
from civic.proposals.access import ProposalsAction
from civic.proposals.answers.rules import RETAINED
from civic.proposals.commitments import queries, rules
from civic.proposals.commitments.errors import (
    AlreadyDone,
    CommitmentNotFound,
    MilestoneNotFound,
    MilestoneWithoutDate,
    NothingRetained,
)
from civic.proposals.commitments.events import (
    CommitmentDraftDeleted,
    CommitmentDrafted,
    CommitmentDropped,
    CommitmentMade,
    CommitmentsMoved,
    CommitmentTold,
    MilestoneAdded,
    MilestoneDone,
    MilestoneReopened,
)
from civic.proposals.commitments.models import Commitment, CommitmentNews, Milestone
from civic.proposals.commitments.rules import CommitmentPlan, Step
from civic.proposals.models import Proposal
from civic.proposals.service.reading import ensure_visible, lock_shown_proposal

TELL = "commitments.tell"


def draft_commitment(actor: Actor, *, proposal_id: int, plan: CommitmentPlan) -> int:
    """Prepare a commitment on a proposal: it is published with the answer that takes the proposal up, or after it.

    Raises:
        ProposalNotFound, ProposalWithheld: the proposal is not shown.
        NotAllowed: the actor is neither a councillor nor an agent of the commune.
        MilestoneWithoutDate: it has no step.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        _require(actor, ProposalsAction.WRITE_COMMITMENT, proposal)
        commitment = Commitment(proposal_id=proposal_id, author_id=actor.id, created_at=now)
        _write(commitment, plan)
        db.session.add(commitment)
        db.session.flush()
        publish(CommitmentDrafted(**_told(actor, commitment, now)))
    return commitment.id


def revise_commitment(
    actor: Actor, *, commitment_id: int, plan: CommitmentPlan, seen: str | None = None
) -> None:
    """Write a commitment again, before residents read it.

    Args:
        seen: what was stored when it was read (``Commitment.seen``).

    Raises:
        CommitmentNotFound; NotAllowed; MilestoneWithoutDate.
        CommitmentIsPublished: its words and dates stay.
        ChangedMeanwhile: somebody else wrote it since.
    """
    now = utc_now()
    with transaction():
        commitment = lock_commitment_to_write(actor, commitment_id)
        rules.ensure_draft(is_published=commitment.published_at is not None)
        with commitment.written_over(seen):
            _write(commitment, plan)
        commitment.author_id = actor.id
        publish(CommitmentDrafted(**_told(actor, commitment, now)))


def delete_commitment_draft(actor: Actor, *, commitment_id: int) -> int:
    """Forget a commitment that residents never read. Returns its proposal.

    Raises:
        CommitmentNotFound; NotAllowed.
        CommitmentIsPublished: it can be dropped, with a reason that is read.
    """
    now = utc_now()
    with transaction():
        commitment = lock_commitment_to_write(actor, commitment_id)
        rules.ensure_draft(is_published=commitment.published_at is not None)
        publish(CommitmentDraftDeleted(**_told(actor, commitment, now)))
        db.session.delete(commitment)
        return commitment.proposal_id


def make_commitment(actor: Actor, *, commitment_id: int) -> None:
    """Publish a commitment on a proposal that was taken up before. Its words and dates then stay.

    Raises:
        CommitmentNotFound; CommitmentIsPublished.
        NotAllowed: the actor is not a councillor of the commune.
        NothingRetained: no published answer takes the proposal up.
    """
    now = utc_now()
    with transaction():
        proposal_id = get_visible_commitment(actor, commitment_id).proposal_id
        proposal = lock_shown_proposal(actor, proposal_id)
        _require(actor, ProposalsAction.PUBLISH_ANSWER, proposal)
        commitment = queries.lock_commitment(commitment_id)
        rules.ensure_draft(is_published=commitment.published_at is not None)
        if not is_retained(proposal):
            raise NothingRetained
        _make(commitment, actor_id=actor.id, now=now)


def make_drafts(*, proposal_id: int, actor_id: int, now: datetime) -> None:
    """Publish what was prepared with the answer that is being published. Who publishes it was asked there."""
    for commitment in queries.list_drafts(proposal_id):
        _make(commitment, actor_id=actor_id, now=now)


def is_retained(proposal: Proposal) -> bool:
    """Tell whether the last word of the town hall takes a proposal up."""
    answer = proposals.view_proposal(proposal, reader_id=None).answer
    return answer is not None and answer.decision in RETAINED


def add_milestone(actor: Actor, *, commitment_id: int, title: str, due_on: date) -> int:
    """Promise one more step of a commitment. Returns its id. Raises CommitmentNotFound, NotAllowed, NotYetPublished, CommitmentIsOver."""
    now = utc_now()
    with transaction():
        commitment = _under_way(actor, commitment_id)
        milestone = Milestone(commitment_id=commitment_id, title=title, due_on=due_on)
        db.session.add(milestone)
        db.session.flush()
        publish(MilestoneAdded(**_told(actor, commitment, now), milestone_id=milestone.id))
    return milestone.id


def complete_milestone(actor: Actor, *, milestone_id: int, done_on: date, body: str = "") -> int:
    """Say that a step is done, on which day, and a word about it. Those who support the proposal are told in the evening.

    Returns:
        Its commitment.

    Raises:
        MilestoneNotFound, CommitmentNotFound; NotAllowed; NotYetPublished, CommitmentIsOver.
        AlreadyDone; DoneInTheFuture.
    """
    now = utc_now()
    with transaction():
        with told_as(CommitmentNotFound, MilestoneNotFound):
            commitment = _under_way(actor, queries.get_milestone(milestone_id).commitment_id)
        milestone = queries.get_milestone(milestone_id)
        if milestone.done_on is not None:
            raise AlreadyDone
        rules.ensure_past(done_on, today=town_today())
        milestone.done_on, milestone.done_at = done_on, now
        _tell(commitment, actor, body, now, milestone_id=milestone_id)
        publish(MilestoneDone(**_told(actor, commitment, now), milestone_id=milestone_id))
    return commitment.id


def reopen_milestone(actor: Actor, *, milestone_id: int) -> int:
    """Take back that a step is done, while nobody was told. Done twice, it changes nothing. Returns its commitment.

    Raises:
        MilestoneNotFound, CommitmentNotFound; NotAllowed.
        TooLateToUndo: it was said more than some minutes ago.
    """
    now = utc_now()
    with transaction():
        with told_as(CommitmentNotFound, MilestoneNotFound):
            commitment = lock_commitment_to_write(actor, queries.get_milestone(milestone_id).commitment_id)
        milestone = queries.get_milestone(milestone_id)
        if milestone.done_at is not None:
            ensure_undoable(milestone.done_at, at=now)
            milestone.done_on = milestone.done_at = None
            db.session.execute(sa.delete(CommitmentNews).where(CommitmentNews.milestone_id == milestone_id))
            publish(MilestoneReopened(**_told(actor, commitment, now), milestone_id=milestone_id))
    return commitment.id


def give_news(actor: Actor, *, commitment_id: int, body: str) -> None:
    """Say in words where a commitment stands: a delay and its reason, a step under way. Raises as ``add_milestone``."""
    now = utc_now()
    with transaction():
        commitment = _under_way(actor, commitment_id)
        _tell(commitment, actor, body, now)
        publish(CommitmentTold(**_told(actor, commitment, now)))


def drop_commitment(actor: Actor, *, commitment_id: int, reason: str) -> None:
    """Give a commitment up, and say why: it stays in the town's record. Raises as ``add_milestone``; a councillor alone may."""
    now = utc_now()
    with transaction():
        commitment = _under_way(actor, commitment_id)
        _require(actor, ProposalsAction.PUBLISH_ANSWER, proposals.get_proposal(commitment.proposal_id))
        commitment.dropped_at, commitment.dropped_reason = now, reason
        _tell(commitment, actor, reason, now)
        publish(CommitmentDropped(**_told(actor, commitment, now)))


def tell_what_moved(*, now: datetime) -> int:
    """Tell what moved since the last evening, together. Two timers of one evening tell it once.

    What is of a proposal hidden or withdrawn since is told to nobody: its title is not to be read any more.

    Returns:
        How many news were told.
    """
    with transaction():
        untold = queries.list_untold(now - UNDO_LASTS)
        for each in untold:
            each.news.told_at = now
        shown = [each for each in untold if each.is_shown]
        if shown:
            publish(
                CommitmentsMoved(
                    occurred_at=now,
                    news_ids=tuple(each.news.id for each in shown),
                    proposal_ids=tuple(each.proposal_id for each in shown),
                )
            )
    return len(shown)


def get_visible_commitment(actor: Actor, commitment_id: int) -> Commitment:
    """Return a commitment that the actor may read; a draft is read by those who may write it alone. Raises CommitmentNotFound."""
    return _visible(actor, queries.get_commitment(commitment_id))


def _visible(actor: Actor, commitment: Commitment) -> Commitment:
    proposal = proposals.get_proposal(commitment.proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    if commitment.published_at is None and not can(actor, ProposalsAction.WRITE_COMMITMENT, consultation):
        raise CommitmentNotFound
    ensure_visible(actor, proposal)
    return commitment


def ensure_may_write(actor: Actor, commitment_id: int) -> None:
    """Raises CommitmentNotFound, NotAllowed: the actor may not write it."""
    _writable(actor, queries.get_commitment(commitment_id))


def lock_commitment_to_write(actor: Actor, commitment_id: int) -> Commitment:
    """Return a commitment, locked. Raises CommitmentNotFound, NotAllowed: the actor may not write it."""
    return _writable(actor, queries.lock_commitment(commitment_id))


def _writable(actor: Actor, commitment: Commitment) -> Commitment:
    _require(
        actor,
        ProposalsAction.WRITE_COMMITMENT,
        proposals.get_proposal(_visible(actor, commitment).proposal_id),
    )
    return commitment


def _under_way(actor: Actor, commitment_id: int) -> Commitment:
    commitment = lock_commitment_to_write(actor, commitment_id)
    rules.ensure_under_way(queries.state_of(commitment, today=town_today()))
    return commitment


def _require(actor: Actor, action: ProposalsAction, proposal: Proposal) -> None:
    require(actor, action, consultations.get_consultation(proposal.consultation_id))


def _make(commitment: Commitment, *, actor_id: int, now: datetime) -> None:
    commitment.published_at = now
    publish(
        CommitmentMade(
            occurred_at=now,
            commitment_id=commitment.id,
            proposal_id=commitment.proposal_id,
            actor_id=actor_id,
        )
    )


def _tell(
    commitment: Commitment, actor: Actor, body: str, now: datetime, *, milestone_id: int | None = None
) -> None:
    db.session.add(
        CommitmentNews(
            commitment_id=commitment.id,
            milestone_id=milestone_id,
            author_id=actor.id,
            body=body,
            created_at=now,
        )
    )
    outbox.owe(TELL, {"commitment_id": commitment.id}, now=now, due_at=rules.next_evening(now + UNDO_LASTS))


def _told(actor: Actor, commitment: Commitment, now: datetime) -> dict[str, Any]:
    return {
        "occurred_at": now,
        "commitment_id": commitment.id,
        "proposal_id": commitment.proposal_id,
        "actor_id": actor.id,
    }


def _write(commitment: Commitment, plan: CommitmentPlan) -> None:
    if not plan.steps:
        raise MilestoneWithoutDate(fields={"steps-0-title": [MilestoneWithoutDate.message]})
    commitment.title, commitment.details = plan.title, plan.details
    commitment.in_charge, commitment.budget_cents = plan.in_charge, plan.budget_cents
    commitment.milestones = [_milestone(step) for step in plan.steps]


def _milestone(step: Step) -> Milestone:
    return Milestone(title=step.title, due_on=step.due_on)

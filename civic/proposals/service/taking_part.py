"""Residents support proposals and argue."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from civic.consultations.rules import Activity
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.proposals import queries
from civic.proposals.access import ProposalsAction
from civic.proposals.events import ArgumentPublished, ProposalSupported, SupportWithdrawn
from civic.proposals.models import Argument, Proposal, Support
from civic.proposals.rules import Side
from civic.proposals.service.reading import ensure_takes_part, lock_shown_proposal


@dataclass(frozen=True)
class Standing:
    """What a proposal's supports are (None while a phase hides them), and whether the actor's is among them."""

    support_count: int | None
    is_supported: bool


def support_proposal(actor: Actor, *, proposal_id: int) -> Standing:
    """Back a proposal. Done twice, or from two devices at once, it counts once.

    Raises:
        ProposalNotFound, ProposalWithheld: it is not shown.
        NotSignedIn, NotAllowed: the actor does not live where it is asked.
        PhaseClosed: no open phase permits to support.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        ensure_takes_part(actor, ProposalsAction.SUPPORT_PROPOSAL, Activity.SUPPORT, proposal, at=now)
        try:
            with db.session.begin_nested():
                db.session.add(Support(proposal_id=proposal_id, person_id=actor.id, created_at=now))
        except IntegrityError:
            return _unchanged(proposal, is_supported=True)
        count = queries.change_support_count(proposal_id, +1)
        is_hidden = queries.hides_supports(proposal.consultation_id)
        publish(
            ProposalSupported(
                occurred_at=now, proposal_id=proposal_id, support_count=count, tells_hidden_total=is_hidden
            )
        )
    return Standing(None if is_hidden else count, is_supported=True)


def withdraw_support(actor: Actor, *, proposal_id: int) -> Standing:
    """Take back one's support. Done twice, it changes nothing.

    Raises:
        ProposalNotFound, ProposalWithheld: it is not shown.
        NotSignedIn, NotAllowed: the actor does not live where it is asked.
        PhaseClosed: no open phase permits to support, hence to change one's mind.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        ensure_takes_part(actor, ProposalsAction.SUPPORT_PROPOSAL, Activity.SUPPORT, proposal, at=now)
        if not queries.remove_support(proposal_id, actor.id):
            return _unchanged(proposal, is_supported=False)
        count = queries.change_support_count(proposal_id, -1)
        is_hidden = queries.hides_supports(proposal.consultation_id)
        publish(
            SupportWithdrawn(
                occurred_at=now, proposal_id=proposal_id, support_count=count, tells_hidden_total=is_hidden
            )
        )
    return Standing(None if is_hidden else count, is_supported=False)


def _unchanged(proposal: Proposal, *, is_supported: bool) -> Standing:
    is_hidden = queries.hides_supports(proposal.consultation_id)
    return Standing(None if is_hidden else proposal.support_count, is_supported)


def publish_argument(actor: Actor, *, proposal_id: int, side: Side, body: str) -> int:
    """Argue for or against a proposal, or say something of it.

    Returns:
        The argument's id.

    Raises:
        ProposalNotFound, ProposalWithheld: it is not shown.
        NotSignedIn, NotAllowed: the actor does not live where it is asked.
        PhaseClosed: no open phase permits to argue.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        ensure_takes_part(actor, ProposalsAction.ARGUE, Activity.ARGUE, proposal, at=now)
        argument = Argument(proposal_id=proposal_id, author_id=actor.id, side=side, body=body, created_at=now)
        db.session.add(argument)
        db.session.flush()
        queries.change_argument_count(proposal_id, +1)
        publish(
            ArgumentPublished(
                occurred_at=now,
                argument_id=argument.id,
                proposal_id=proposal_id,
                author_id=actor.id,
                proposal_author_id=proposal.author_id,
                hides_author=proposal.is_anonymous,
            )
        )
    return argument.id

"""Residents support proposals and argue."""

from dataclasses import dataclass
from datetime import datetime

from civic.consultations.models import Phase
from civic.consultations.rules import Activity, hidden_until
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.rows import write_new_rows, write_row
from civic.kernel.transaction import publish, transaction
from civic.proposals import counts, queries
from civic.proposals.access import ProposalsAction
from civic.proposals.events import ArgumentPublished, ProposalSupported, SupportWithdrawn
from civic.proposals.models import Argument, Proposal, Support
from civic.proposals.rules import Side
from civic.proposals.service.limiting import give_back, take_one
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
        NoSupportLeft: the consultation limits how many, and she gave them all.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        phases = _ensure_may_support(actor, proposal, now)
        is_hidden = hidden_until(phases, at=now) is not None
        support = {"proposal_id": proposal_id, "person_id": actor.id, "created_at": now}
        if not write_new_rows(Support, [support], same=("proposal_id", "person_id")):
            return Standing(None if is_hidden else proposal.support_count, is_supported=True)
        take_one(proposal.consultation_id, actor.id)
        count = counts.change_support_count(proposal_id, +1)
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
        phases = _ensure_may_support(actor, proposal, now)
        is_hidden = hidden_until(phases, at=now) is not None
        if not queries.remove_support(proposal_id, actor.id):
            return Standing(None if is_hidden else proposal.support_count, is_supported=False)
        give_back(proposal.consultation_id, actor.id)
        count = counts.change_support_count(proposal_id, -1)
        publish(
            SupportWithdrawn(
                occurred_at=now, proposal_id=proposal_id, support_count=count, tells_hidden_total=is_hidden
            )
        )
    return Standing(None if is_hidden else count, is_supported=False)


def _ensure_may_support(actor: Actor, proposal: Proposal, now: datetime) -> list[Phase]:
    """Return the phases of the consultation, which say whether its totals are hidden. Raises NotSignedIn, NotAllowed or PhaseClosed."""
    action, activity = ProposalsAction.SUPPORT_PROPOSAL, Activity.SUPPORT
    return ensure_takes_part(actor, action, activity, proposal, at=now).phases


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
        said = {
            "proposal_id": proposal_id,
            "author_id": actor.id,
            "side": side,
            "body": body,
            "created_at": now,
        }
        argument_id = write_row(Argument, said)
        counts.change_argument_count(proposal_id, +1)
        publish(
            ArgumentPublished(
                occurred_at=now,
                argument_id=argument_id,
                proposal_id=proposal_id,
                author_id=actor.id,
                proposal_author_id=proposal.author_id,
                hides_author=proposal.is_anonymous,
            )
        )
    return argument_id

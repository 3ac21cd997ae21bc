"""Which proposals somebody may read, and take part in."""

from datetime import datetime

from civic.consultations import queries as consultations
from civic.consultations import rules as phases
from civic.consultations.errors import ConsultationNotFound
from civic.consultations.models import Consultation
from civic.consultations.rules import Activity, ConsultationState
from civic.kernel.access import Action, Actor, can, require
from civic.proposals import queries, rules
from civic.proposals.access import ProposalsAction
from civic.proposals.errors import ProposalMasked, ProposalNotFound
from civic.proposals.models import Proposal


def get_visible_proposal(actor: Actor, proposal_id: int) -> Proposal:
    """Return a proposal that the actor may read. A hidden or withdrawn one is read by its author alone: else ProposalNotFound."""
    return ensure_visible(actor, queries.get_proposal(proposal_id))


def ensure_visible(actor: Actor, proposal: Proposal) -> Proposal:
    """Return the proposal. Raises ProposalNotFound: the actor may not read it (ProposalMasked when moderation hid it)."""
    is_withheld = proposal.hidden_at is not None or proposal.withdrawn_at is not None
    if is_withheld and not can(actor, ProposalsAction.SEE_WITHHELD_PROPOSAL, proposal):
        if proposal.hidden_at is not None and proposal.withdrawn_at is None:
            raise ProposalMasked("proposal", proposal.id)
        raise ProposalNotFound
    return proposal


def lock_shown_proposal(actor: Actor, proposal_id: int) -> Proposal:
    """Return a proposal to write on, locked.

    Raises:
        ProposalNotFound: the actor may not read it.
        ProposalWithheld: it is the actor's own, and no longer shown to others.
    """
    proposal = ensure_visible(actor, queries.lock_proposal(proposal_id))
    rules.ensure_shown(
        is_hidden=proposal.hidden_at is not None, is_withdrawn=proposal.withdrawn_at is not None
    )
    return proposal


def ensure_may_submit(actor: Actor, consultation_id: int, *, at: datetime) -> Consultation:
    """Return the consultation in which the actor may propose at that instant.

    Raises:
        ConsultationNotFound: there is none, or it is a draft.
        NotSignedIn, NotAllowed: the actor does not live where it is asked.
        PhaseClosed: no open phase permits to propose.
    """
    consultation = consultations.get_consultation(consultation_id)
    if consultation.state is not ConsultationState.PUBLISHED:
        raise ConsultationNotFound
    require(actor, ProposalsAction.SUBMIT_PROPOSAL, consultation)
    phases.ensure_permits(consultation.phases, Activity.PROPOSE, at=at)
    return consultation


def ensure_takes_part(
    actor: Actor, action: Action, activity: Activity, proposal: Proposal, *, at: datetime
) -> Consultation:
    """Return the consultation of a proposal. Raises NotSignedIn, NotAllowed (not one who lives where it is asked) or PhaseClosed."""
    consultation = consultations.get_consultation(proposal.consultation_id)  # held, hence read once
    require(actor, action, consultation)
    consultations.ensure_phase_permits(consultation.id, activity, at=at)
    return consultation


def may_be_supported_already(proposal: Proposal, consultation: Consultation, *, at: datetime) -> bool:
    """Tell whether a proposal has supports; while they are hidden, whether it may have some, which tells nothing of them."""
    if phases.hidden_until(consultation.phases, at=at) is None:
        return proposal.support_count > 0
    return any(Activity.SUPPORT in phase.activities and phase.opens_at <= at for phase in consultation.phases)


def can_take_part(
    actor: Actor, action: Action, activity: Activity, consultation: Consultation, *, at: datetime
) -> bool:
    """Tell, for a page, whether the actor may do this at that instant."""
    return phases.permits(consultation.phases, activity, at=at) and can(actor, action, consultation)

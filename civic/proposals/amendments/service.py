"""Residents propose changes of a text; who signs it accepts or refuses them; nobody's text is written over unread."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from civic.consultations import queries as consultations
from civic.consultations.rules import Activity
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.kernel.unknown import told_as
from civic.proposals import queries as proposals
from civic.proposals.access import ProposalsAction
from civic.proposals.amendments import queries, rules
from civic.proposals.amendments.errors import (
    AmendmentNotFound,
    AmendmentWaits,
    NobodyDecides,
    OwnText,
    TextMovedMeanwhile,
)
from civic.proposals.amendments.events import (
    AmendmentDecided,
    AmendmentProposed,
    AmendmentWithdrawn,
    TextAmended,
)
from civic.proposals.amendments.models import Amendment
from civic.proposals.amendments.queries import text_of
from civic.proposals.amendments.rules import AmendmentState, Text
from civic.proposals.amendments.versions import Credit, keep_present_text, note_change
from civic.proposals.errors import ProposalNotFound
from civic.proposals.events import ProposalEdited
from civic.proposals.models import Proposal
from civic.proposals.service.reading import (
    can_take_part,
    ensure_takes_part,
    get_visible_proposal,
    lock_shown_proposal,
)


@dataclass(frozen=True)
class Change:
    """What somebody proposes. ``version``: of the text that was under her eyes."""

    text: Text
    reason: str
    version: int


def get_visible_amendment(actor: Actor, amendment_id: int) -> Amendment:
    """Return an amendment that the actor may read, of a proposal that she may read. Raises AmendmentNotFound, ProposalMasked."""
    amendment = queries.get_amendment(amendment_id)
    with told_as(ProposalNotFound, AmendmentNotFound):
        get_visible_proposal(actor, amendment.proposal_id)
    is_own = actor.person_id is not None and amendment.author_id == actor.person_id
    is_withheld = amendment.hidden_at is not None and not is_own
    if amendment.state is AmendmentState.WITHDRAWN or is_withheld:
        raise AmendmentNotFound
    return amendment


def may_amend(actor: Actor, proposal: Proposal, *, at: datetime) -> bool:
    """Tell, for a page, whether the actor may propose a change of a text at that instant."""
    consultation = consultations.get_consultation(proposal.consultation_id)
    is_shown = proposal.hidden_at is None and proposal.withdrawn_at is None
    return (
        is_shown
        and can_take_part(actor, ProposalsAction.AMEND, Activity.AMEND, consultation, at=at)
        and not can(actor, ProposalsAction.DECIDE_AMENDMENT, proposal)
        and not proposals.is_answered(proposal.id)
        and bool(queries.list_decider_ids(proposal.id))
    )


def ensure_may_amend(actor: Actor, proposal: Proposal, *, at: datetime) -> None:
    """Raises NotSignedIn, NotAllowed, PhaseClosed, OwnText, NobodyDecides, TextIsAnswered."""
    ensure_takes_part(actor, ProposalsAction.AMEND, Activity.AMEND, proposal, at=at)
    deciders = queries.list_decider_ids(proposal.id)
    if actor.id in deciders:
        raise OwnText
    if not deciders:
        raise NobodyDecides
    rules.ensure_unanswered(is_answered=proposals.is_answered(proposal.id))


def propose_amendment(actor: Actor, *, proposal_id: int, change: Change) -> int:
    """Propose a change of the text of somebody else's proposal.

    Returns:
        The amendment's id.

    Raises:
        ProposalNotFound, ProposalWithheld: it is not shown.
        NotSignedIn, NotAllowed: the actor does not live where it is asked.
        PhaseClosed: no open phase permits to amend.
        OwnText, NobodyDecides, TextIsAnswered: of this proposal, the actor may not.
        TextMovedMeanwhile: the text is no longer the one that she changed.
        NothingChanges, AmendmentWaits.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        ensure_may_amend(actor, proposal, at=now)
        if change.version != proposal.text_version:
            raise TextMovedMeanwhile
        rules.ensure_changes(text_of(proposal), change.text)
        keep_present_text(proposal)
        amendment = Amendment(
            proposal_id=proposal_id,
            author_id=actor.id,
            version=proposal.text_version,
            title=change.text.title,
            body_source=change.text.body,
            reason=change.reason,
            state=AmendmentState.PROPOSED,
            created_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(amendment)
        except IntegrityError as error:
            raise AmendmentWaits from error
        publish(
            AmendmentProposed(
                occurred_at=now, amendment_id=amendment.id, proposal_id=proposal_id, actor_id=actor.id
            )
        )
    return amendment.id


def accept_amendment(actor: Actor, *, amendment_id: int, version: int, settled: Text | None = None) -> None:
    """Make the text of a proposal what an amendment says.

    Args:
        version: of the text of the proposal that was under the actor's eyes.
        settled: what the text becomes, where it changed since the amendment was written; not read elsewhere.

    Raises:
        AmendmentNotFound, ProposalNotFound, ProposalWithheld: it is not shown.
        NotSignedIn, NotAllowed: the actor does not sign the proposal.
        PhaseClosed: no open phase permits to amend: the text changes no more.
        AmendmentIsDecided, TextIsAnswered.
        TextMovedMeanwhile: the text is not the one that was under the eyes, or nothing was settled.
        NothingChanges: what was settled is the text as it is.
    """
    now = utc_now()
    with transaction():
        amendment, proposal = _lock(actor, amendment_id)
        consultations.ensure_phase_permits(proposal.consultation_id, Activity.AMEND, at=now)
        rules.ensure_unanswered(is_answered=proposals.is_answered(proposal.id))
        before, has_moved = text_of(proposal), amendment.version != proposal.text_version
        if version != proposal.text_version or (has_moved and settled is None):
            raise TextMovedMeanwhile
        proposed = Text(amendment.title, amendment.body_source)
        text = settled if has_moved and settled is not None else proposed
        rules.ensure_changes(before, text)
        proposal.title, proposal.body_source = text.title, text.body
        proposal.body_html, proposal.edited_at = markdown_to_html(text.body), now
        proposal.version += 1
        note_change(proposal, before, at=now, credit=Credit(amendment_id=amendment.id))
        _decide(actor, amendment, proposal, AmendmentState.ACCEPTED, now=now)
        _tell_change(actor, amendment, proposal, now=now)


def refuse_amendment(actor: Actor, *, amendment_id: int, answer: str) -> None:
    """Leave the text as it is, and say why. Raises as ``accept_amendment``, but that it is possible at any time."""
    now = utc_now()
    with transaction():
        amendment, proposal = _lock(actor, amendment_id)
        amendment.answer = answer
        _decide(actor, amendment, proposal, AmendmentState.REFUSED, now=now)


def _lock(actor: Actor, amendment_id: int) -> tuple[Amendment, Proposal]:
    """Return an amendment that waits and its proposal, which is locked first, as every writer does."""
    with told_as(ProposalNotFound, AmendmentNotFound):
        proposal = lock_shown_proposal(actor, queries.get_amendment(amendment_id).proposal_id)
    amendment = queries.get_amendment(amendment_id)
    db.session.refresh(amendment)
    get_visible_amendment(actor, amendment_id)
    require(actor, ProposalsAction.DECIDE_AMENDMENT, proposal)
    if amendment.hidden_at is not None:
        raise AmendmentNotFound
    rules.ensure_undecided(amendment.state)
    return amendment, proposal


def _decide(
    actor: Actor, amendment: Amendment, proposal: Proposal, state: AmendmentState, *, now: datetime
) -> None:
    amendment.state, amendment.decided_at, amendment.decided_by_id = state, now, actor.id
    publish(
        AmendmentDecided(
            occurred_at=now,
            amendment_id=amendment.id,
            proposal_id=proposal.id,
            is_accepted=state is AmendmentState.ACCEPTED,
            actor_id=None if proposal.is_anonymous else actor.id,
            author_id=amendment.author_id,
        )
    )


def _tell_change(actor: Actor, amendment: Amendment, proposal: Proposal, *, now: datetime) -> None:
    publish(
        TextAmended(
            occurred_at=now,
            proposal_id=proposal.id,
            amendment_id=amendment.id,
            version=proposal.text_version,
        )
    )
    publish(
        ProposalEdited(
            occurred_at=now,
            proposal_id=proposal.id,
            consultation_id=proposal.consultation_id,
            actor_id=None if proposal.is_anonymous else actor.id,
        )
    )


def withdraw_amendment(actor: Actor, *, amendment_id: int) -> int:
    """Take one's own amendment back while it waits: its words are deleted. Returns the proposal's id.

    Raises:
        AmendmentNotFound, ProposalNotFound: it is not shown to the actor.
        NotSignedIn, NotAllowed: it is somebody else's.
        AmendmentIsDecided.
    """
    now = utc_now()
    with transaction():
        proposals.lock_proposal(queries.get_amendment(amendment_id).proposal_id)
        amendment = queries.get_amendment(amendment_id)
        db.session.refresh(amendment)
        get_visible_amendment(actor, amendment_id)
        require(actor, ProposalsAction.WITHDRAW_AMENDMENT, amendment)
        rules.ensure_undecided(amendment.state)
        amendment.state, amendment.decided_at, amendment.decided_by_id = (
            AmendmentState.WITHDRAWN,
            now,
            actor.id,
        )
        amendment.title = amendment.body_source = amendment.reason = ""
        publish(
            AmendmentWithdrawn(
                occurred_at=now,
                amendment_id=amendment_id,
                proposal_id=amendment.proposal_id,
                actor_id=actor.id,
            )
        )
    return amendment.proposal_id


def set_amendment_hidden(*, amendment_id: int, is_hidden: bool, now: datetime) -> None:
    """Hide an amendment from everybody but its author, or show it again: what moderation asks for. Raises AmendmentNotFound."""
    with transaction():
        amendment = queries.get_amendment(amendment_id)
        proposals.lock_proposal(amendment.proposal_id)
        db.session.refresh(amendment)
        amendment.hidden_at = now if is_hidden else None


def set_answer_hidden(*, amendment_id: int, is_hidden: bool, now: datetime) -> None:
    """Hide why an amendment is refused from everybody but who wrote it, or show it again. Raises AmendmentNotFound."""
    with transaction():
        amendment = queries.get_amendment(amendment_id)
        proposals.lock_proposal(amendment.proposal_id)
        db.session.refresh(amendment)
        amendment.answer_hidden_at = now if is_hidden else None

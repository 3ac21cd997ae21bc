"""A resident proposes, changes the text while nobody took part, withdraws."""

from dataclasses import dataclass

from civic.accounts.access import AccountsAction
from civic.consultations.models import Consultation
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.kernel.undo import ensure_undoable
from civic.proposals import queries, rules
from civic.proposals.access import ProposalsAction
from civic.proposals.amendments.signed_changes import recorded_change
from civic.proposals.attached.queries import hand_over
from civic.proposals.attached.service import Sent, join, read_sent
from civic.proposals.authors.rules import ensure_may_be_anonymous
from civic.proposals.drafts.service import DraftText, Saved, drop_draft, take_draft
from civic.proposals.errors import ProposalChangedMeanwhile
from civic.proposals.events import ProposalEdited, ProposalPublished, ProposalRestored, ProposalWithdrawn
from civic.proposals.models import Proposal
from civic.proposals.rules import Category, Point
from civic.proposals.service.places import ensure_place, read_point, write_point
from civic.proposals.service.reading import (
    ensure_may_submit,
    ensure_visible,
    lock_shown_proposal,
    may_be_supported_already,
)


@dataclass(frozen=True)
class ProposalText:
    """A proposal as somebody wrote it. ``body`` is Markdown."""

    title: str
    body: str
    category: Category
    territory_id: int
    point: Point | None = None
    topic: str = ""
    is_anonymous: bool = False


def submit_proposal(
    actor: Actor,
    *,
    consultation_id: int,
    text: ProposalText,
    organisation_id: int | None = None,
    draft: Saved | None = None,
) -> int:
    """Propose an idea, in one's own name or on behalf of an association.

    Args:
        draft: where it was kept until now: its photographs and documents are the proposal's, and it is forgotten.

    Returns:
        The proposal's id.

    Raises:
        ConsultationNotFound: there is none, or it is a draft.
        NotAllowed: the actor does not live where it is asked, or does not speak for this association.
        PhaseClosed: no open phase permits to propose.
        UnknownPlace, PointOutside, UnknownTopic: the place is not concerned, the topic is not one of its own.
        AnonymityNotAllowed, AssociationSigns: the name is to be published.
        DraftChangedMeanwhile, DraftIsGone: the draft was changed, published or deleted from elsewhere.
    """
    now = utc_now()
    with transaction():
        consultation = ensure_may_submit(actor, consultation_id, at=now)
        draft_id = _take(actor, consultation_id, draft, text, organisation_id) if draft else None
        _ensure_signed_rightly(actor, consultation, text, organisation_id)
        proposal = Proposal(
            is_anonymous=text.is_anonymous,
            consultation_id=consultation_id,
            author_id=actor.id,
            organisation_id=organisation_id,
            created_at=now,
            published_at=now,
            support_count=0,
            argument_count=0,
        )
        _write(proposal, text, consultation)
        db.session.add(proposal)
        db.session.flush()
        if draft_id is not None:
            hand_over(draft_id, proposal.id)
            drop_draft(draft_id)
        publish(
            ProposalPublished(
                occurred_at=now,
                proposal_id=proposal.id,
                consultation_id=consultation_id,
                territory_id=proposal.territory_id,
                author_id=actor.id,
                title=proposal.title,
                hides_author=proposal.is_anonymous,
            )
        )
    return proposal.id


def _take(
    actor: Actor, consultation_id: int, draft: Saved, text: ProposalText, organisation_id: int | None
) -> int:
    words = DraftText(
        title=text.title,
        body=text.body,
        category=text.category,
        territory_id=text.territory_id,
        organisation_id=organisation_id,
        point=text.point,
        topic=text.topic,
        is_anonymous=text.is_anonymous,
    )
    return take_draft(actor, consultation_id=consultation_id, saved=draft, text=words)


def _ensure_signed_rightly(
    actor: Actor, consultation: Consultation, text: ProposalText, organisation_id: int | None
) -> None:
    if organisation_id is not None:
        require(actor, AccountsAction.SPEAK_FOR_ORGANISATION, organisation_id)
    ensure_may_be_anonymous(
        is_anonymous=text.is_anonymous,
        is_allowed=consultation.allows_anonymous,
        speaks_for_association=organisation_id is not None,
    )


def edit_proposal(
    actor: Actor,
    *,
    proposal_id: int,
    text: ProposalText,
    sent: Sent | None = None,
    version: int | None = None,
) -> None:
    """Change a proposal that one signs, its photographs and its documents, before anybody supported or argued it.

    Args:
        version: of the proposal that was under the eyes; None where nobody else can have changed it meanwhile.

    Raises:
        ProposalNotFound, ProposalWithheld: it is not shown.
        NotAllowed: the actor does not sign it.
        PhaseClosed: no open phase permits to propose.
        ProposalHasReplies: somebody took part.
        ProposalChangedMeanwhile: somebody else who signs it changed its text, its place or its files since.
        UnknownPlace: the neighbourhood is not concerned.
        FileWithoutWords, PhotographRefused, DocumentRefused, TooManyPhotographs, TooManyDocuments.
    """
    now = utc_now()
    require(actor, ProposalsAction.EDIT_PROPOSAL, ensure_visible(actor, queries.get_proposal(proposal_id)))
    read = read_sent(sent or Sent())
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        require(actor, ProposalsAction.EDIT_PROPOSAL, proposal)
        consultation = ensure_may_submit(actor, proposal.consultation_id, at=now)
        rules.ensure_editable(
            has_supports=may_be_supported_already(proposal, consultation, at=now),
            has_arguments=queries.has_arguments(proposal_id),
        )
        before, is_stale = _what_it_says(proposal), version not in (None, proposal.version)
        with recorded_change(actor, proposal, at=now):
            _write(proposal, text, consultation)
            has_changed = _what_it_says(proposal) != before
            if is_stale and (has_changed or read.sent.takes_away):
                raise ProposalChangedMeanwhile  # nothing of it stays written
        if join(read, owner={"proposal_id": proposal_id}) or has_changed:
            proposal.version += 1
        proposal.edited_at = now
        publish(
            ProposalEdited(
                occurred_at=now,
                proposal_id=proposal_id,
                consultation_id=proposal.consultation_id,
                actor_id=None if proposal.is_anonymous else actor.id,
            )
        )


def _what_it_says(proposal: Proposal) -> tuple[object, ...]:
    """Return all that an edit writes but the files: the same from two is no conflict, and files are added to one another."""
    return (
        proposal.title,
        proposal.body_source,
        proposal.category,
        proposal.topic or "",
        proposal.territory_id,
        read_point(proposal),
    )


def withdraw_proposal(actor: Actor, *, proposal_id: int) -> None:
    """Take back one's own proposal: nobody else sees it any more. Done twice, it changes nothing.

    Raises:
        ProposalNotFound: it is not shown to the actor.
        NotAllowed: the actor is not its author.
        ProposalAnswered: the town hall answered it.
    """
    now = utc_now()
    with transaction():
        proposal = ensure_visible(actor, queries.lock_proposal(proposal_id))
        require(actor, ProposalsAction.WITHDRAW_PROPOSAL, proposal)
        rules.ensure_withdrawable(is_answered=queries.is_answered(proposal_id))
        if proposal.withdrawn_at is not None:
            return
        proposal.withdrawn_at = now
        publish(
            ProposalWithdrawn(
                occurred_at=now,
                proposal_id=proposal_id,
                consultation_id=proposal.consultation_id,
                actor_id=None if proposal.is_anonymous else actor.id,
            )
        )


def restore_proposal(actor: Actor, *, proposal_id: int) -> None:
    """Take back the withdrawal of one's own proposal: it is shown again, with its supports. Done twice, it changes nothing.

    Raises:
        ProposalNotFound: it is not shown to the actor.
        NotAllowed: the actor is not its author.
        TooLateToUndo: the withdrawal is some minutes old.
    """
    now = utc_now()
    with transaction():
        proposal = ensure_visible(actor, queries.lock_proposal(proposal_id))
        require(actor, ProposalsAction.WITHDRAW_PROPOSAL, proposal)
        if proposal.withdrawn_at is None:
            return
        ensure_undoable(proposal.withdrawn_at, at=now)
        proposal.withdrawn_at = None
        publish(
            ProposalRestored(
                occurred_at=now,
                proposal_id=proposal_id,
                consultation_id=proposal.consultation_id,
                actor_id=None if proposal.is_anonymous else actor.id,
            )
        )


def _write(proposal: Proposal, text: ProposalText, consultation: Consultation) -> None:
    proposal.territory_id = ensure_place(text.territory_id, text.point, consultation)
    proposal.title, proposal.category = text.title, text.category
    proposal.topic = rules.ensure_topic(text.topic, consultation.topics, kept=proposal.topic or "")
    write_point(proposal, text.point)
    proposal.body_source, proposal.body_html = text.body, markdown_to_html(text.body)

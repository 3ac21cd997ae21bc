"""An author asks others to sign with her; they accept, decline, or sign no more. Who is not named is seen by who must, and it is written down."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts import queries as accounts
from civic.consultations import queries as consultations
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.proposals import queries as proposals
from civic.proposals.access import ProposalsAction
from civic.proposals.authors import queries, rules
from civic.proposals.authors.errors import CosigningNotFound, NotAnonymous, TooManyCoauthors
from civic.proposals.authors.events import AnonymousAuthorSeen, CoauthorInvited, CoauthorSigned
from civic.proposals.authors.models import Coauthor, CoauthorInvitation
from civic.proposals.models import Proposal
from civic.proposals.service.reading import ensure_visible, get_visible_proposal, lock_shown_proposal


def invite_coauthor(actor: Actor, *, proposal_id: int, email: str) -> None:
    """Ask whoever has this address to sign one's own proposal: it waits in her space, if she has an account. Twice is once.

    Raises:
        ProposalNotFound, ProposalWithheld, NotAllowed: it is not the actor's, or is no longer shown.
        AnonymousIsAlone, TooManyCoauthors.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        require(actor, ProposalsAction.CHOOSE_COAUTHORS, proposal)
        rules.ensure_signed(is_anonymous=proposal.is_anonymous)
        if queries.count_signing(proposal_id) >= rules.MOST_COAUTHORS:
            raise TooManyCoauthors(fields={"email": [TooManyCoauthors.message]})
        try:
            with db.session.begin_nested():
                db.session.add(
                    CoauthorInvitation(proposal_id=proposal_id, email=email.casefold(), created_at=now)
                )
        except IntegrityError:
            return
        publish(CoauthorInvited(occurred_at=now, proposal_id=proposal_id, actor_id=actor.id))


def cancel_invitations(actor: Actor, *, proposal_id: int) -> None:
    """Ask nobody any more to sign one's own proposal; who accepted still does. Raises ProposalNotFound, NotAllowed."""
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        require(actor, ProposalsAction.CHOOSE_COAUTHORS, proposal)
        db.session.execute(sa.delete(CoauthorInvitation).filter_by(proposal_id=proposal_id))


def get_own_proposal(actor: Actor, proposal_id: int) -> Proposal:
    """Raises ProposalNotFound; NotSignedIn, NotAllowed: the actor is not its author."""
    proposal = get_visible_proposal(actor, proposal_id)
    require(actor, ProposalsAction.CHOOSE_COAUTHORS, proposal)
    return proposal


def get_asked(actor: Actor, proposal_id: int) -> Proposal:
    """Return the proposal that the actor is asked to sign. Raises CosigningNotFound, ProposalNotFound."""
    proposal = get_visible_proposal(actor, proposal_id)
    if not queries.is_asked(proposal_id, actor.id):
        raise CosigningNotFound
    return proposal


def answer_invitation(actor: Actor, *, proposal_id: int, is_accepted: bool) -> None:
    """Accept to sign, or decline.

    Raises:
        ProposalNotFound, ProposalWithheld: it is not shown.
        CosigningNotFound: nobody asked the actor, or she answered.
        NotAllowed: the actor does not live where it is asked, and could not have proposed it.
    """
    now = utc_now()
    with transaction():
        proposal = lock_shown_proposal(actor, proposal_id)
        email = accounts.get_person(actor.id).email or ""
        asked = sa.delete(CoauthorInvitation).filter_by(proposal_id=proposal_id, email=email)
        if not db.session.scalars(asked.returning(CoauthorInvitation.id)).all():
            raise CosigningNotFound
        if not is_accepted or actor.id == proposal.author_id or queries.is_coauthor(proposal_id, actor.id):
            return
        consultation = consultations.get_consultation(proposal.consultation_id)
        require(actor, ProposalsAction.SUBMIT_PROPOSAL, consultation)
        db.session.add(Coauthor(proposal_id=proposal_id, person_id=actor.id, created_at=now))
        publish(CoauthorSigned(occurred_at=now, proposal_id=proposal_id, actor_id=actor.id, is_coauthor=True))


def stop_signing(actor: Actor, *, proposal_id: int) -> None:
    """Sign a proposal no more. Done twice, it changes nothing. Raises NotSignedIn."""
    now = utc_now()
    with transaction():
        gone = sa.delete(Coauthor).filter_by(proposal_id=proposal_id, person_id=actor.id)
        if db.session.scalars(gone.returning(Coauthor.proposal_id)).all():
            publish(
                CoauthorSigned(occurred_at=now, proposal_id=proposal_id, actor_id=actor.id, is_coauthor=False)
            )


def see_anonymous_author(actor: Actor, *, proposal_id: int) -> str | None:
    """Return the name of who wrote a proposal that is published without it, and write down that it was asked.

    Hidden or withdrawn, it is seen as well: those are the ones of which it is asked the most.

    Returns:
        The name; None when the account was deleted.

    Raises:
        ProposalNotFound.
        NotAllowed: the actor neither moderates nor is an agent of the commune.
        NotAnonymous: it is signed.
    """
    now = utc_now()
    with transaction():
        proposal = proposals.get_proposal(proposal_id)
        consultation = consultations.get_consultation(proposal.consultation_id)
        if not can(actor, ProposalsAction.SEE_ANONYMOUS_AUTHOR, consultation):
            ensure_visible(actor, proposal)
        require(actor, ProposalsAction.SEE_ANONYMOUS_AUTHOR, consultation)
        if not proposal.is_anonymous:
            raise NotAnonymous
        publish(AnonymousAuthorSeen(occurred_at=now, proposal_id=proposal_id, actor_id=actor.id))
        person = proposal.author_id
    return accounts.names_of({person}).get(person) if person else None


def forget_old_invitations(now: datetime) -> None:
    old = CoauthorInvitation.created_at < now - timedelta(days=rules.INVITATION_DAYS)
    with transaction():
        db.session.execute(sa.delete(CoauthorInvitation).where(old))

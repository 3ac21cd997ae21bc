"""Residents answer arguments, say which ones enlighten them, and take their own words back."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.consultations.rules import Activity
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.kernel.unknown import told_as
from civic.proposals import counts
from civic.proposals import queries as proposals
from civic.proposals.access import ProposalsAction
from civic.proposals.arguing import queries
from civic.proposals.arguing.errors import AnswersAreNotMarked, ArgumentWithdrawn, OwnArgument
from civic.proposals.arguing.events import ArgumentAnswered, ArgumentMarked, ArgumentTakenBack
from civic.proposals.arguing.models import ArgumentMark
from civic.proposals.errors import ArgumentNotFound, ProposalNotFound
from civic.proposals.models import Argument
from civic.proposals.rules import Side
from civic.proposals.service.reading import ensure_takes_part, get_visible_proposal, lock_shown_proposal


@dataclass(frozen=True)
class Marked:
    """How many an argument enlightens (None while a phase hides it), and whether the actor is one of them."""

    useful_count: int | None
    is_marked: bool


def get_visible_argument(actor: Actor, argument_id: int) -> Argument:
    """Return an argument or an answer that the actor may read, of a proposal that she may read. Raises ArgumentNotFound, ProposalMasked."""
    argument = queries.get_argument(argument_id)
    with told_as(ProposalNotFound, ArgumentNotFound):
        get_visible_proposal(actor, argument.proposal_id)
    _ensure_read(actor, argument)
    if argument.parent_id is not None:
        _ensure_read(actor, queries.get_argument(argument.parent_id))
    return argument


def _ensure_read(actor: Actor, argument: Argument) -> None:
    is_own = actor.person_id is not None and argument.author_id == actor.person_id
    if argument.hidden_at is not None and not is_own:
        raise ArgumentNotFound


def find_answer_left_alone(actor: Actor, argument_id: int) -> Argument | None:
    """Return the actor's own answer in a thread that she may no longer read: she still reads, and deletes, her own words."""
    answer = queries.get_argument(argument_id)
    if answer.parent_id is None or actor.person_id is None or answer.author_id != actor.person_id:
        return None
    get_visible_proposal(actor, answer.proposal_id)
    thread = queries.get_argument(answer.parent_id)
    is_read = thread.hidden_at is None or thread.author_id == actor.person_id
    return None if is_read or answer.withdrawn_at is not None else answer


def _lock_shown(actor: Actor, argument_id: int) -> Argument:
    """Return an argument to write on, its proposal locked. Raises ArgumentNotFound, ArgumentWithdrawn, ProposalMasked, ProposalWithheld."""
    with told_as(ProposalNotFound, ArgumentNotFound):
        lock_shown_proposal(actor, queries.get_argument(argument_id).proposal_id)
    argument = get_visible_argument(actor, argument_id)
    db.session.refresh(argument)
    if argument.hidden_at is not None:
        raise ArgumentNotFound
    if argument.withdrawn_at is not None:
        raise ArgumentWithdrawn
    return argument


def answer_argument(actor: Actor, *, argument_id: int, body: str) -> int:
    """Answer an argument, or what answers one: both are in the thread of the argument.

    Returns:
        The answer's id.

    Raises:
        ArgumentNotFound, ArgumentWithdrawn, ProposalNotFound, ProposalWithheld: it is not shown, or was taken back.
        NotSignedIn, NotAllowed: the actor does not live where it is asked.
        PhaseClosed: no open phase permits to argue.
    """
    now = utc_now()
    with transaction():
        answered = _lock_shown(actor, argument_id)
        proposal = proposals.get_proposal(answered.proposal_id)
        ensure_takes_part(actor, ProposalsAction.ARGUE, Activity.ARGUE, proposal, at=now)
        answer = Argument(
            proposal_id=proposal.id,
            author_id=actor.id,
            side=Side.NEUTRAL,
            body=body,
            parent_id=answered.parent_id or answered.id,
            answers_id=answered.id,
            created_at=now,
        )
        db.session.add(answer)
        db.session.flush()
        publish(
            ArgumentAnswered(
                occurred_at=now,
                argument_id=answer.id,
                parent_id=answered.parent_id or answered.id,
                proposal_id=proposal.id,
                author_id=actor.id,
                answered_author_id=answered.author_id,
            )
        )
    return answer.id


def mark_argument(actor: Actor, *, argument_id: int) -> Marked:
    """Say that an argument enlightens oneself. Done twice, or from two devices at once, it counts once.

    Raises:
        ArgumentNotFound, ArgumentWithdrawn, ProposalNotFound, ProposalWithheld: it is not shown, or was taken back.
        NotSignedIn, NotAllowed: the actor does not live where it is asked.
        PhaseClosed: no open phase permits to argue.
        OwnArgument, AnswersAreNotMarked.
    """
    with transaction():
        argument = _lock_markable(actor, argument_id)
        try:
            with db.session.begin_nested():
                db.session.add(
                    ArgumentMark(argument_id=argument_id, person_id=actor.id, created_at=utc_now())
                )
        except IntegrityError:
            return _marked(argument, argument.useful_count, is_marked=True)
        return _change(argument, is_marked=True)


def unmark_argument(actor: Actor, *, argument_id: int) -> Marked:
    """Say so no more. Done twice, it changes nothing. Raises as ``mark_argument``."""
    with transaction():
        argument = _lock_markable(actor, argument_id)
        if not queries.remove_mark(argument_id, actor.id):
            return _marked(argument, argument.useful_count, is_marked=False)
        return _change(argument, is_marked=False)


def _lock_markable(actor: Actor, argument_id: int) -> Argument:
    argument = _lock_shown(actor, argument_id)
    proposal = proposals.get_proposal(argument.proposal_id)
    ensure_takes_part(actor, ProposalsAction.MARK_ARGUMENT, Activity.ARGUE, proposal, at=utc_now())
    if argument.parent_id is not None:
        raise AnswersAreNotMarked
    if argument.author_id == actor.id:
        raise OwnArgument
    return argument


def _change(argument: Argument, *, is_marked: bool) -> Marked:
    count = queries.change_useful_count(argument.id, 1 if is_marked else -1)
    told = _marked(argument, count, is_marked=is_marked)
    publish(
        ArgumentMarked(
            occurred_at=utc_now(),
            argument_id=argument.id,
            proposal_id=argument.proposal_id,
            is_marked=is_marked,
            tells_hidden_total=told.useful_count is None,
        )
    )
    return told


def _marked(argument: Argument, count: int, *, is_marked: bool) -> Marked:
    consultation_id = proposals.get_proposal(argument.proposal_id).consultation_id
    return Marked(None if proposals.hides_supports(consultation_id) else count, is_marked)


def withdraw_argument(actor: Actor, *, argument_id: int) -> Argument:
    """Take one's own argument or answer back, at any time: its words are deleted, what answers it stays. Done twice, it changes nothing.

    An answer is taken back too where the argument that it answers is hidden: her words are hers.

    Raises:
        ArgumentNotFound, ProposalMasked: it is not shown to the actor.
        NotSignedIn, NotAllowed: it is somebody else's.
    """
    now = utc_now()
    with transaction():
        argument = proposals.lock_argument(argument_id)
        with told_as(ProposalNotFound, ArgumentNotFound):
            get_visible_proposal(actor, argument.proposal_id)
        _ensure_read(actor, argument)  # what it answers may be hidden: her own words are hers to delete
        require(actor, ProposalsAction.WITHDRAW_ARGUMENT, argument)
        if argument.withdrawn_at is not None:
            return argument
        erase_argument(argument, actor_id=actor.id, now=now)
    return argument


def erase_argument(argument: Argument, *, actor_id: int, now: datetime) -> None:
    """Delete the words and the marks of an argument whose proposal is locked, and count it no more."""
    if argument.parent_id is None and argument.hidden_at is None:
        counts.change_argument_count(argument.proposal_id, -1)
    argument.withdrawn_at, argument.body, argument.useful_count = now, "", 0
    db.session.execute(sa.delete(ArgumentMark).where(ArgumentMark.argument_id == argument.id))
    publish(
        ArgumentTakenBack(
            occurred_at=now, argument_id=argument.id, proposal_id=argument.proposal_id, actor_id=actor_id
        )
    )

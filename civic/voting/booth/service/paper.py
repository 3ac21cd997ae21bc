"""Voting on paper in a sealed poll: the desk notes who does, the urn is counted by two agents, and nobody votes by two roads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.voting import queries as polls
from civic.voting import rules
from civic.voting.access import VotingAction
from civic.voting.asking import QuestionPlan
from civic.voting.booth import queries
from civic.voting.booth.errors import (
    NobodyOnPaper,
    NotOnPaper,
    PaperCounted,
    PaperUnexplained,
    SealedBallotInBox,
)
from civic.voting.booth.events import PaperCountAgreed, PaperCountEntered, PaperMarked, PaperMarkErased
from civic.voting.booth.models import SealedPaperEntry, SealedPoll
from civic.voting.booth.paper import PaperCount, differences, ensure_adds_up, read_paper, write_paper
from civic.voting.booth.service.casting import ensure_not_ended
from civic.voting.errors import OwnBallotAtDesk
from civic.voting.events import BallotCast
from civic.voting.models import Poll
from civic.voting.register.writing import writes_refusals
from civic.voting.rules import BallotChannel
from civic.voting.service.reading import PollView, get_visible_poll, show_poll


@dataclass(frozen=True)
class PaperDesk:
    """A person of the roll, as the desk sees her before it gives her a paper.

    Attributes:
        channel: by which road she has voted already; None when she has not.
        marked: how many persons vote on paper so far.
    """

    person_id: int
    name: str
    channel: BallotChannel | None
    marked: int


def show_paper_desk(actor: Actor, *, poll_id: int, person_id: int) -> PaperDesk:
    """Return a person of the roll, for an agent who is about to note that she votes on paper.

    Raises:
        PollNotFound, NotAllowed, NotSealed.
        PollNotOpen: outside the window.
        NotOnRoll: the person is not on the roll.
    """
    poll = get_visible_poll(actor, poll_id)
    require(actor, VotingAction.REGISTER_BALLOT, poll)
    queries.get_sealed(poll_id)
    rules.ensure_open(poll, at=utc_now())
    entry = polls.ensure_on_roll(poll_id, person_id)
    name = accounts.get_person(person_id).name
    return PaperDesk(person_id, name, entry.channel, queries.count_marked(poll_id))


def show_paper_ballot(actor: Actor, *, poll_id: int) -> tuple[PollView, SealedPoll]:
    """Return what the paper ballot of a sealed poll asks, for the desk to print. Raises PollNotFound, NotAllowed, NotFrozenYet, NotSealed."""
    poll = get_visible_poll(actor, poll_id)
    require(actor, VotingAction.REGISTER_BALLOT, poll)
    rules.ensure_frozen(poll)
    return show_poll(actor, poll_id=poll_id), queries.get_sealed(poll_id)


def mark_paper(actor: Actor, *, poll_id: int, person_id: int) -> int:
    """Note on the roll that a person votes on paper: no ballot of hers enters the sealed box from now on.

    The roll's row is marked once, whoever asks at the same moment: this command, or the ballot box for her own ballot.

    Returns:
        How many persons vote on paper, this one included.

    Raises:
        PollNotFound, NotAllowed, NotSealed.
        PollNotOpen: outside the window.
        OwnBallotAtDesk: the person is the agent.
        NotOnRoll: the person is not on the roll.
        SealedBallotInBox: she voted online.
        AlreadyVoted: it is noted already.
    """
    with transaction():
        poll = _open_alone(actor, poll_id)
        if person_id == actor.id:
            raise OwnBallotAtDesk
        entry = polls.ensure_on_roll(poll_id, person_id)
        if entry.channel is BallotChannel.WEB:
            raise SealedBallotInBox
        polls.mark_voted(
            poll_id,
            person_id,
            channel=BallotChannel.PAPER,
            receipt=rules.draw_receipt(),
            registered_by_id=actor.id,
        )
        publish(PaperMarked(occurred_at=utc_now(), poll_id=poll_id, actor_id=actor.id))
        _tell_turnout(poll)
        return queries.count_marked(poll_id)


def erase_paper_mark(actor: Actor, *, poll_id: int, person_id: int) -> None:
    """Take back a mark made by mistake, for another person of the same name say, before any paper is in the urn. The register tells it.

    Raises:
        PollNotFound, NotAllowed, NotSealed, PollNotOpen, OwnBallotAtDesk.
        NotOnPaper: the roll does not say that she votes on paper.
    """
    with transaction():
        poll = _open_alone(actor, poll_id)
        if person_id == actor.id:
            raise OwnBallotAtDesk
        polls.ensure_on_roll(poll_id, person_id)
        if not queries.erase_mark(poll_id, person_id):
            raise NotOnPaper
        publish(
            PaperMarkErased(occurred_at=utc_now(), poll_id=poll_id, person_id=person_id, actor_id=actor.id)
        )
        _tell_turnout(poll)


def _open_alone(actor: Actor, poll_id: int) -> Poll:
    """Return a sealed poll that is open, kept from every other writer."""
    require(actor, VotingAction.REGISTER_BALLOT, get_visible_poll(actor, poll_id))
    poll = polls.get_poll_alone(poll_id)
    queries.get_sealed(poll_id)
    rules.ensure_open(poll, at=utc_now())  # read once the poll is ours alone
    ensure_not_ended(poll)
    return poll


def _tell_turnout(poll: Poll) -> None:
    db.session.flush()
    turnout, roll_size = polls.count_turnout(poll.id), poll.roll_size or 0
    publish(
        BallotCast(
            occurred_at=utc_now(),
            poll_id=poll.id,
            turnout=turnout,
            roll_size=roll_size,
            is_turnout_public=True,
        )
    )


# After the closing


class PaperStage(StrEnum):
    """How far the count of the papers is, to one agent."""

    VOTE_OPEN = "vote_open"
    NOBODY = "nobody"
    TO_COUNT = "to_count"
    AWAITS_ANOTHER = "awaits_another"
    DIFFERS = "differs"
    AGREED = "agreed"


@dataclass(frozen=True)
class PaperView:
    """The count of the papers, as one agent sees it. What another found is not told before she has counted herself.

    Attributes:
        marked: how many persons voted on paper, says the roll.
        others: how many other agents have counted.
        own: what she found last.
        differing: the numbers of the questions of which the two do not say the same; 0 is the number of papers.
        agreed: the count, once final.
    """

    stage: PaperStage
    plans: tuple[QuestionPlan, ...]
    marked: int
    others: int
    own: PaperCount | None
    differing: tuple[int, ...]
    agreed: PaperCount | None


def show_paper(actor: Actor, *, poll_id: int) -> PaperView:
    """Return how far the count of the papers is. Raises PollNotFound, NotAllowed, NotFrozenYet, NotSealed."""
    poll = get_visible_poll(actor, poll_id)
    require(actor, VotingAction.REGISTER_BALLOT, poll)
    rules.ensure_frozen(poll)
    sealed = queries.get_sealed(poll_id)
    plans = polls.plan_of(poll).questions
    entries = queries.list_paper_entries(poll_id)
    own = next((read_paper(one.content) for one in entries if one.agent_id == actor.id), None)
    others = [read_paper(one.content) for one in entries if one.agent_id != actor.id]
    differing = (
        sorted({number for other in others for number in differences(plans, own, other)}) if own else []
    )
    marked = queries.count_marked(poll_id)
    return PaperView(
        stage=_stage_of(poll, sealed, marked, own, others),
        plans=plans,
        marked=marked,
        others=len(others),
        own=own,
        differing=tuple(differing),
        agreed=read_paper(sealed.paper) if sealed.paper else None,
    )


def _stage_of(
    poll: Poll, sealed: SealedPoll, marked: int, own: PaperCount | None, others: Sequence[PaperCount]
) -> PaperStage:
    if sealed.paper is not None:
        return PaperStage.AGREED
    if not rules.may_show_result(poll, utc_now()):
        return PaperStage.VOTE_OPEN
    if not marked:
        return PaperStage.NOBODY
    if own is None:
        return PaperStage.TO_COUNT
    return PaperStage.DIFFERS if others else PaperStage.AWAITS_ANOTHER


@writes_refusals("paper")
def enter_paper_count(actor: Actor, *, poll_id: int, count: PaperCount) -> bool:
    """Write what the actor found in the urn. When another agent found the same, the count is final.

    Returns:
        Whether it is final.

    Raises:
        PollNotFound, NotAllowed, NotSealed.
        ResultNotPublished: the poll is not closed.
        NobodyOnPaper: there is no urn to count.
        PaperCounted: it is final already.
        PaperDoesNotAddUp: no such papers can say that.
        PaperUnexplained: there are not as many papers as persons noted, and nothing explains it.
    """
    with transaction():
        require(actor, VotingAction.REGISTER_BALLOT, get_visible_poll(actor, poll_id))
        poll = polls.get_poll_alone(poll_id)
        sealed = queries.get_sealed(poll_id)
        rules.ensure_result_shown(poll, at=utc_now())
        marked = queries.count_marked(poll_id)
        if sealed.paper is not None:
            raise PaperCounted
        if not marked:
            raise NobodyOnPaper
        count = _explained(count, marked)
        ensure_adds_up(polls.plan_of(poll).questions, count)
        same = [
            one
            for one in queries.list_paper_entries(poll_id)
            if one.agent_id != actor.id and read_paper(one.content).numbers == count.numbers
        ]
        _keep_entry(poll_id, actor.id, write_paper(count, marked=marked))
        publish(PaperCountEntered(occurred_at=utc_now(), poll_id=poll_id, actor_id=actor.id))
        if same:
            _agree(sealed, count, read_paper(same[0].content), marked)
        return bool(same)


def _explained(count: PaperCount, marked: int) -> PaperCount:
    if count.papers == marked:
        return replace(count, explanation="")
    if not count.explanation:
        raise PaperUnexplained(
            fields={"explanation": [PaperUnexplained.message]}, papers=count.papers, marked=marked
        )
    return count


def _keep_entry(poll_id: int, agent_id: int, content: str) -> None:
    own = sa.select(SealedPaperEntry).filter_by(poll_id=poll_id, agent_id=agent_id)
    entry = db.session.scalars(own).one_or_none() or SealedPaperEntry(poll_id=poll_id, agent_id=agent_id)
    entry.content = content
    db.session.add(entry)
    db.session.flush()


def _agree(sealed: SealedPoll, count: PaperCount, first: PaperCount, marked: int) -> None:
    """Both explanations are published, when they are not the same words."""
    told = "\n\n".join(dict.fromkeys(text for text in (first.explanation, count.explanation) if text))
    sealed.paper = write_paper(replace(count, explanation=told), marked=marked)
    publish(
        PaperCountAgreed(
            occurred_at=utc_now(),
            poll_id=sealed.poll_id,
            papers=count.papers,
            marked=marked,
            content=sealed.paper,
        )
    )

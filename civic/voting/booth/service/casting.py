"""Put a sealed ballot in the box."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import publish, transaction
from civic.voting import queries as polls
from civic.voting import rules
from civic.voting.access import VotingAction
from civic.voting.booth import queries
from civic.voting.booth.errors import BallotNotAccepted, CodeOfAnother, OtherCode, VotesOnPaper
from civic.voting.booth.models import SealedCode, SealedMark, SealedPoll
from civic.voting.booth.queries import StoredBox
from civic.voting.errors import PollNotOpen
from civic.voting.events import BallotCast
from civic.voting.models import Poll
from civic.voting.rules import BallotChannel
from civic.voting.sealed.archive import EventKind
from civic.voting.sealed.box import CheckedBallot, append_ballot, check_new_ballot, ensure_new
from civic.voting.sealed.election import read_sealed_election
from civic.voting.sealed.refusals import BallotRefused
from civic.voting.service.reading import get_visible_poll


@dataclass(frozen=True)
class SealedReceipt:
    """What is told of a ballot put in a sealed box.

    Attributes:
        tracker: the number under which anybody finds it in the box.
        head: the last event of the box, this ballot's: whoever keeps it can tell whether anything before it is changed later.
        is_replacing: she had voted before, and this ballot counts instead.
    """

    poll_id: int
    tracker: str
    head: str
    is_replacing: bool
    turnout: int
    roll_size: int


def cast_sealed_ballot(actor: Actor, *, poll_id: int, ballot: str) -> SealedReceipt:
    """Put the actor's ballot in the box, in place of the one that she may have cast before.

    What takes long, the proofs, is checked before the box is held; whether the ballot is new, and whether the poll is still open, once it is.

    Raises:
        PollNotFound, NotSealed: there is no such poll, it is not public, or it is not sealed.
        NotAllowed: the actor is not on the roll.
        PollNotOpen: now is outside ``[opens_at, closes_at)``.
        BallotNotAccepted: and why; ``sealed_duplicate`` when this very ballot is in the box.
        CodeOfAnother, OtherCode: the code that signs it is not hers.
        VotesOnPaper: the town hall noted that she votes on paper.
    """
    poll = get_visible_poll(actor, poll_id)
    sealed = queries.get_sealed(poll_id)
    require(actor, VotingAction.CAST_BALLOT, poll)
    rules.ensure_open(poll, at=utc_now())
    checked = _check(sealed, ballot)
    with transaction():
        poll = polls.get_poll_alone(poll_id)
        now = utc_now()  # read once the poll is ours alone: who waited past the closing is refused
        rules.ensure_open(poll, at=now)
        ensure_not_ended(poll)
        _ensure_still_new(poll_id, checked)
        is_replacing, head = enter(poll, actor.id, checked)
        return _told(poll, checked, head, is_replacing=is_replacing, now=now)


def enter(poll: Poll, person_id: int, checked: CheckedBallot) -> tuple[bool, str]:
    """Mark the roll and add the ballot, without asking who acts or when: ``cast_sealed_ballot`` has asked, and demonstrations know.

    Returns:
        Whether it replaces another, and the new head of the box.

    Raises:
        CodeOfAnother, OtherCode, VotesOnPaper.
    """
    is_replacing = _mark_roll(poll, person_id, checked.credential)
    return is_replacing, _put_in_box(queries.get_sealed(poll.id), checked)


def _check(sealed: SealedPoll, ballot: str) -> CheckedBallot:
    election = read_sealed_election(sealed.election or "")
    try:
        return check_new_ballot(election, StoredBox(sealed.poll_id), ballot)
    except BallotRefused as refused:
        raise BallotNotAccepted(refused) from refused


def ensure_not_ended(poll: Poll) -> None:
    """A box that was ended takes no ballot, whatever the clock says here: that of the server which ended it may be a little ahead."""
    if queries.has_event(poll.id, EventKind.END_BALLOTS):
        raise PollNotOpen(PollNotOpen.over, closes_at=poll.closes_at)


def _ensure_still_new(poll_id: int, checked: CheckedBallot) -> None:
    try:
        ensure_new(StoredBox(poll_id), checked.credential, checked.tracker, checked.marks)
    except BallotRefused as refused:
        raise BallotNotAccepted(refused) from refused


def _mark_roll(poll: Poll, person_id: int, credential: str) -> bool:
    """Mark that a person votes, by the code that signs her ballot. Returns whether she had voted before.

    Her row is marked by the same guard as for a paper, so that nobody votes by two roads. What is written ties her to the code under a key
    that is not in the database; what she votes, nobody can read.
    """
    code = db.session.get_one(SealedCode, (poll.id, queries.digest_of(credential)))
    tie = keyed_digest("voting.sealed_code", f"{poll.id}:{person_id}:{code.digest}")
    voter = polls.ensure_on_roll(poll.id, person_id)
    if voter.channel is BallotChannel.PAPER:
        raise VotesOnPaper
    if voter.has_voted:
        if voter.receipt_digest != tie:
            raise OtherCode
        return True
    if code.last_tracker is not None:
        raise CodeOfAnother
    polls.mark_voted_as(poll.id, person_id, channel=BallotChannel.WEB, digest=tie, registered_by_id=None)
    return False


def _put_in_box(sealed: SealedPoll, checked: CheckedBallot) -> str:
    entries, head = append_ballot(queries.head_of(sealed), checked)
    queries.append_entries(sealed, EventKind.BALLOT, entries, head, tracker=checked.tracker)
    digest = queries.digest_of(checked.credential)
    db.session.get_one(SealedCode, (sealed.poll_id, digest)).last_tracker = checked.tracker
    marks = [{"poll_id": sealed.poll_id, "mark": mark, "digest": digest} for mark in checked.marks]
    db.session.execute(sa.insert(SealedMark), marks)
    return head.hash


def _told(
    poll: Poll, checked: CheckedBallot, head: str, *, is_replacing: bool, now: datetime
) -> SealedReceipt:
    db.session.flush()
    turnout, roll_size = polls.count_turnout(poll.id), poll.roll_size or 0
    if not is_replacing:
        publish(
            BallotCast(
                occurred_at=now, poll_id=poll.id, turnout=turnout, roll_size=roll_size, is_turnout_public=True
            )
        )
    return SealedReceipt(poll.id, checked.tracker, head, is_replacing, turnout, roll_size)

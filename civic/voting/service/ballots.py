"""Put a ballot in the box, and check a receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.voting import queries, rules
from civic.voting.access import VotingAction
from civic.voting.answers import write_ballot
from civic.voting.booth.queries import ensure_separated, is_sealed
from civic.voting.closed_ballots import close_ballot
from civic.voting.errors import OwnBallotAtDesk, VotesByProxy
from civic.voting.events import BallotCast, BallotRegistered, BoxMixed
from civic.voting.methods import ballots as methods
from civic.voting.models import Ballot, Poll
from civic.voting.register.checking import ReceiptChecked, check_signed_receipt, sign_receipt
from civic.voting.register.receipts import looks_signed
from civic.voting.register.writing import ensure_not_closed
from civic.voting.rules import AssistedChannel, BallotChannel
from civic.voting.service.reading import get_visible_poll

ROWS_AT_ONCE = 1_000
Answers = Sequence[methods.Ballot]


@dataclass(frozen=True)
class CastReceipt:
    """What is told, once, of a ballot put in the box. ``turnout`` is None while the poll hides it. ``signed``: the receipt as we sign it."""

    poll_id: int
    receipt: str
    turnout: int | None
    roll_size: int
    signed: str


@dataclass(frozen=True)
class CheckedReceipt:
    """What a receipt proves: that a ballot was put in the box of this poll. Never what it says, nor whose it is."""

    poll_id: int
    question: str


def cast_ballot(actor: Actor, *, poll_id: int, answers: Answers) -> CastReceipt:
    """Put the actor's one ballot in the box of an open poll.

    Args:
        answers: what she answers to each question, in their order; ``BLANK`` is a blank ballot.

    Raises:
        PollNotFound: there is no such poll, or it is not public.
        NotAllowed: the actor is not on the roll.
        PollNotOpen: now is outside ``[opens_at, closes_at)``.
        VotesByProxy: at a sitting, she gave her written proxy.
        AlreadyVoted: a ballot was put in the box for her, by whatever channel.
        BallotRefused: an answer breaks a rule of its question.
    """
    with transaction():
        poll = _get_poll_alone(actor, poll_id)
        require(actor, VotingAction.CAST_BALLOT, poll)
        if queries.find_proxy(poll.id, actor.id):
            raise VotesByProxy
        return put_in_box(poll, person_id=actor.id, answers=answers, channel=BallotChannel.WEB)


def cast_carried_ballot(actor: Actor, *, poll_id: int, giver_id: int, answers: Answers) -> CastReceipt:
    """Put in the box, at a sitting, the ballot of somebody absent who gave the actor her written proxy.

    Raises:
        PollNotFound, PollNotOpen, AlreadyVoted, BallotRefused: as for ``cast_ballot``.
        NotAllowed: the actor does not carry this voice.
    """
    with transaction():
        poll = _get_poll_alone(actor, poll_id)
        require(actor, VotingAction.CAST_CARRIED, queries.find_proxy(poll.id, giver_id))
        return put_in_box(
            poll,
            person_id=giver_id,
            answers=answers,
            channel=BallotChannel.WEB,
            registered_by_id=actor.id,
        )


def register_ballot(
    actor: Actor, *, poll_id: int, person_id: int, answers: Answers, channel: AssistedChannel
) -> CastReceipt:
    """Put in the box the ballot of a person who came to the desk, or wrote on paper. The agent's own ballot is another matter.

    Raises:
        PollNotFound: there is no such poll, or it is not public.
        NotAllowed: the actor is not an agent of the territory.
        OwnBallotAtDesk: the person is the agent.
        NotOnRoll: the person is not on the roll.
        PollNotOpen, AlreadyVoted, BallotRefused: as for ``cast_ballot``.
    """
    with transaction():
        poll = _get_poll_alone(actor, poll_id)
        require(actor, VotingAction.REGISTER_BALLOT, poll)
        if person_id == actor.id:
            raise OwnBallotAtDesk
        queries.ensure_on_roll(poll.id, person_id)
        receipt = put_in_box(
            poll,
            person_id=person_id,
            answers=answers,
            channel=BallotChannel(channel),
            registered_by_id=actor.id,
        )
        publish(
            BallotRegistered(occurred_at=utc_now(), poll_id=poll.id, actor_id=actor.id, channel=channel.value)
        )
    return receipt


def put_in_box(
    poll: Poll,
    *,
    person_id: int,
    answers: Answers,
    channel: BallotChannel,
    registered_by_id: int | None = None,
    at: datetime | None = None,
) -> CastReceipt:
    """Mark the roll and add the ballot, in one transaction, without asking who acts: the commands above have asked.

    Args:
        at: when, for what makes demonstrations; the present when None.

    Raises:
        PollNotOpen, PollIsSealed, AlreadyVoted, BallotRefused.
    """
    with transaction():
        now = at or utc_now()  # read once the poll is ours alone: who waited past the closing is refused
        rules.ensure_open(poll, at=now)
        ensure_not_closed(poll)
        ensure_separated(poll.id)
        rules.ensure_answers(answers, queries.plan_of(poll).questions)
        receipt = rules.draw_receipt()
        queries.mark_voted(
            poll.id, person_id, channel=channel, receipt=receipt, registered_by_id=registered_by_id
        )
        _add_ballots(poll, answers)
        turnout, roll_size = queries.count_turnout(poll.id), poll.roll_size or 0
        is_shown = rules.may_show_turnout(poll, now)
        publish(
            BallotCast(
                occurred_at=now,
                poll_id=poll.id,
                turnout=turnout,
                roll_size=roll_size,
                is_turnout_public=is_shown,
            )
        )
        signed = sign_receipt(poll, code=receipt, at=now)
    return CastReceipt(poll.id, receipt, turnout if is_shown else None, roll_size, signed)


def _add_ballots(poll: Poll, answers: Answers) -> None:
    """Add a row for each question, in the order of keys that are random: nothing links them, nor tells which was first."""
    rows = [
        {
            "id": uuid4(),
            "poll_id": poll.id,
            "question_id": question.id,
            "content": close_ballot(
                write_ballot(answer), question_id=question.id, options=len(question.choices)
            ),
        }
        for question, answer in zip(poll.questions, answers, strict=True)
    ]
    db.session.execute(sa.insert(Ballot), sorted(rows, key=lambda row: str(row["id"])))


def mix_box(*, poll_id: int) -> None:
    """Put every ballot of a closed poll in the box anew, in one transaction. Called by a timer; nothing else depends on it.

    PostgreSQL keeps, beside each row, the number of the transaction that wrote it: the roll's mark and the ballot share it. Once mixed,
    all the ballots share one, and no row of the box can be put beside a person. They were closed until then, and are now put in open, by
    what they say. A sealed poll has another box, whose order is public.

    Raises:
        PollNotFound: there is no such poll.
        ResultNotPublished: it is not closed.
        BoxNotOpened: the installation's key is not the one of the vote; the box stays as it is.
    """
    with transaction():
        poll = queries.get_poll_alone(poll_id)
        rules.ensure_result_shown(poll, at=utc_now())
        if is_sealed(poll_id):
            return
        box = queries.empty_box(poll_id)
        ballots = [
            {"id": uuid4(), "poll_id": poll_id, "question_id": question_id, "content": content}
            for question_id, content in box
        ]
        for start in range(0, len(ballots), ROWS_AT_ONCE):
            db.session.execute(sa.insert(Ballot), ballots[start : start + ROWS_AT_ONCE])
        ballots_each = len(box) // max(1, len(poll.questions))
        publish(BoxMixed(occurred_at=utc_now(), poll_id=poll.id, ballots=ballots_each))


def check_receipt(*, receipt: str) -> CheckedReceipt:
    """Tell in which box the ballot of a receipt was put. Open to anybody who holds it.

    Raises:
        ReceiptUnknown: no ballot has it.
    """
    poll = queries.get_poll_of_receipt(receipt)
    return CheckedReceipt(poll.id, poll.question)


def check_code_or_receipt(*, text: str) -> CheckedReceipt | ReceiptChecked:
    """Check what somebody typed: the code of a receipt alone, or the whole signed receipt. Raises as the two checks."""
    return check_signed_receipt(text=text) if looks_signed(text) else check_receipt(receipt=text)


def _get_poll_alone(actor: Actor, poll_id: int) -> Poll:
    """A draft is not told from what does not exist; it is looked at first, without a lock. Raises PollNotFound."""
    get_visible_poll(actor, poll_id)
    return queries.get_poll_alone(poll_id)

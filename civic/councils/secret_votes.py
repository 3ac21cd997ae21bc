"""Secret votes at a sitting: those present are the roll of a poll, opened in one step; its result goes into the minutes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from civic.councils import motions, queries
from civic.councils.access import CouncilsAction
from civic.councils.errors import BadAnswers, SittingNotFound, SittingNotPublished, VoteNotFound
from civic.councils.events import SittingVoteClosed, SittingVoteOpened
from civic.councils.models import Council, SecretSittingVote, Sitting, SittingVote
from civic.councils.queries import HeldSeat
from civic.councils.rules import SecretKind, SecretReason
from civic.councils.secret_ballots import AGAINST, FOR, SecretResult, secret_result_of
from civic.councils.service import get_visible_sitting, lock_sitting
from civic.councils.sitting_votes import (
    begin_vote,
    is_under_way,
    list_voices,
    list_votes,
    lock_vote,
    seats_alone,
    write_in_minutes,
)
from civic.kernel.access import ANONYMOUS, Actor, can
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.text import fold
from civic.kernel.transaction import publish, transaction
from civic.kernel.unknown import told_as
from civic.voting.asking import FEWEST_CHOICES, MOST_CHOICES, ChoicePlan, QuestionPlan
from civic.voting.rules import PollPlan
from civic.voting.service import reading as polls
from civic.voting.service.reading import PollView
from civic.voting.service.sitting_polls import Elector, open_at_sitting

SUBJECT_KIND = "sitting"
"""What a poll of ours says it is about."""
WRITE_RESULT = "councils.write_secret_result"


@dataclass(frozen=True)
class PresentVoice:
    name: str
    holder: str


@dataclass(frozen=True)
class ShownVote:
    """A vote in the list of a sitting."""

    id: int
    motion: str
    is_secret: bool
    is_open: bool


def list_shown_votes(sitting_id: int, *, at: datetime) -> list[ShownVote]:
    """Return the votes of a sitting, the first first."""
    return [
        ShownVote(vote.id, vote.motion, find_secret(vote.id) is not None, is_under_way(vote, at=at))
        for vote in list_votes(sitting_id)
    ]


@dataclass(frozen=True)
class SecretMinutes:
    """What minutes say of a secret vote: who voted, never what."""

    motion: str
    kind: SecretKind
    reason: SecretReason
    seats: int
    quorum_percent: int
    present: int
    voices: tuple[PresentVoice, ...]
    rules_hash: str
    result: SecretResult

    @property
    def quorum(self) -> int:
        return motions.needed_for_quorum(self.seats, self.quorum_percent)


@dataclass(frozen=True)
class SecretVoteView:
    """A secret vote as its page shows it: who votes, how many did, never what; the result once the poll is closed.

    Attributes:
        poll: as the reader may see it: it says whether she may vote, and which proxies she carries.
        is_written: the result is in the minutes.
        may_hold: the reader may write the result in the minutes by hand, and reach the desk of the poll.
    """

    id: int
    sitting_id: int
    council_id: int
    motion: str
    kind: SecretKind
    reason: SecretReason
    seats: int
    quorum_percent: int
    present: int
    voices: tuple[PresentVoice, ...]
    poll: PollView
    opened_at: datetime
    closes_at: datetime
    is_open: bool
    result: SecretResult | None
    is_written: bool
    may_hold: bool

    @property
    def quorum(self) -> int:
        return motions.needed_for_quorum(self.seats, self.quorum_percent)


def open_secret_vote(
    actor: Actor,
    *,
    sitting_id: int,
    motion: str,
    present: Collection[int],
    proxies: Mapping[int, int],
    kind: SecretKind,
    reason: SecretReason,
    minutes: int,
    answers: Sequence[str] = (),
    quorum_percent: int = motions.USUAL_QUORUM_PERCENT,
    description: Callable[[Council, Sitting], str] = lambda council, sitting: "",
) -> int:
    """Open a secret vote among who is there, in one step: the poll, its roll, its freeze.

    Args:
        present, proxies: as for a named vote.
        answers: who or what may be chosen, for an appointment; a motion is answered for or against.
        minutes: how long it lasts. Its end is frozen with it: nobody closes it sooner, nor later.

    Returns:
        The vote's id.

    Raises:
        SittingNotFound, NotAllowed, SittingNotPublished.
        SittingNotYet, BadProxies, QuorumMissing, VoteUnderWay: as for a named vote.
        BadAnswers: an appointment offers too few names, or twice the same.
    """
    now = utc_now()
    with transaction():
        sitting, council = _lock_published(actor, sitting_id)
        seated = seats_alone(sitting, present, proxies, quorum_percent=quorum_percent, at=now)
        vote = begin_vote(
            sitting, motion, seated, set(present), proxies, quorum_percent=quorum_percent, at=now
        )
        closes_at = now + timedelta(minutes=minutes)
        question = QuestionPlan(motion, tuple(map(ChoicePlan, answers_of(kind, answers))))
        plan = PollPlan(
            territory_id=council.territory_id,
            question=motion,
            questions=(question,),
            opens_at=now,
            closes_at=closes_at,
            description=description(council, sitting),
            subject_kind=SUBJECT_KIND,
            subject_id=sitting.id,
        )
        poll_id = open_at_sitting(
            actor, plan=plan, electors=_electors({*present, *proxies}, seated), proxies=proxies
        )
        db.session.add(
            SecretSittingVote(vote_id=vote.id, poll_id=poll_id, closes_at=closes_at, kind=kind, reason=reason)
        )
        db.session.flush()
        owe(WRITE_RESULT, {"vote_id": vote.id}, now=now, due_at=closes_at, key=f"{WRITE_RESULT}:{vote.id}")
        publish(SittingVoteOpened(occurred_at=now, vote_id=vote.id, sitting_id=sitting_id, actor_id=actor.id))
    return vote.id


def _lock_published(actor: Actor, sitting_id: int) -> tuple[Sitting, Council]:
    sitting, council = lock_sitting(actor, sitting_id)
    if sitting.published_at is None:
        raise SittingNotPublished
    return sitting, council


def _electors(seat_ids: Collection[int], seated: Mapping[int, HeldSeat]) -> dict[int, Elector]:
    return {
        seat_id: Elector(held.name or "", held.seat.person_id)
        for seat_id, held in seated.items()
        if seat_id in seat_ids
    }


def answers_of(kind: SecretKind, answers: Sequence[str]) -> list[str]:
    """Return what may be answered. Raises BadAnswers."""
    if kind is SecretKind.MOTION:
        return [FOR, AGAINST]
    if not FEWEST_CHOICES <= len(answers) <= MOST_CHOICES:
        raise BadAnswers(fields={"answers": [BadAnswers.message]})
    if len({fold(answer) for answer in answers}) < len(answers):
        raise BadAnswers(BadAnswers.alike, fields={"answers": [BadAnswers.alike]})
    return list(answers)


def find_secret(vote_id: int) -> SecretSittingVote | None:
    return db.session.get(SecretSittingVote, vote_id)


def show_secret_vote(actor: Actor, *, vote_id: int) -> SecretVoteView:
    """Raises VoteNotFound, SittingNotFound."""
    vote, secret = db.session.get(SittingVote, vote_id), find_secret(vote_id)
    if vote is None or secret is None:
        raise VoteNotFound
    with told_as(SittingNotFound, VoteNotFound):
        sitting = get_visible_sitting(actor, vote.sitting_id)
    council = queries.get_council(sitting.council_id)
    voices = list_voices(vote_id)
    names = {voice.id: voice.name for voice in voices}
    is_open = utc_now() < secret.closes_at
    return SecretVoteView(
        id=vote.id,
        sitting_id=sitting.id,
        council_id=council.id,
        motion=vote.motion,
        kind=secret.kind,
        reason=secret.reason,
        seats=vote.seats,
        quorum_percent=vote.quorum_percent,
        present=sum(voice.holder_id is None for voice in voices),
        voices=tuple(PresentVoice(voice.name, names.get(voice.holder_id or 0, "")) for voice in voices),
        poll=polls.show_poll(actor, poll_id=secret.poll_id),
        opened_at=vote.opened_at,
        closes_at=secret.closes_at,
        is_open=is_open,
        result=None if is_open else _result(secret),
        is_written=vote.closed_at is not None,
        may_hold=can(actor, CouncilsAction.HOLD_SITTING, council),
    )


def write_secret_result(actor: Actor | None, *, vote_id: int, words: Callable[[SecretMinutes], str]) -> None:
    """Write the result at the end of the minutes, once. Called by a timer at the closing (actor None), or by whoever holds the sitting.

    Raises:
        VoteNotFound, SittingNotFound, NotAllowed.
        ResultNotPublished: the vote is not over; nobody is exempt.
    """
    now = utc_now()
    with transaction():
        vote, secret = lock_vote(vote_id), find_secret(vote_id)
        if secret is None:
            raise VoteNotFound
        sitting = (
            lock_sitting(actor, vote.sitting_id)[0] if actor else queries.get_sitting_alone(vote.sitting_id)
        )
        if vote.closed_at is not None:
            return
        result = _result(secret)
        vote.closed_at = secret.closes_at
        db.session.flush()
        write_in_minutes(sitting, words(minutes_view(vote, secret)), at=now)
        publish(
            SittingVoteClosed(
                occurred_at=now,
                vote_id=vote_id,
                sitting_id=sitting.id,
                actor_id=actor.id if actor else None,
                is_adopted=result.chosen not in ("", AGAINST),
            )
        )


def _result(secret: SecretSittingVote) -> SecretResult:
    """Count the ballots of a poll that is over, as anybody may read it. Raises ResultNotPublished."""
    read = polls.show_result(ANONYMOUS, poll_id=secret.poll_id)
    counts = {choice.label: read.tally.counts[choice.id] for choice in read.choices}
    return secret_result_of(secret.kind, counts, blanks=read.tally.blanks, electors=read.tally.roll_size)


def minutes_view(vote: SittingVote, secret: SecretSittingVote) -> SecretMinutes:
    """Return what minutes say of a secret vote that is over. Raises ResultNotPublished."""
    voices = list_voices(vote.id)
    names = {voice.id: voice.name for voice in voices}
    return SecretMinutes(
        motion=vote.motion,
        kind=secret.kind,
        reason=secret.reason,
        seats=vote.seats,
        quorum_percent=vote.quorum_percent,
        present=sum(voice.holder_id is None for voice in voices),
        voices=tuple(PresentVoice(voice.name, names.get(voice.holder_id or 0, "")) for voice in voices),
        rules_hash=polls.show_result(ANONYMOUS, poll_id=secret.poll_id).rules_hash,
        result=_result(secret),
    )

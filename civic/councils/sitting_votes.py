"""Named votes at a sitting: who is there, each voice, and the result into the minutes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.councils import motions, queries
from civic.councils.access import CouncilsAction
from civic.councils.errors import SittingNotFound, VoteClosed, VoteIsSecret, VoteNotFound, VoteUnderWay
from civic.councils.events import SittingVoiceCast, SittingVoteClosed, SittingVoteOpened
from civic.councils.models import Seat, SecretSittingVote, Sitting, SittingVoice, SittingVote
from civic.councils.motions import MotionResult, Voice
from civic.councils.queries import HeldSeat
from civic.councils.rules import SeatRole, VoiceAnswer
from civic.councils.service import get_visible_sitting, lock_sitting
from civic.councils.sittings.attaching import attach_to_open_item, ensure_votes_may_open
from civic.councils.sittings.queries import find_live
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.kernel.unknown import told_as

SILENT_ROLES = (SeatRole.OBSERVER,)
"""They sit, and do not vote."""


@dataclass(frozen=True)
class ShownVoice:
    """A voice on the page. ``answer`` is None too while the vote is open, to whoever may not cast it: nobody votes after the others."""

    id: int
    name: str
    holder: str
    answer: VoiceAnswer | None
    has_answered: bool
    may_cast: bool


@dataclass(frozen=True)
class SittingVoteView:
    id: int
    sitting_id: int
    council_id: int
    motion: str
    opened_at: datetime
    closed_at: datetime | None
    seats: int
    present: int
    voices: tuple[ShownVoice, ...]
    shows_voices: bool
    result: MotionResult | None
    so_far: MotionResult | None
    may_hold: bool

    @property
    def answered(self) -> int:
        return sum(voice.has_answered for voice in self.voices)


@dataclass(frozen=True)
class _CastVoice:
    """What the policy is asked about: a voice, and who may cast it."""

    territory_id: int
    elector_ids: frozenset[int]


def list_voting_seats(council_id: int) -> list[HeldSeat]:
    """Return the seats that somebody holds and that vote."""
    seats = queries.list_seats(council_id)
    return [held for held in seats if held.name and held.seat.role not in SILENT_ROLES]


def list_voices(vote_id: int) -> list[SittingVoice]:
    """Return the voices of a vote: those present, then those who gave their proxy. A council has a dozen."""
    query = sa.select(SittingVoice).filter_by(vote_id=vote_id).order_by(SittingVoice.id)
    return list(db.session.scalars(query))


def list_votes(sitting_id: int) -> list[SittingVote]:
    """Return the votes of a sitting, the first first. A sitting has a few."""
    query = sa.select(SittingVote).filter_by(sitting_id=sitting_id).order_by(SittingVote.id)
    return list(db.session.scalars(query))


def open_vote(
    actor: Actor,
    *,
    sitting_id: int,
    motion: str,
    present: Collection[int],
    proxies: Mapping[int, int],
    quorum_percent: int = motions.USUAL_QUORUM_PERCENT,
    shows_voices: bool = False,
) -> int:
    """Put a motion to a named vote among who is there.

    Args:
        present: the seats of who is there.
        proxies: written, given before: the seat of who is absent, to that of who carries her voice.
        shows_voices: each answer is shown to all as it is given, as when a roll is called aloud; else at the closing.

    Returns:
        The vote's id.

    Raises:
        SittingNotFound, NotAllowed.
        SittingNotYet: the day of the sitting has not come.
        BadProxies, QuorumMissing.
        VoteUnderWay: another motion of this sitting is being voted on.
    """
    now = utc_now()
    with transaction():
        sitting, _ = lock_sitting(actor, sitting_id)
        seated = seats_alone(sitting, present, proxies, quorum_percent=quorum_percent, at=now)
        vote = begin_vote(
            sitting, motion, seated, set(present), proxies, quorum_percent=quorum_percent, at=now
        )
        vote.shows_voices = shows_voices
        publish(SittingVoteOpened(occurred_at=now, vote_id=vote.id, sitting_id=sitting_id, actor_id=actor.id))
    return vote.id


def seats_alone(
    sitting: Sitting,
    present: Collection[int],
    proxies: Mapping[int, int],
    *,
    quorum_percent: int,
    at: datetime,
) -> dict[int, HeldSeat]:
    """Return the seats that vote, once it is sure that a vote may be opened.

    Raises SittingNotYet, SittingNotOpen, SittingClosed, BadProxies, QuorumMissing, VoteUnderWay.
    """
    motions.ensure_held(sitting.starts_at, at=at)
    ensure_votes_may_open(sitting.id)
    council = queries.get_council(sitting.council_id)
    seated = {held.seat.id: held for held in list_voting_seats(council.id)}
    motions.ensure_proxies(present=present, proxies=proxies, seated=seated, most=council.most_proxies)
    motions.ensure_quorum(len(set(present)), seats=len(seated), quorum_percent=quorum_percent)
    if any(is_under_way(vote, at=at) for vote in list_votes(sitting.id)):
        raise VoteUnderWay
    return seated


def is_under_way(vote: SittingVote, *, at: datetime) -> bool:
    """A secret vote ends with its poll, whenever its result is written."""
    secret = db.session.get(SecretSittingVote, vote.id)
    return at < secret.closes_at if secret else vote.closed_at is None


def begin_vote(
    sitting: Sitting,
    motion: str,
    seated: dict[int, HeldSeat],
    present: set[int],
    proxies: Mapping[int, int],
    *,
    quorum_percent: int,
    at: datetime,
) -> SittingVote:
    """Write a vote with its voices. The caller holds the sitting."""
    vote = SittingVote(
        sitting_id=sitting.id,
        motion=motion,
        seats=len(seated),
        quorum_percent=quorum_percent,
        opened_at=at,
    )
    db.session.add(vote)
    db.session.flush()
    _seat_voices(vote, seated, present, proxies)
    attach_to_open_item(vote)
    return vote


def _seat_voices(
    vote: SittingVote, seated: dict[int, HeldSeat], present: set[int], proxies: Mapping[int, int]
) -> None:
    there = {seat_id: _voice(vote, held) for seat_id, held in seated.items() if seat_id in present}
    db.session.add_all(there.values())
    db.session.flush()
    for giver, holder in proxies.items():
        voice = _voice(vote, seated[giver])
        voice.holder_id = there[holder].id
        db.session.add(voice)
    db.session.flush()


def _voice(vote: SittingVote, held: HeldSeat) -> SittingVoice:
    is_chair = held.seat.role is SeatRole.CHAIR
    return SittingVoice(vote_id=vote.id, seat_id=held.seat.id, name=held.name or "", is_chair=is_chair)


def cast_voice(actor: Actor, *, voice_id: int, answer: VoiceAnswer) -> int:
    """Write what a voice says: the agent for whoever answers aloud, or each from her own telephone. It may change until the vote is closed.

    Returns:
        The vote's id.

    Raises:
        VoteNotFound, NotSignedIn.
        NotAllowed: the voice is another's.
        VoteIsSecret: it takes place in a poll.
        VoteClosed.
    """
    now = utc_now()
    with transaction():
        vote = lock_vote(vote_of(voice_id))
        voice = db.session.get_one(SittingVoice, voice_id)
        with told_as(SittingNotFound, VoteNotFound):
            sitting = get_visible_sitting(actor, vote.sitting_id)
        require(
            actor,
            CouncilsAction.CAST_VOICE,
            _cast_by(voice, queries.get_council(sitting.council_id).territory_id),
        )
        ensure_named(vote)
        if vote.closed_at is not None:
            raise VoteClosed
        voice.answer = answer
        db.session.flush()
        answers = [one.answer for one in list_voices(vote.id)]
        answered = sum(one is not None for one in answers)
        publish(SittingVoiceCast(occurred_at=now, vote_id=vote.id, answered=answered, voices=len(answers)))
    return vote.id


def ensure_named(vote: SittingVote) -> None:
    """Raises VoteIsSecret."""
    if db.session.get(SecretSittingVote, vote.id) is not None:
        raise VoteIsSecret


def vote_of(voice_id: int) -> int:
    """Return the vote of a voice. Raises VoteNotFound."""
    voice = db.session.get(SittingVoice, voice_id)
    if voice is None:
        raise VoteNotFound
    return voice.vote_id


def sitting_of(vote_id: int) -> int:
    """Return the sitting of a vote. Raises VoteNotFound."""
    vote = db.session.get(SittingVote, vote_id)
    if vote is None:
        raise VoteNotFound
    return vote.sitting_id


def close_vote(actor: Actor, *, vote_id: int, words: Callable[[SittingVoteView], str]) -> MotionResult:
    """Close a vote, and write its result at the end of the minutes, whoever prepares them completing it.

    Args:
        words: the result as the minutes say it, in Markdown.

    Raises:
        VoteNotFound, SittingNotFound, NotAllowed, VoteClosed.
    """
    now = utc_now()
    with transaction():
        vote = lock_vote(vote_id)
        with told_as(SittingNotFound, VoteNotFound):
            sitting, _ = lock_sitting(actor, vote.sitting_id)
        ensure_named(vote)
        if vote.closed_at is not None:
            raise VoteClosed
        vote.closed_at = now
        db.session.flush()
        view = show_vote(actor, vote_id=vote_id)
        if view.result is None:
            raise VoteNotFound
        write_in_minutes(sitting, words(view), at=now)
        publish(
            SittingVoteClosed(
                occurred_at=now,
                vote_id=vote_id,
                sitting_id=sitting.id,
                actor_id=actor.id,
                is_adopted=view.result.is_adopted,
            )
        )
    return view.result


def write_in_minutes(sitting: Sitting, words: str, *, at: datetime) -> None:
    """Add to the end of the minutes, whatever they say already. The caller holds the sitting.

    Those of a sitting that is followed live are drafted once it is closed, with every result in its place.
    """
    if find_live(sitting.id) is not None:
        return
    minutes = f"{sitting.minutes_source}\n\n{words}".strip()
    sitting.minutes_source, sitting.minutes_html = minutes, markdown_to_html(minutes)
    sitting.updated_at = at


def show_vote(actor: Actor, *, vote_id: int) -> SittingVoteView:
    """Return a vote as the actor may see it: each voice by name once it is closed. Raises VoteNotFound, SittingNotFound."""
    vote = db.session.get(SittingVote, vote_id)
    if vote is None:
        raise VoteNotFound
    with told_as(SittingNotFound, VoteNotFound):
        sitting = get_visible_sitting(actor, vote.sitting_id)
    council = queries.get_council(sitting.council_id)
    voices = list_voices(vote_id)
    is_closed = vote.closed_at is not None
    names = {voice.id: voice.name for voice in voices}
    is_shown = is_closed or vote.shows_voices
    shown = [
        _show(actor, voice, names, council.territory_id, is_closed=is_closed, is_shown=is_shown)
        for voice in voices
    ]
    counted = [Voice(one.name, one.answer, one.is_chair, names.get(one.holder_id or 0, "")) for one in voices]
    return SittingVoteView(
        id=vote.id,
        sitting_id=sitting.id,
        council_id=council.id,
        motion=vote.motion,
        opened_at=vote.opened_at,
        closed_at=vote.closed_at,
        seats=vote.seats,
        present=sum(voice.holder_id is None for voice in voices),
        voices=tuple(shown),
        shows_voices=vote.shows_voices,
        result=motions.result_of(counted) if is_closed else None,
        so_far=motions.result_of(counted) if is_shown else None,
        may_hold=can(actor, CouncilsAction.HOLD_SITTING, council),
    )


def _show(
    actor: Actor,
    voice: SittingVoice,
    names: dict[int, str],
    territory_id: int,
    *,
    is_closed: bool,
    is_shown: bool,
) -> ShownVoice:
    may_cast = can(actor, CouncilsAction.CAST_VOICE, _cast_by(voice, territory_id))
    return ShownVoice(
        id=voice.id,
        name=voice.name,
        holder=names.get(voice.holder_id or 0, ""),
        answer=voice.answer if is_shown or may_cast else None,
        has_answered=voice.answer is not None,
        may_cast=may_cast and not is_closed,
    )


def _cast_by(voice: SittingVoice, territory_id: int) -> _CastVoice:
    """Who is there casts her own voice, and that of whom she carries; who is absent casts none."""
    carrier = db.session.get(SittingVoice, voice.holder_id) if voice.holder_id else voice
    seat = db.session.get(Seat, carrier.seat_id) if carrier and carrier.seat_id else None
    return _CastVoice(territory_id, frozenset({seat.person_id} if seat and seat.person_id else ()))


def lock_vote(vote_id: int) -> SittingVote:
    locked = sa.select(SittingVote).filter_by(id=vote_id).with_for_update()
    vote = db.session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if vote is None:
        raise VoteNotFound
    return vote

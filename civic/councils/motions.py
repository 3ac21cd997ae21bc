"""A motion put to a named vote: who may vote, with which proxies, and what comes of it. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from civic.councils.errors import BadProxies, QuorumMissing, SittingNotYet
from civic.councils.rules import USUAL_PROXIES, VoiceAnswer
from civic.kernel.clock import TOWN_TIME

USUAL_QUORUM_PERCENT = 50


def needed_for_quorum(seats: int, quorum_percent: int) -> int:
    """Return how many must be there. « Half » is more than half, as for a municipal council; 0 asks for nobody."""
    if quorum_percent == 0:
        return 0
    return seats // 2 + 1 if quorum_percent == USUAL_QUORUM_PERCENT else -(-seats * quorum_percent // 100)


def has_day_come(starts_at: datetime, *, at: datetime) -> bool:
    """Tell whether it is the day of the sitting, on the town's calendar, or later."""
    return starts_at.astimezone(TOWN_TIME).date() <= at.astimezone(TOWN_TIME).date()


def ensure_held(starts_at: datetime, *, at: datetime) -> None:
    """Who is present is known on the day of the sitting, not before. Raises SittingNotYet."""
    if not has_day_come(starts_at, at=at):
        raise SittingNotYet(starts_at=starts_at)


def ensure_quorum(present: int, *, seats: int, quorum_percent: int) -> None:
    """The absent do not count, whatever proxies they gave. Raises QuorumMissing."""
    needed = needed_for_quorum(seats, quorum_percent)
    if present < needed:
        raise QuorumMissing(present=present, needed=needed)


def ensure_proxies(
    *,
    present: Collection[int],
    proxies: Mapping[int, int],
    seated: Collection[int],
    most: int = USUAL_PROXIES,
) -> None:
    """Refuse voices that are not those of this council, or that nobody may carry.

    Args:
        present: the seats of who is there.
        proxies: the seat of who is absent, to that of who carries her voice.
        seated: every seat that votes.
        most: written proxies that one person may hold.

    Raises:
        BadProxies.
    """
    if not present:
        raise BadProxies(BadProxies.nobody, fields={"present": [BadProxies.nobody]})
    if not {*present, *proxies, *proxies.values()} <= set(seated):
        raise BadProxies(BadProxies.not_seated, fields={"present": [BadProxies.not_seated]})
    if any(giver in present or holder not in present for giver, holder in proxies.items()):
        raise BadProxies(fields={"present": [BadProxies.message]})
    if any(count > most for count in Counter(proxies.values()).values()):
        raise BadProxies(BadProxies.too_many, fields={"present": [BadProxies.too_many]}, most=most)


@dataclass(frozen=True)
class Voice:
    """A voice as it was cast. ``holder`` is the name of who carried it, empty for somebody who was there."""

    name: str
    answer: VoiceAnswer | None
    is_chair: bool = False
    holder: str = ""


@dataclass(frozen=True)
class MotionResult:
    """What came of a motion.

    Attributes:
        by_answer: who answered what, by name; None are those who took no part.
        is_casting: the voices for and against were equal, and that of the chair decided.
    """

    by_answer: dict[VoiceAnswer | None, tuple[str, ...]]
    is_adopted: bool
    is_casting: bool

    def count(self, answer: VoiceAnswer | None) -> int:
        return len(self.by_answer[answer])


def result_of(voices: Sequence[Voice]) -> MotionResult:
    """Count a named vote: adopted by more voices for than against. Equal, the chair's own voice decides; else it is not adopted.

    Blank voices and abstentions are in no majority.
    """
    answers: tuple[VoiceAnswer | None, ...] = (*VoiceAnswer, None)
    by_answer = {
        answer: tuple(voice.name for voice in voices if voice.answer == answer) for answer in answers
    }
    for_it, against = len(by_answer[VoiceAnswer.FOR]), len(by_answer[VoiceAnswer.AGAINST])
    chair = next((voice.answer for voice in voices if voice.is_chair and not voice.holder), None)
    is_casting = for_it == against and for_it > 0 and chair in (VoiceAnswer.FOR, VoiceAnswer.AGAINST)
    is_adopted = for_it > against or (is_casting and chair == VoiceAnswer.FOR)
    return MotionResult(by_answer, is_adopted, is_casting)

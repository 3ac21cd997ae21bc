"""When a poll is open, who is on its roll, what may be shown of it and when, and what is frozen. Pure."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from civic.kernel.clock import TOWN_TIME
from civic.kernel.errors import Invalid
from civic.kernel.text import fold
from civic.voting.answers import ensure_answer
from civic.voting.asking import QuestionPlan, ensure_question
from civic.voting.errors import (
    AnswersMissing,
    BadQuestions,
    BallotRefused,
    NotFrozenYet,
    OpeningTooLate,
    PollFrozen,
    PollNotOpen,
    ResultNotPublished,
    RollEmpty,
    WindowReversed,
)
from civic.voting.methods.ballots import Ballot

RECEIPT_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I or O, which a person confuses when she copies them."""
RECEIPT_LENGTH = 16
FIRST_RULES_FORMAT, SECOND_RULES_FORMAT, RULES_FORMAT = "civic-poll-1", "civic-poll-2", "civic-poll-3"
"""See ``civic.voting.frozen``."""
IMPORTED_FORMAT = "civic-import-1"
"""Of a poll made from a file of ballots that were cast elsewhere: nobody here knows its roll."""
MOST_QUESTIONS = 10
SEED_BYTES = 32


class PollState(StrEnum):
    DRAFT = "draft"
    FROZEN = "frozen"


class PollStatus(StrEnum):
    """Where a poll stands at an instant: computed from its state and window, never stored."""

    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


class RollSource(StrEnum):
    """Whence the roll of a poll comes."""

    RESIDENTS = "residents"
    FILE = "given"
    SITTING = "sitting"


class BallotChannel(StrEnum):
    """How a ballot reached the box."""

    WEB = "web"
    DESK = "desk"
    PAPER = "paper"


class AssistedChannel(StrEnum):
    """How a ballot comes that an agent puts in the box: never as if the person had voted online."""

    DESK = "desk"
    PAPER = "paper"


class Window(Protocol):
    """Half open: from ``opens_at``, included, to ``closes_at``, excluded."""

    @property
    def state(self) -> PollState: ...

    @property
    def opens_at(self) -> datetime: ...

    @property
    def closes_at(self) -> datetime: ...


class ShownWindow(Window, Protocol):
    @property
    def shows_turnout(self) -> bool: ...


@dataclass(frozen=True)
class PollPlan:
    """A poll as somebody prepares it.

    Attributes:
        question: what the poll is called: its question, or the title of several.
        description, plain_text: Markdown; its essential in plain words.
        quorum_percent, minimum_age: 0 means no quorum, None no age.
    """

    territory_id: int
    question: str
    questions: tuple[QuestionPlan, ...]
    opens_at: datetime
    closes_at: datetime
    description: str = ""
    plain_text: str = ""
    minimum_age: int | None = None
    needs_verified_residency: bool = False
    quorum_percent: int = 0
    shows_turnout: bool = True
    subject_kind: str | None = None
    subject_id: int | None = None


def status_of(poll: Window, *, at: datetime) -> PollStatus:
    """Return where a poll stands. Nothing has to run for it to open or close."""
    if poll.state != PollState.FROZEN:
        return PollStatus.DRAFT
    if at < poll.opens_at:
        return PollStatus.COMING
    return PollStatus.OPEN if at < poll.closes_at else PollStatus.CLOSED


def ensure_open(poll: Window, *, at: datetime) -> None:
    """Raises PollNotOpen, which says when it opens or when it closed. No role is exempt."""
    status = status_of(poll, at=at)
    if status is PollStatus.DRAFT:
        raise PollNotOpen
    if status is PollStatus.COMING:
        raise PollNotOpen(PollNotOpen.not_yet, opens_at=poll.opens_at)
    if status is PollStatus.CLOSED:
        raise PollNotOpen(PollNotOpen.over, closes_at=poll.closes_at)


class FrozenPoll(Protocol):
    @property
    def rules_format(self) -> str: ...


def is_imported(poll: FrozenPoll) -> bool:
    """Tell whether the ballots of a poll come from a file."""
    return poll.rules_format == IMPORTED_FORMAT


def may_show_result(poll: Window, at: datetime) -> bool:
    """Tell whether anything that depends on what ballots say may be shown. The one decision, for every outlet and every reader."""
    return status_of(poll, at=at) is PollStatus.CLOSED


def may_show_turnout(poll: ShownWindow, at: datetime) -> bool:
    """Tell whether it may be shown how many persons voted, and who: after closing, and before if the poll says so."""
    return may_show_result(poll, at) or (status_of(poll, at=at) is PollStatus.OPEN and poll.shows_turnout)


def ensure_result_shown(poll: Window, *, at: datetime) -> None:
    """Raises ResultNotPublished."""
    if not may_show_result(poll, at):
        raise ResultNotPublished(closes_at=poll.closes_at)


def ensure_draft(poll: Window) -> None:
    """Raises PollFrozen."""
    if poll.state != PollState.DRAFT:
        raise PollFrozen


def ensure_frozen(poll: Window) -> None:
    """A draft has neither roll nor fingerprint. Raises NotFrozenYet."""
    if poll.state != PollState.FROZEN:
        raise NotFrozenYet


def ensure_plan(plan: PollPlan) -> None:
    """Refuse a poll that could not be understood or counted.

    Raises:
        WindowReversed: it would close before it opens.
        BadQuestions: none, or more than 10; or two that read alike.
        BadChoices, BadTerms, UnknownMethod: a question could not be answered or counted; ``fields`` names it by its number.
    """
    if plan.closes_at <= plan.opens_at:
        raise WindowReversed(fields={"closes_at": [WindowReversed.message]})
    texts = [fold(question.text) for question in plan.questions]
    if not 1 <= len(texts) <= MOST_QUESTIONS:
        raise BadQuestions(fields={"questions": [BadQuestions.message]})
    if len(set(texts)) < len(texts):
        raise BadQuestions(fields={"questions": [BadQuestions.alike]})
    for number, question in enumerate(plan.questions):
        with _about(number):
            ensure_question(question)


@contextmanager
def _about(number: int) -> Iterator[None]:
    """Name, in what is refused, the question that it is about: « q1-choices »."""
    try:
        yield
    except Invalid as refused:
        refused.fields = {f"q{number + 1}-{name}": texts for name, texts in refused.fields.items()}
        raise


def ensure_can_freeze(poll: Window, *, roll_size: int, at: datetime) -> None:
    """Refuse to open what is open already, what would be over at once, or what nobody could vote in.

    Raises:
        PollFrozen, OpeningTooLate, RollEmpty.
    """
    ensure_draft(poll)
    if poll.closes_at <= at:
        raise OpeningTooLate
    if roll_size == 0:
        raise RollEmpty


def ensure_answers(answers: Sequence[Ballot], questions: Sequence[QuestionPlan]) -> None:
    """Refuse, before the box, answers that are not one a question, or that would be counted as invalid.

    Raises:
        AnswersMissing: not as many as there are questions.
        BallotRefused: one breaks a rule of its question (see ``answers.ensure_answer``), which ``fields`` names by its position.
    """
    if len(answers) != len(questions):
        raise AnswersMissing(asked=len(questions))
    for position, (answer, question) in enumerate(zip(answers, questions, strict=True), start=1):
        try:
            ensure_answer(answer, question)
        except BallotRefused as refused:
            refused.fields = {f"q{position}": [refused.message]}
            raise


def age_on(day: date, born_on: date) -> int:
    """Return a person's age in whole years; one born on 29 February grows older on 1 March of common years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def is_eligible(
    *,
    born_on: date | None,
    is_verified: bool,
    minimum_age: int | None,
    needs_verified_residency: bool,
    opens_at: datetime,
) -> bool:
    """Tell whether a resident is on the roll.

    The age is that on the day of the opening, in Europe/Paris. Where an age is asked, somebody whose birth date is unknown counts only
    with a verified residency: an agent then saw her papers.
    """
    if needs_verified_residency and not is_verified:
        return False
    if minimum_age is None:
        return True
    if born_on is None:
        return is_verified
    return age_on(opens_at.astimezone(TOWN_TIME).date(), born_on) >= minimum_age


class Lack(StrEnum):
    """What somebody who is not on a roll lacks, for her alone to read."""

    LIVES_ELSEWHERE = "lives_elsewhere"
    UNVERIFIED = "unverified"
    TOO_YOUNG = "too_young"
    AGE_UNKNOWN = "age_unknown"
    CAME_AFTER = "came_after"
    NOT_ON_LIST = "not_on_list"
    NOT_PRESENT = "not_present"


def lacks_of(
    *,
    lives_there: bool,
    born_on: date | None,
    is_verified: bool,
    minimum_age: int | None,
    needs_verified_residency: bool,
    opens_at: datetime,
) -> tuple[Lack, ...]:
    """Return which conditions somebody lacks, as she is now; that she came after the roll was made, when she lacks none."""
    opens_on = opens_at.astimezone(TOWN_TIME).date()
    is_too_young = minimum_age is not None and born_on is not None and age_on(opens_on, born_on) < minimum_age
    is_age_unknown = minimum_age is not None and born_on is None and not is_verified
    lacks = (
        (Lack.LIVES_ELSEWHERE, not lives_there),
        (Lack.UNVERIFIED, lives_there and needs_verified_residency and not is_verified),
        (Lack.TOO_YOUNG, is_too_young),
        (Lack.AGE_UNKNOWN, is_age_unknown and not needs_verified_residency),
    )
    return tuple(lack for lack, is_lacking in lacks if is_lacking) or (Lack.CAME_AFTER,)


def entry_digest(salt: str, person_id: int) -> str:
    """Return what stands for a person in the roll's digest; without the salt, which is never published, nobody can test a name."""
    return hashlib.sha256(f"{salt}:{person_id}".encode()).hexdigest()


def roll_digest(entry_digests: Iterable[str]) -> str:
    """Return the digest of an entire roll, whatever the order in which it is read."""
    return hashlib.sha256("\n".join(sorted(entry_digests)).encode()).hexdigest()


def proxies_digest(proxies: Mapping[str, str]) -> str:
    """Return the digest of written proxies, by the digests of the entries: who gives, and who carries."""
    lines = sorted(f"{giver}:{holder}" for giver, holder in proxies.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal, as ``sha256sum`` prints it for the downloaded file."""
    return hashlib.sha256(text.encode()).hexdigest()


def needed_for_quorum(roll_size: int, quorum_percent: int) -> int:
    """Return the least number of voters with which the quorum is reached (rounded up)."""
    return -(-roll_size * quorum_percent // 100)


@dataclass(frozen=True)
class Tally:
    """The count of a closed poll.

    Attributes:
        counts: ballots by choice id, every choice offered included.
        leaders: the ids of the choices that got the most ballots; several when they are equal, none when nobody chose.
        turnout, blanks: persons who voted, blank ballots included; and the blank ones. A ballot may name several choices, so that the
            turnout is not the sum of the counts.
    """

    counts: dict[int, int]
    turnout: int
    blanks: int
    roll_size: int
    quorum_percent: int

    @property
    def turnout_percent(self) -> float:
        return percent(self.turnout, self.roll_size)

    @property
    def quorum(self) -> int:
        return needed_for_quorum(self.roll_size, self.quorum_percent)

    @property
    def is_quorum_reached(self) -> bool:
        return self.turnout >= self.quorum

    @property
    def leaders(self) -> tuple[int, ...]:
        most = max(self.counts.values(), default=0)
        return tuple(key for key, count in self.counts.items() if count == most and most > 0)


def first_of(counts: Sequence[tuple[int, str, int]]) -> dict[int, tuple[str, ...]]:
    """Return who came first in each poll, several when equal, from (poll id, label, ballots)."""
    most: dict[int, int] = {}
    for key, _, ballots in counts:
        most[key] = max(most.get(key, 0), ballots)
    return {
        key: tuple(label for poll, label, ballots in counts if (poll, ballots) == (key, best))
        for key, best in most.items()
    }


def percent(part: int, whole: int) -> float:
    """Return a share in percent, to one decimal; 0 of nothing."""
    return round(100 * part / whole, 1) if whole else 0.0


def draw_seed() -> str:
    """Return a new seed of ties, of 256 random bits."""
    return secrets.token_hex(SEED_BYTES)


def draw_receipt() -> str:
    """Return a new receipt, of 80 random bits, in groups of four: it says nothing of the ballot."""
    letters = [secrets.choice(RECEIPT_LETTERS) for _ in range(RECEIPT_LENGTH)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, RECEIPT_LENGTH, 4))


def normalised_receipt(typed: str) -> str:
    """Return a receipt as it was drawn, whatever the case, the spaces and the dashes that it is typed with."""
    return "".join(letter for letter in typed.upper() if letter in RECEIPT_LETTERS)

from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SittingFact(DomainEvent):
    sitting_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class AgendaChanged(SittingFact):
    """An item was added, changed, moved or taken off."""


@dataclass(frozen=True, kw_only=True)
class ConvocationSent(SittingFact):
    """The members are called. ``person_ids``: those with an account, who are told; ``is_change``: they were called before.

    Attributes:
        digest: what tells this convocation from another of the same sitting.
    """

    convocation_id: int
    person_ids: tuple[int, ...]
    is_change: bool
    digest: str


@dataclass(frozen=True, kw_only=True)
class ConvocationPrinted(SittingFact):
    """Somebody opened the page of convocations to print, with the names on it."""


@dataclass(frozen=True, kw_only=True)
class AttendanceChanged(SittingFact):
    """Somebody says that she comes, or that she comes no more. Who is said nowhere: where she goes of an evening is forgotten with her account, and the journal is kept."""

    is_coming: bool
    coming: int


@dataclass(frozen=True, kw_only=True)
class MemberAnswered(SittingFact):
    seat_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class PlacesSet(SittingFact):
    places: int | None


@dataclass(frozen=True, kw_only=True)
class SittingBegan(SittingFact):
    present: int
    seats: int


@dataclass(frozen=True, kw_only=True)
class RollCalled(SittingFact):
    """Somebody arrived or left: the roll was called again."""

    present: int
    seats: int


@dataclass(frozen=True, kw_only=True)
class SittingMoved(SittingFact):
    """It was suspended, resumed or closed. ``state``: a ``SittingState``."""

    state: str


@dataclass(frozen=True, kw_only=True)
class ItemMoved(SittingFact):
    """An item was opened or closed. ``state``: an ``ItemState``."""

    item_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(SittingFact):
    """``actor_id``: who wrote it, or who typed it for somebody of the room."""

    question_id: int
    is_from_room: bool


@dataclass(frozen=True, kw_only=True)
class QuestionSupported(SittingFact):
    """``supports``: how many the question has now. Who supports it is said nowhere: it is an opinion, which no journal keeps."""

    question_id: int
    supports: int


@dataclass(frozen=True, kw_only=True)
class QuestionDealtWith(SittingFact):
    question_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class QuestionHidden(SittingFact):
    """Moderation hid a question, or showed it again."""

    question_id: int
    is_hidden: bool


@dataclass(frozen=True, kw_only=True)
class MinutesFact(SittingFact):
    """What was done with the minutes. ``state``: drafted, edited, approved, unapproved, published or completed."""

    state: str

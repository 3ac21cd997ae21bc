from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SealingChanged(DomainEvent):
    """The preparation of a sealed poll went on. ``what`` is a stable word, never a name, a code or a key."""

    poll_id: int
    what: str
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class BoxEnded(DomainEvent):
    """The box of a sealed poll takes no ballot any more. ``head`` is the last of its events."""

    poll_id: int
    ballots: int
    head: str


@dataclass(frozen=True, kw_only=True)
class BoxAddedUp(DomainEvent):
    """The encrypted sums are known; trustees can open them."""

    poll_id: int
    ballots: int


@dataclass(frozen=True, kw_only=True)
class BoxPartlyOpened(DomainEvent):
    """A trustee did her part."""

    poll_id: int
    trustee: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class BoxOpened(DomainEvent):
    """Enough trustees did their part: the result of a sealed poll is public."""

    poll_id: int
    head: str


@dataclass(frozen=True, kw_only=True)
class PaperMarked(DomainEvent):
    """The desk noted that a person votes on paper. Who she is, is on the roll; when, is nowhere beside her name."""

    poll_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class PaperMarkErased(DomainEvent):
    """A mark made by mistake was taken back; the roll no longer says whose it was."""

    poll_id: int
    person_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class PaperCountEntered(DomainEvent):
    """An agent wrote what she found in the urn of paper."""

    poll_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class PaperCountAgreed(DomainEvent):
    """Two agents found the same: the count of the papers is final. ``content``: as ``paper.write_paper`` writes it."""

    poll_id: int
    papers: int
    marked: int
    content: str

from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PollPrepared(DomainEvent):
    poll_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class PollChangedInDraft(DomainEvent):
    poll_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class DraftPollDeleted(DomainEvent):
    poll_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class PollOpened(DomainEvent):
    """A poll was frozen: its window, choices, rules and roll are final. Residents vote from ``opens_at``."""

    poll_id: int
    territory_id: int
    question: str
    opens_at_iso: str
    closes_at_iso: str
    roll_size: int
    rules_hash: str
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class PollImported(DomainEvent):
    """A closed poll was made from a file of ballots that were cast elsewhere, by whoever runs the commands of the installation.

    Attributes:
        file_sha256: of the file, which tells it from any other.
    """

    poll_id: int
    territory_id: int
    file_sha256: str
    ballots: int
    actor_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class BallotCast(DomainEvent):
    """A ballot went into the box. Bears neither person nor content: who hears it cannot tell whose it was.

    Attributes:
        turnout: persons who voted, this one included.
        is_turnout_public: False when the poll hides it until closing: nothing of this may then reach a reader.
    """

    poll_id: int
    turnout: int
    roll_size: int
    is_turnout_public: bool


@dataclass(frozen=True, kw_only=True)
class BallotRegistered(DomainEvent):
    """An agent put a person's ballot in the box, from the desk or from paper. Stated beside ``BallotCast``; whose it was is on the roll."""

    poll_id: int
    actor_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class BoxMixed(DomainEvent):
    """The box of a closed poll was mixed: what it holds is final. ``ballots``: how many persons put one in it."""

    poll_id: int
    ballots: int


@dataclass(frozen=True, kw_only=True)
class QuestionCounted(DomainEvent):
    """The count of a question of a closed poll is kept."""

    poll_id: int


@dataclass(frozen=True, kw_only=True)
class RollGiven(DomainEvent):
    """The roll of a draft was brought as a file; ``size`` 0: it was dropped, and the residents are the roll again."""

    poll_id: int
    actor_id: int
    size: int

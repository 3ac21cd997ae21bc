"""Facts. ``actor_id`` is None when a timer acts. ``follower_id`` follows the request on a screen: the requester, or the agent who
wrote it for somebody who telephoned."""

from dataclasses import dataclass
from datetime import datetime

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class DutyChanged(DomainEvent):
    person_id: int
    on: bool


@dataclass(frozen=True, kw_only=True)
class InvitationSent(DomainEvent):
    invitation_id: int
    request_id: int
    volunteer_id: int
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class InvitationsSuperseded(DomainEvent):
    """The request is filled, cancelled or moved to another day: one fact for many who are told, in the order of the volunteers' ids.

    The n-th invitation was put to the n-th volunteer. At most as many as the journal keeps of one fact.
    """

    invitation_ids: tuple[int, ...]
    request_id: int
    volunteer_ids: tuple[int, ...]
    reason: str  # "taken", "ended" or "moved"


@dataclass(frozen=True, kw_only=True)
class InvitationExpired(DomainEvent):
    invitation_id: int
    request_id: int
    volunteer_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationFailed(DomainEvent):
    """Every way of reaching her was refused for good."""

    invitation_id: int
    request_id: int
    volunteer_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationDeclined(DomainEvent):
    invitation_id: int
    request_id: int
    volunteer_id: int


@dataclass(frozen=True, kw_only=True)
class DeclineTakenBack(DomainEvent):
    """The no was a mistake: the invitation waits for an answer again."""

    invitation_id: int
    request_id: int
    volunteer_id: int


@dataclass(frozen=True, kw_only=True)
class RequestEscalated(DomainEvent):
    """Somebody of the town hall has to take over: nobody is left to ask, or little of the window is."""

    request_id: int
    territory_id: int
    reason: str  # "nobody_left", "little_time_left" or "nobody_came"


@dataclass(frozen=True, kw_only=True)
class PaceChanged(DomainEvent):
    actor_id: int
    territory_id: int


@dataclass(frozen=True, kw_only=True)
class MatchFact(DomainEvent):
    """What every fact about a match tells."""

    match_id: int
    request_id: int
    volunteer_id: int
    requester_id: int
    follower_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class MatchCreated(MatchFact):
    pass


@dataclass(frozen=True, kw_only=True)
class MatchStarted(MatchFact):
    pass


@dataclass(frozen=True, kw_only=True)
class MatchArrived(MatchFact):
    """The volunteer is there."""


@dataclass(frozen=True, kw_only=True)
class HoursNoted(MatchFact):
    """The volunteer wrote from when to when she helped."""


@dataclass(frozen=True, kw_only=True)
class HoursAgreed(MatchFact):
    """The side that was helped says how long it took, after it had said that it was done."""


@dataclass(frozen=True, kw_only=True)
class MatchDoneClaimed(MatchFact):
    """The volunteer says that it is done; the other side is asked to confirm."""


@dataclass(frozen=True, kw_only=True)
class MatchCompleted(MatchFact):
    """The side that was helped says that it is done."""


@dataclass(frozen=True, kw_only=True)
class MatchWithdrawn(MatchFact):
    """The volunteer cannot come; the request seeks somebody again."""


@dataclass(frozen=True, kw_only=True)
class MatchTakenOff(MatchWithdrawn):
    """Somebody's safety, or her wish, ended it: the request seeks somebody again, and neither side is told by whom."""


@dataclass(frozen=True, kw_only=True)
class MatchReopened(MatchFact):
    """The side that was helped says that it is not finished yet."""


@dataclass(frozen=True, kw_only=True)
class MatchDenied(MatchFact):
    """The side that was to be helped says that nobody came: the town hall takes the request over."""


@dataclass(frozen=True, kw_only=True)
class MatchMissed(MatchFact):
    """The side that was to be helped says that nobody came, of a volunteer who had said nothing: somebody else is sought."""


@dataclass(frozen=True, kw_only=True)
class MatchReleased(MatchFact):
    """The request was cancelled: nobody is expected any more."""


@dataclass(frozen=True, kw_only=True)
class MessageSaid(DomainEvent):
    """``recipient_id`` reads it on a screen: the volunteer, the requester, or the agent who follows for somebody who telephoned."""

    message_id: int
    match_id: int
    author_id: int
    recipient_id: int


@dataclass(frozen=True, kw_only=True)
class ContactSeen(DomainEvent):
    """``match_id`` is None when an agent of the town hall looked; ``follower_id`` is who reads of it on a screen, for whose contact it is."""

    actor_id: int
    request_id: int
    match_id: int | None
    subject_person_id: int
    follower_id: int

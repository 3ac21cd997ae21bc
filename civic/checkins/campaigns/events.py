from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CampaignFact(DomainEvent):
    campaign_id: int
    territory_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class CampaignOpened(CampaignFact):
    """``reason`` is the kind of crisis; ``count`` how many people are on its list."""

    reason: str
    count: int


@dataclass(frozen=True, kw_only=True)
class RoundBegun(CampaignFact):
    round: int


@dataclass(frozen=True, kw_only=True)
class CallsLeft(CampaignFact):
    """A round is over. ``unreached``: how many were called in vain; ``missed``: how many nobody called."""

    round: int
    unreached: int
    missed: int


@dataclass(frozen=True, kw_only=True)
class CallersAsked(CampaignFact):
    """Volunteers whom an agent met are asked whether they would call."""

    person_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CallerJoined(CampaignFact):
    """She accepted that what she hears is secret."""


@dataclass(frozen=True, kw_only=True)
class CallerLeft(CampaignFact):
    pass


@dataclass(frozen=True, kw_only=True)
class CampaignClosed(CampaignFact):
    """``actor_id`` is None where its end came by itself."""

    caller_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CheckinCallFact(CampaignFact):
    call_id: int


@dataclass(frozen=True, kw_only=True)
class CallTaken(CheckinCallFact):
    pass


@dataclass(frozen=True, kw_only=True)
class CallGivenBack(CheckinCallFact):
    pass


@dataclass(frozen=True, kw_only=True)
class CallAnswered(CheckinCallFact):
    """``decision`` is the result; ``state`` where the call goes. What was said is in the file alone."""

    decision: str
    state: str


@dataclass(frozen=True, kw_only=True)
class CallFollowed(CheckinCallFact):
    """The town hall did something. ``decision`` is what."""

    decision: str
    state: str


@dataclass(frozen=True, kw_only=True)
class CallFileSeen(CheckinCallFact):
    """Somebody of the town hall read the file of a call: who the person is, and what was said."""

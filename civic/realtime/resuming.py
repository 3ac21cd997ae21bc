"""What a person was told and may read again: her rights of today decide, not those of the moment at which it was told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from civic.checkins.access import CheckinsAction
from civic.checkins.campaigns import queries as campaigns
from civic.checkins.campaigns.models import CheckinCampaign
from civic.kernel.access import Actor, can
from civic.matching import queries as matching
from civic.matching.access import MatchingAction
from civic.matching.models import Match
from civic.matching.queries import Side
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.models import HelpRequest
from civic.realtime import queries
from civic.realtime.models import PersonEvent

WITHHELD = "feed:withheld"
"""Stands for an event that its person may not read any more: its number alone, so that nothing seems to be missing."""


@dataclass(frozen=True)
class _Subjects:
    """What some events are about, read together. ``helped``: the matches in which the reader helps, by request."""

    sides: Mapping[int, Side]
    requests: Mapping[int, HelpRequest]
    helped: Mapping[int, Match]
    campaigns: Mapping[int, CheckinCampaign]


def _may_follow_match(actor: Actor, payload: dict[str, Any], about: _Subjects) -> bool:
    side = about.sides.get(payload["match_id"])
    return side is not None and can(actor, MatchingAction.FOLLOW_MATCH, side)


def _may_follow_request(actor: Actor, payload: dict[str, Any], about: _Subjects) -> bool:
    request = about.requests.get(payload["request_id"])
    return request is not None and can(actor, MutualAidAction.FOLLOW_REQUEST, request)


def _may_see_sights(actor: Actor, payload: dict[str, Any], about: _Subjects) -> bool:
    """A volunteer reads who looked at her own number."""
    return payload["request_id"] in about.helped or _may_follow_request(actor, payload, about)


def _may_keep_register(actor: Actor, payload: dict[str, Any], about: _Subjects) -> bool:
    campaign = about.campaigns.get(payload["campaign_id"])
    return campaign is not None and can(actor, CheckinsAction.KEEP_REGISTER, campaign.territory_id)


NEEDS: dict[str, Callable[[Actor, dict[str, Any], _Subjects], bool]] = {
    "match:created": _may_follow_match,
    "match:changed": _may_follow_match,
    "match:message": _may_follow_match,
    "contact:seen": _may_see_sights,
    "request:changed": _may_follow_request,
    "checkin:changed": _may_keep_register,
    "checkin:alarm": _may_keep_register,
}
"""What reading an event again asks for. The others (an invitation) were put to the person herself, and stay hers."""


def resume(actor: Actor, *, after: int) -> dict[str, Any]:
    """Return what a person was told after an event, as she may read it today. Raises NotSignedIn."""
    missed = queries.list_events_after(actor.id, after)
    readable = _readable(actor, missed.events)
    payloads = iter(queries.complete_events([event for event in missed.events if event.id in readable]))
    return {
        "events": [
            {"name": event.name, "payload": next(payloads)}
            if event.id in readable
            else {"name": WITHHELD, "payload": {"seq": event.seq}}
            for event in missed.events
        ],
        "last_seq": missed.last_seq,
        "has_more": missed.has_more,
    }


def _readable(actor: Actor, events: Sequence[PersonEvent]) -> set[int]:
    about = _read_subjects(actor, [event.payload for event in events if event.name in NEEDS])
    return {
        event.id
        for event in events
        if event.name not in NEEDS or NEEDS[event.name](actor, event.payload, about)
    }


def _read_subjects(actor: Actor, payloads: Sequence[dict[str, Any]]) -> _Subjects:
    """A few queries, however many events there are."""
    match_ids, request_ids, campaign_ids = (
        {payload[key] for payload in payloads if key in payload}
        for key in ("match_id", "request_id", "campaign_id")
    )
    return _Subjects(
        sides=matching.find_sides(match_ids),
        requests=mutual_aid.find_requests(request_ids),
        helped=matching.find_matches_of(request_ids, actor.id),
        campaigns=campaigns.find_campaigns(campaign_ids),
    )

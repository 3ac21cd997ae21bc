"""A volunteer who reads what is sought and says that she can help, before anybody asked her: under the same rules as whoever is asked."""

from datetime import datetime
from enum import StrEnum

from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.transaction import transaction
from civic.kernel.turns import turn
from civic.matching import queries
from civic.matching.access import MatchingAction
from civic.matching.choosing import Candidate, Choice, choose, is_eligible, why_not
from civic.matching.errors import MayNotComeForward
from civic.matching.models import Invitation, Match
from civic.matching.queries import safety
from civic.matching.rules import HOLDS_A_PLACE, UNANSWERED, InvitationState
from civic.matching.service.dispatch import invite
from civic.matching.service.invitations import accept_invitation, accept_locked
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import SEEKING


class Readiness(StrEnum):
    """Whether a volunteer may say yes to what is sought, or why not."""

    MAY_HELP = "may_help"
    ASKED = "asked"
    HELPS = "helps"
    ANSWERED = "answered"
    OWN = "own"
    OFF_DUTY = "off_duty"
    NO_OFFER = "no_offer"
    VETTING = "vetting"
    SKILL = "skill"
    PLACE = "place"
    ENGAGED = "engaged"
    HOURS = "hours"
    NOT_NOW = "not_now"


WHY_NOT = {
    "vetting": Readiness.VETTING,
    "skill": Readiness.SKILL,
    "place": Readiness.PLACE,
    "engaged": Readiness.ENGAGED,
    "hours": Readiness.HOURS,
}
"""A ceiling, quiet hours and a block are told by the same words: that two people are never to meet is told to neither."""


def readiness_of(actor: Actor, request_ids: list[int]) -> dict[int, Readiness]:
    """Return, for each of the requests that a volunteer reads, whether she may say yes to it; nothing for who is none.

    The number of queries does not grow with the list.
    """
    now, found = utc_now(), mutual_aid.find_requests(set(request_ids))
    towns = safety.communes_of({each.territory_id for each in found.values()})
    hers = {town for town in set(towns.values()) if can(actor, MatchingAction.COME_FORWARD, town)}
    requests = [
        found[number]
        for number in request_ids
        if number in found and towns[found[number].territory_id] in hers
    ]
    if not requests:
        return {}
    told = _told_already(actor, requests)
    others = [each for each in requests if each.id not in told]
    if not others:
        return told
    if not queries.is_on_duty(actor.id):
        return told | dict.fromkeys((each.id for each in others), Readiness.OFF_DUTY)
    offers = queries.list_offers_for(others, actor.id, now=now)
    weeks = {town: queries.get_pace(town).volunteer_week for town in hers}
    return told | {
        each.id: _readiness(offers[each.id], each, week=weeks[towns[each.territory_id]], now=now)
        for each in others
    }


def _told_already(actor: Actor, requests: list[HelpRequest]) -> dict[int, Readiness]:
    """Return what is known without her offers: her own requests, and those that were put to her."""
    ids = [each.id for each in requests]
    asked, promised = queries.find_invitations(ids, actor.id), queries.find_matches_of(ids, actor.id)
    told = {
        number: _readiness_once_asked(invitation, promised.get(number))
        for number, invitation in asked.items()
        if not is_free_again(invitation)
    }
    own = [each.id for each in requests if each.requester_id == actor.person_id]
    return told | dict.fromkeys(own, Readiness.OWN)


def _readiness(offers: list[Candidate], request: HelpRequest, *, week: int, now: datetime) -> Readiness:
    if not offers:
        return Readiness.NO_OFFER
    need = queries.need_of(request)
    reasons = [why_not(offer, need, now=now, volunteer_week=week) for offer in offers]
    return Readiness.MAY_HELP if None in reasons else WHY_NOT.get(reasons[0] or "", Readiness.NOT_NOW)


def is_free_again(invitation: Invitation) -> bool:
    """Tell whether an invitation was for other hours or another neighbourhood than the request now has."""
    return invitation.state is InvitationState.SUPERSEDED and invitation.score is None


def _readiness_once_asked(invitation: Invitation, match: Match | None) -> Readiness:
    if match is not None:
        return Readiness.HELPS if match.state in HOLDS_A_PLACE else Readiness.ANSWERED
    if _may_be_answered(invitation):
        return Readiness.ASKED
    return Readiness.NOT_NOW if invitation.state in UNANSWERED else Readiness.ANSWERED


def _may_be_answered(invitation: Invitation) -> bool:
    """Whether a volunteer was asked and a yes of hers counts, be it late, or to what no message brought."""
    return invitation.state in UNANSWERED and not queries.is_untold(invitation)


def come_forward(actor: Actor, *, request_id: int) -> int:
    """Say, as a volunteer who was not asked, that one can help: an invitation is made for her by the rules of all, and accepted.

    Whoever was asked and has not answered says yes to that. Nothing is written when she may not, or comes too late.

    Returns:
        The match's id.

    Raises:
        RequestNotFound: there is none, or it is not among what is sought.
        MayNotComeForward: she may not be asked for it.
        And what ``accept_invitation`` raises.
    """
    request = mutual_aid.get_sought_request(request_id)
    require(actor, MatchingAction.COME_FORWARD, safety.commune_of(request.territory_id))
    former = queries.find_invitation(request_id, actor.id)
    if former is not None and _may_be_answered(former):
        return accept_invitation(actor, invitation_id=former.id)
    with turn(f"the places of request {request_id}") as mine:
        now = utc_now()
        with transaction():
            request = mutual_aid.lock_request(request_id)
            invitation = _invite_herself(actor, request, now)
            match_id, filled = accept_locked(actor, invitation.id, now=now)
        mine.tell_who_waits(filled)
    return match_id


def _invite_herself(actor: Actor, request: HelpRequest, now: datetime) -> Invitation:
    if request.state not in SEEKING or request.hidden_at is not None:
        raise MayNotComeForward
    need, pace = queries.need_of(request), queries.get_pace(request.territory_id)
    offers = [
        offer
        for offer in queries.list_offers_of(request, actor.id, now=now)
        if is_eligible(offer, need, now=now, volunteer_week=pace.volunteer_week)
    ]
    chosen: list[Choice] = choose(offers, 1, need=need, now=now)
    if not chosen:
        raise MayNotComeForward
    return invite(request, chosen[0], pace, now, is_told=False)

"""Which facts are told to whom. Personal ones go to one person alone; what a room hears is fit for everybody in it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from civic.accounts.events import PersonDeactivated, RolesChanged, SignedOut
from civic.councils.events import SittingVoiceCast, SittingVoteClosed
from civic.kernel.clock import iso_utc
from civic.kernel.events import within_transaction
from civic.matching.events import (
    ContactSeen,
    InvitationSent,
    InvitationsSuperseded,
    MatchCreated,
    MatchFact,
    MessageSaid,
)
from civic.matching.queries import conversations
from civic.mutual_aid.events import RequestChanged
from civic.proposals import queries as proposals
from civic.proposals.events import ProposalPublished
from civic.realtime import checkins as _checkins  # noqa: F401  registers who follows the calls of a campaign
from civic.realtime import sittings as _sittings  # noqa: F401  registers who follows a sitting
from civic.realtime.feed import close_sockets, tell_person, tell_room
from civic.voting.events import BallotCast
from civic.web.sockets import room


def _tell_each(person_ids: Iterable[int], name: str, payload: dict[str, Any], now: datetime) -> None:
    for person_id in sorted(set(person_ids)):
        tell_person(person_id, name, payload, now=now)


@within_transaction(InvitationSent)
def tell_invitation(fact: InvitationSent) -> None:
    payload = {
        "invitation_id": fact.invitation_id,
        "request_id": fact.request_id,
        "expires_at": iso_utc(fact.expires_at),
    }
    tell_person(fact.volunteer_id, "invitation:sent", payload, now=fact.occurred_at)


@within_transaction(InvitationsSuperseded)
def tell_superseded(fact: InvitationsSuperseded) -> None:
    for invitation_id, volunteer_id in zip(fact.invitation_ids, fact.volunteer_ids, strict=True):
        payload = {"invitation_id": invitation_id, "reason": fact.reason}
        tell_person(volunteer_id, "invitation:superseded", payload, now=fact.occurred_at)


@within_transaction(MatchCreated)
def tell_match(fact: MatchCreated) -> None:
    payload = {"match_id": fact.match_id, "request_id": fact.request_id}
    both_sides = (fact.volunteer_id, fact.requester_id, fact.follower_id)
    _tell_each(both_sides, "match:created", payload, fact.occurred_at)


@within_transaction(MatchFact)
def tell_step(fact: MatchFact) -> None:
    """Every later step of a match: under way, announced as done, finished, given up."""
    if not isinstance(fact, MatchCreated):
        payload = {"match_id": fact.match_id, "request_id": fact.request_id}
        both_sides = (fact.volunteer_id, fact.requester_id, fact.follower_id)
        _tell_each(both_sides, "match:changed", payload, fact.occurred_at)


@within_transaction(MessageSaid)
def tell_message(fact: MessageSaid) -> None:
    payload = {
        "match_id": fact.match_id,
        "message_id": fact.message_id,
        "author_id": fact.author_id,
        "client_id": conversations.get_said_message(fact.message_id, fact.author_id).client_id,
    }
    _tell_each((fact.author_id, fact.recipient_id), "match:message", payload, fact.occurred_at)


@within_transaction(ContactSeen)
def tell_sight(fact: ContactSeen) -> None:
    """To whose contact it is, and to the agent who follows for her: their pages say who looked."""
    payload = {"request_id": fact.request_id}
    _tell_each((fact.subject_person_id, fact.follower_id), "contact:seen", payload, fact.occurred_at)


@within_transaction(RequestChanged)
def tell_request(fact: RequestChanged) -> None:
    payload = {"request_id": fact.request_id, "state": fact.state}
    _tell_each((fact.requester_id, fact.follower_id), "request:changed", payload, fact.occurred_at)


@within_transaction(BallotCast)
def tell_turnout(fact: BallotCast) -> None:
    if fact.is_turnout_public:
        payload = {"poll_id": fact.poll_id, "turnout": fact.turnout, "roll_size": fact.roll_size}
        tell_room(room("poll", fact.poll_id), "poll:turnout", payload, now=fact.occurred_at)


@within_transaction(SittingVoiceCast)
def tell_voice(fact: SittingVoiceCast) -> None:
    payload = {"sitting_vote_id": fact.vote_id, "answered": fact.answered, "voices": fact.voices}
    tell_room(room("sitting_vote", fact.vote_id), "sitting_vote:voice", payload, now=fact.occurred_at)


@within_transaction(SittingVoteClosed)
def tell_vote_closed(fact: SittingVoteClosed) -> None:
    payload = {"sitting_vote_id": fact.vote_id, "is_adopted": fact.is_adopted}
    tell_room(room("sitting_vote", fact.vote_id), "sitting_vote:closed", payload, now=fact.occurred_at)


@within_transaction(ProposalPublished)
def tell_proposal(fact: ProposalPublished) -> None:
    payload = {
        "consultation_id": fact.consultation_id,
        "proposal_id": fact.proposal_id,
        "title": fact.title,
        "proposals": proposals.count_proposals(fact.consultation_id),
    }
    tell_room(room("consultation", fact.consultation_id), "proposal:published", payload, now=fact.occurred_at)


@within_transaction(SignedOut)
def close_signed_out(fact: SignedOut) -> None:
    close_sockets([room("sign_in", key) for key in fact.sign_in_ids], now=fact.occurred_at)


@within_transaction(RolesChanged)
def close_changed(fact: RolesChanged) -> None:
    """Rights are read again at each event, but rooms were joined under the old ones: the client comes back under the new."""
    close_sockets([room("person", fact.person_id)], now=fact.occurred_at)


@within_transaction(PersonDeactivated)
def close_deactivated(fact: PersonDeactivated) -> None:
    close_sockets([room("person", fact.person_id)], now=fact.occurred_at)

"""Taking a volunteer away from a request, or from all, for somebody's safety: what she was asked is undone, and others are asked."""

from datetime import datetime

from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.transaction import transaction
from civic.matching.errors import RequestNotSeeking
from civic.matching.queries import safety
from civic.matching.service.dispatch import step, supersede_invitations
from civic.matching.service.matches import end_match, get_followed_match
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.series import service as series
from civic.safeguarding.queries import blocked_with
from civic.safeguarding.rules import ConcernKind
from civic.safeguarding.service.blocks import block_person
from civic.safeguarding.service.concerns import raise_concern
from civic.safeguarding.service.standing import ensure_not_suspended


def block_other_side(actor: Actor, *, match_id: int) -> None:
    """Never be put together again with the other side of a match, under way or past. Neither is told by whom. Twice is once.

    A match under way ends: the request seeks somebody else, and the other side reads that nobody comes, or is expected, any more.

    Raises:
        NotSignedIn: nobody is signed in.
        MatchNotFound: there is none, or it is between others.
    """
    now = utc_now()
    with transaction():
        side = get_followed_match(actor, match_id)
        is_volunteer = actor.id == side.volunteer_id
        own, other = (
            (side.volunteer_id, side.requester_id) if is_volunteer else (side.requester_id, side.volunteer_id)
        )
        volunteer_id, requester_id = side.volunteer_id, side.requester_id
        waiting = safety.list_request_ids_waiting_for(volunteer_id, of_requester=requester_id)
        mutual_aid.lock_requests([side.request_id, *waiting])
        end_match(match_id=match_id, actor_id=actor.id, now=now)
        block_person(actor, blocker_id=own, blocked_id=other)
        _take_back_invitations(other if not is_volunteer else own, of_requester=side.requester_id, now=now)


def tell_worry(actor: Actor, *, match_id: int, kind: ConcernKind, text: str) -> int:
    """Tell the safeguarding officers of a worry about the other side of a match.

    Returns:
        The concern's id.

    Raises:
        NotSignedIn: nobody is signed in.
        MatchNotFound: there is none, or it is between others.
    """
    with transaction():
        side = get_followed_match(actor, match_id)
        request = mutual_aid.get_request(side.request_id)
        is_volunteer = actor.id == side.volunteer_id
        return raise_concern(
            actor,
            town_id=safety.commune_of(side.territory_id),
            kind=kind,
            text=text,
            about_id=side.requester_id if is_volunteer else side.volunteer_id,
            subject=("match", match_id),
            context=f"{request.title} ({request.starts_at:%d/%m/%Y})",
        )


def ensure_may_help(volunteer_id: int, *, requester_id: int) -> None:
    """Asked at a yes, which may come late: what was decided since the invitation was sent holds.

    Raises:
        VolunteerSuspended: the town hall suspended her.
        RequestNotSeeking: one of the two blocked the other, which is told to neither.
    """
    ensure_not_suspended(volunteer_id)
    if volunteer_id in blocked_with(requester_id):
        raise RequestNotSeeking


def take_off_volunteer(*, volunteer_id: int, actor_id: int, now: datetime) -> None:
    """Undo all that a volunteer was asked and all that she promised, in the transaction of the command that suspends her."""
    with transaction():
        mutual_aid.lock_requests(safety.list_request_ids_of(volunteer_id))
        for match_id in safety.list_live_match_ids(volunteer_id):
            end_match(match_id=match_id, actor_id=actor_id, now=now)
        _take_back_invitations(volunteer_id, of_requester=None, now=now)


def end_all_of(*, person_id: int, actor_id: int, now: datetime) -> None:
    """End what a person asked for, was asked and is expected for, in the transaction of the command that closes her account.

    What was done for her, or by her, waits for its confirmation as before. Of an account that its owner deletes, nothing is left to end.
    """
    with transaction():
        mutual_aid.lock_series_of(person_id)
        mutual_aid.lock_requests(
            [*mutual_aid.list_request_ids_of(person_id), *safety.list_request_ids_of(person_id)]
        )
        series.end_all_of(person_id=person_id, actor_id=actor_id, now=now)
        for match_id in safety.list_engaged_match_ids(person_id):
            end_match(match_id=match_id, actor_id=actor_id, now=now)
        _take_back_invitations(person_id, of_requester=None, now=now)


def _take_back_invitations(volunteer_id: int, *, of_requester: int | None, now: datetime) -> None:
    """Requests are locked in the order of their ids; what is asked next is asked without this volunteer."""
    for request_id in safety.list_request_ids_waiting_for(volunteer_id, of_requester=of_requester):
        mutual_aid.lock_request(request_id)
        supersede_invitations(request_id=request_id, reason="ended", now=now, volunteer_id=volunteer_id)
        step(request_id=request_id, now=now)

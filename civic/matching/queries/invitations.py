"""Invitations, and how the search for volunteers goes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.accounts.models import Organisation
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.matching.choosing import Reasons
from civic.matching.errors import InvitationNotFound
from civic.matching.models import Dispatch, Invitation, Match
from civic.matching.rules import UNANSWERED, WAITING, InvitationState
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.models import HelpRequest, Offer
from civic.mutual_aid.queries import PublicRequest
from civic.mutual_aid.rules import SEEKING, RequestState

UNTOLD = frozenset({InvitationState.QUEUED, InvitationState.FAILED})
"""States in which a volunteer knows nothing of it, unless it was sent and no message brought it."""


@dataclass(frozen=True)
class ReceivedInvitation:
    """An invitation as its volunteer reads it: the request as others know it, how far by neighbourhoods, until when."""

    id: int
    state: InvitationState
    request: PublicRequest
    area_metres: int | None
    organisation_name: str | None
    sent_at: datetime
    expires_at: datetime
    match_id: int | None
    reasons: Reasons | None


@dataclass(frozen=True)
class Standing:
    """How an invitation stands, with the places of its request: what tells most of those who come too late that they do."""

    volunteer_id: int
    state: InvitationState
    request_id: int
    filled: int
    capacity: int
    unreached_by: str
    request_state: RequestState


def is_untold(invitation: Invitation | Standing) -> bool:
    """Tell whether a volunteer knows nothing of an invitation; one that no message brought, she may read on the site."""
    return invitation.state in UNTOLD and not invitation.unreached_by


@dataclass(frozen=True)
class SearchProgress:
    """How the search for volunteers goes, for who follows the request: numbers, never who was asked.

    ``queued``: those who will be asked once their quiet hours are over.
    """

    asked: int
    waiting: int
    queued: int
    declined: int
    silent: int
    next_step_at: datetime | None


def find_dispatch(request_id: int) -> Dispatch | None:
    return db.session.get(Dispatch, request_id)


def get_invitation(invitation_id: int) -> Invitation:
    """Raises InvitationNotFound."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None:
        raise InvitationNotFound
    return invitation


_STANDING = (
    sa.select(
        Invitation.volunteer_id,
        Invitation.state,
        Invitation.request_id,
        HelpRequest.filled,
        HelpRequest.capacity,
        Invitation.unreached_by,
        HelpRequest.state.label("request_state"),
    )
    .join(HelpRequest, HelpRequest.id == Invitation.request_id)
    .where(Invitation.id == sa.bindparam("invitation_id"))
)


def get_standing(invitation_id: int) -> Standing:
    """Return how an invitation stands, without a lock. Raises InvitationNotFound."""
    row = db.session.execute(_STANDING, {"invitation_id": invitation_id}).one_or_none()
    if row is None:
        raise InvitationNotFound
    return Standing(*row)


def list_live_invitations(request_id: int) -> list[Invitation]:
    """Return the invitations that await an answer, or to be sent, in the order of the volunteers' ids."""
    live = sa.select(Invitation).where(*waiting_of(request_id))
    return list(db.session.scalars(live.order_by(Invitation.volunteer_id)))


def waiting_of(
    request_id: int, volunteer_id: int | None = None, *, states: frozenset[InvitationState] = WAITING
) -> list[sa.ColumnElement[bool]]:
    """Return what holds of the invitations of a request (to one volunteer, when given) that await an answer, or to be sent."""
    holds = [Invitation.request_id == request_id, Invitation.state.in_(states)]
    return holds if volunteer_id is None else [*holds, Invitation.volunteer_id == volunteer_id]


def find_invitation(request_id: int, volunteer_id: int) -> Invitation | None:
    query = sa.select(Invitation).filter_by(request_id=request_id, volunteer_id=volunteer_id)
    return db.session.scalars(query).one_or_none()


def find_invitations(request_ids: Collection[int], volunteer_id: int) -> dict[int, Invitation]:
    """Return what was put to a volunteer of some requests, by request."""
    query = sa.select(Invitation).where(
        Invitation.request_id.in_(request_ids), Invitation.volunteer_id == volunteer_id
    )
    return {each.request_id: each for each in db.session.scalars(query)}


def find_requests_to_read(invitation_ids: Collection[int]) -> dict[int, int]:
    """Return the request of each of some invitations whose volunteer may still read its words: she said yes, or she still can."""
    still_asked = sa.and_(
        Invitation.state.in_(UNANSWERED - {InvitationState.QUEUED}), HelpRequest.state.in_(SEEKING)
    )
    query = (
        sa.select(Invitation.id, Invitation.request_id)
        .join(HelpRequest, HelpRequest.id == Invitation.request_id)
        .where(
            Invitation.id.in_(invitation_ids),
            sa.or_(Invitation.state == InvitationState.ACCEPTED, still_asked),
        )
    )
    return {row.id: row.request_id for row in db.session.execute(query)}


def count_invitations(request_id: int) -> int:
    counted = sa.select(sa.func.count()).select_from(Invitation).where(Invitation.request_id == request_id)
    return db.session.scalar(counted) or 0


def get_progress(request_id: int) -> SearchProgress:
    rows = db.session.execute(
        sa.select(Invitation.state, sa.func.count())
        .filter_by(request_id=request_id)
        .group_by(Invitation.state)
    )
    counts = {row[0]: row[1] for row in rows}
    dispatch = find_dispatch(request_id)
    queued = counts.pop(InvitationState.QUEUED, 0)
    counts.pop(InvitationState.FAILED, None)
    return SearchProgress(
        asked=sum(counts.values()),
        waiting=counts.get(InvitationState.SENT, 0),
        queued=queued,
        declined=counts.get(InvitationState.DECLINED, 0),
        silent=counts.get(InvitationState.EXPIRED, 0),
        next_step_at=dispatch.next_step_at if dispatch else None,
    )


def list_invitations_of(person_id: int, *, number: int = 1, size: int = 20) -> Page[ReceivedInvitation]:
    """List what a volunteer was asked: what awaits an answer first, then the newest first."""
    query = (
        sa.select(Invitation)
        .where(
            Invitation.volunteer_id == person_id,
            sa.or_(Invitation.state.not_in(UNTOLD), Invitation.unreached_by != ""),
        )
        .order_by(
            sa.case({InvitationState.SENT: 0}, value=Invitation.state, else_=1),
            Invitation.sent_at.desc(),
            Invitation.id.desc(),
        )
    )
    page = paginate(query, number=number, size=size)
    return Page(present_invitations(page.items), page.number, page.size, page.total)


def count_waiting_invitations(person_id: int) -> int:
    waiting = sa.select(sa.func.count()).select_from(Invitation)
    return db.session.scalar(waiting.filter_by(volunteer_id=person_id, state=InvitationState.SENT)) or 0


def present_invitations(invitations: list[Invitation]) -> list[ReceivedInvitation]:
    """Return invitations as their volunteer reads them, in the same order."""
    requests = _public_requests({invitation.request_id for invitation in invitations})
    pairs = {(invitation.request_id, invitation.volunteer_id) for invitation in invitations}
    matches, organisations = _match_ids(pairs), organisations_behind(pairs)
    return [
        ReceivedInvitation(
            id=invitation.id,
            state=invitation.state,
            request=requests[invitation.request_id],
            area_metres=invitation.area_metres,
            organisation_name=organisations.get((invitation.request_id, invitation.volunteer_id)),
            sent_at=invitation.sent_at,
            expires_at=invitation.expires_at,
            reasons=Reasons(**invitation.reasons) if invitation.reasons else None,
            match_id=matches.get((invitation.request_id, invitation.volunteer_id)),
        )
        for invitation in invitations
    ]


def _public_requests(request_ids: set[int]) -> dict[int, PublicRequest]:
    found = mutual_aid.find_requests(request_ids)
    return {request.id: request for request in mutual_aid.public_requests(list(found.values()))}


def _match_ids(pairs: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    query = sa.select(Match.id, Match.request_id, Match.volunteer_id).where(
        Match.request_id.in_({request_id for request_id, _ in pairs}),
        Match.volunteer_id.in_({volunteer_id for _, volunteer_id in pairs}),
    )
    return {(row.request_id, row.volunteer_id): row.id for row in db.session.execute(query)}


def organisations_behind(pairs: set[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Return, by (request, volunteer), the association whose offer had her asked; nothing for who offers in her own name."""
    query = (
        sa.select(Invitation.request_id, Invitation.volunteer_id, Organisation.name)
        .join(Offer, Offer.id == Invitation.offer_id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(
            Invitation.request_id.in_({request_id for request_id, _ in pairs}),
            Invitation.volunteer_id.in_({volunteer_id for _, volunteer_id in pairs}),
        )
    )
    return {(row.request_id, row.volunteer_id): row.name for row in db.session.execute(query)}

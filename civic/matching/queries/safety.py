"""What is under way of one volunteer, for who takes her away from it."""

import sqlalchemy as sa

from civic.kernel.database import db
from civic.matching.models import Invitation, Match
from civic.matching.rules import ENGAGED, LIVE_MATCH, WAITING
from civic.mutual_aid.models import HelpRequest
from civic.territories.models import Territory


def list_live_match_ids(volunteer_id: int) -> list[int]:
    """Return the matches of a volunteer that are under way, in the order of their requests: that in which they are locked."""
    query = sa.select(Match.id).where(Match.volunteer_id == volunteer_id, Match.state.in_(LIVE_MATCH))
    return list(db.session.scalars(query.order_by(Match.request_id)))


def list_engaged_match_ids(volunteer_id: int) -> list[int]:
    """Return the matches for which a volunteer is expected, in the order of their requests."""
    query = sa.select(Match.id).where(Match.volunteer_id == volunteer_id, Match.state.in_(ENGAGED))
    return list(db.session.scalars(query.order_by(Match.request_id)))


def list_request_ids_of(volunteer_id: int) -> list[int]:
    """Return the requests of which something of a volunteer's is under way: a match, or an invitation."""
    matched = sa.select(Match.request_id).where(
        Match.volunteer_id == volunteer_id, Match.state.in_(LIVE_MATCH)
    )
    return [*db.session.scalars(matched), *list_request_ids_waiting_for(volunteer_id)]


def list_request_ids_waiting_for(volunteer_id: int, *, of_requester: int | None = None) -> list[int]:
    """Return the requests whose invitation awaits this volunteer's answer (those of one person only, when given), by id."""
    waiting = (
        sa.select(Invitation.request_id)
        .join(HelpRequest, HelpRequest.id == Invitation.request_id)
        .where(Invitation.volunteer_id == volunteer_id, Invitation.state.in_(WAITING))
    )
    if of_requester is not None:
        waiting = waiting.where(HelpRequest.requester_id == of_requester)
    return list(db.session.scalars(waiting.order_by(Invitation.request_id)))


def communes_of(territory_ids: set[int]) -> dict[int, int]:
    """Return the commune of each neighbourhood, in one query."""
    commune = sa.func.coalesce(Territory.parent_id, Territory.id)
    rows = db.session.execute(sa.select(Territory.id, commune).where(Territory.id.in_(territory_ids)))
    return {row[0]: row[1] for row in rows}


def commune_of(territory_id: int) -> int:
    """Return the commune of a neighbourhood, or itself."""
    place = sa.select(sa.func.coalesce(Territory.parent_id, Territory.id)).filter_by(id=territory_id)
    return db.session.scalars(place).one()

"""Calendar files: to the volunteer her own promise, to the other side the request. Never an address: a calendar is kept by others."""

from flask import Blueprint, Response, url_for
from flask_babel import gettext

from civic.kernel.calendars import CalendarEvent, EventStatus
from civic.matching import queries
from civic.matching.models import Match
from civic.matching.rules import HOLDS_A_PLACE
from civic.matching.service.matches import get_followed_match
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.calendars import event_of_request, sequence_of, takes_time
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.service.requests import get_followed_request
from civic.territories import queries as territories
from civic.web.calendars import calendar_answer, public_url, uid_of
from civic.web.identity import current_actor

blueprint = Blueprint("match_calendar", __name__, url_prefix="/entraide")


@blueprint.get("/mises-en-relation/<int:match_id>.ics")
def download_match(match_id: int) -> Response:
    """The volunteer's promise, or, to the other side, the request: it has one entry, however many people come."""
    side = get_followed_match(current_actor(), match_id)
    request = mutual_aid.get_request(side.request_id)
    if side.volunteer_id != current_actor().person_id:
        return _request_file(request)
    event = _event_of_match(
        queries.get_match(match_id),
        request,
        uid=uid_of("match", match_id),
        title=gettext("Aider : %(title)s", title=request.title),
        place=_place(request),
        url=public_url() + url_for("matching.show_match", match_id=match_id),
    )
    return calendar_answer([event], f"entraide-{match_id}")


@blueprint.get("/demandes/<int:request_id>.ics")
def download_request(request_id: int) -> Response:
    return _request_file(get_followed_request(current_actor(), request_id))


def _request_file(request: HelpRequest) -> Response:
    event = event_of_request(
        request,
        uid=uid_of("request", request.id),
        title=gettext("Aide : %(title)s", title=request.title),
        place=_place(request),
        url=public_url() + url_for("matching.show_request", request_id=request.id),
    )
    return calendar_answer([event], f"demande-{request.id}")


def _place(request: HelpRequest) -> str:
    return territories.names_of({request.territory_id}).get(request.territory_id, "")


def _event_of_match(
    match: Match, request: HelpRequest, *, uid: str, title: str, place: str, url: str
) -> CalendarEvent:
    """Return a promise as a calendar shows it to the volunteer; cancelled once it does not hold any more.

    Args:
        place: the neighbourhood.
    """
    status = EventStatus.CONFIRMED if match.state in HOLDS_A_PLACE else EventStatus.CANCELLED
    return CalendarEvent(
        uid=uid,
        title=title,
        place=place,
        url=url,
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        made_at=max(match.changed_at, request.changed_at),
        status=status,
        sequence=sequence_of(request, status),
        is_private=True,
        is_busy=takes_time(request.window),
    )

"""What a calendar shows of a request. Never an address: a calendar is kept by others, who are not in our journal of who saw it."""

from civic.kernel.calendars import CalendarEvent, EventStatus
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import OVER, RequestState, Window

LONGEST_BUSY_HOURS = 4
"""In a longer window, an hour is still to be agreed on."""

AGREED = frozenset(
    {RequestState.FILLED, RequestState.IN_PROGRESS, RequestState.DONE_CLAIMED, RequestState.CLOSED}
)


def event_of_request(request: HelpRequest, *, uid: str, title: str, place: str, url: str) -> CalendarEvent:
    """Return a request as a calendar shows it to who asked.

    Args:
        place: the neighbourhood.
    """
    status = status_of(request.state)
    return CalendarEvent(
        uid=uid,
        title=title,
        place=place,
        url=url,
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        made_at=request.changed_at,
        status=status,
        sequence=sequence_of(request, status),
        is_private=True,
        is_busy=takes_time(request.window),
    )


def status_of(state: RequestState) -> EventStatus:
    if state in AGREED:
        return EventStatus.CONFIRMED
    return EventStatus.CANCELLED if state in OVER else EventStatus.TENTATIVE


def sequence_of(request: HelpRequest, status: EventStatus) -> int:
    """Return a number that is higher once the time has changed, or it was cancelled."""
    return 2 * request.time_changes + (status is EventStatus.CANCELLED)


def takes_time(window: Window) -> bool:
    return (window.ends_at - window.starts_at).total_seconds() <= LONGEST_BUSY_HOURS * 3600

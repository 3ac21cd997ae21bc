"""Timers of matches: rows that are owed when somebody says yes, and that do nothing once they have lost their reason."""

from datetime import datetime

import sqlalchemy as sa

from civic.kernel import outbox
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.matching import queries
from civic.matching.errors import MatchNotFound
from civic.matching.models import Match
from civic.matching.reminding.events import MatchIsTomorrow
from civic.matching.rules import ENGAGED
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.desk.calls import owe_call
from civic.mutual_aid.desk.rules import CallReason
from civic.mutual_aid.errors import RequestNotFound
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reminding.queries import get_hour
from civic.mutual_aid.reminding.rules import called_at, reminded_at
from civic.territories import queries as territories

TIMER, CALL = "matching.reminder", "matching.call_before"


def owe_timers(*, match_id: int, now: datetime) -> None:
    """Owe what is to be told before a help, inside the transaction of the yes. What would be past is not owed: they have just agreed."""
    request = mutual_aid.get_request(queries.get_match(match_id).request_id)
    _owe_reminder(match_id, request, now)
    if request.is_assisted and called_at(request.starts_at) > now:
        outbox.owe(CALL, {"match_id": match_id}, now=now, due_at=called_at(request.starts_at))


def _owe_reminder(match_id: int, request: HelpRequest, now: datetime) -> None:
    due_at = reminded_at(request.starts_at, hour=get_hour(request.territory_id))
    if due_at > now:
        outbox.owe(TIMER, {"match_id": match_id}, now=now, due_at=due_at)


def remind(*, match_id: int, now: datetime) -> None:
    """Do what a timer says is due, once: nothing when the volunteer withdrew, or the help has begun."""
    with transaction():
        engaged = _lock_engaged(match_id, now)
        if engaged is None or engaged[0].reminded_at is not None:
            return
        match, request = engaged
        if now < reminded_at(request.starts_at, hour=get_hour(request.territory_id)):
            _owe_reminder(match_id, request, now)  # the commune chose a later hour
            return
        match.reminded_at = now
        publish(
            MatchIsTomorrow(
                occurred_at=now,
                match_id=match.id,
                request_id=request.id,
                volunteer_id=match.volunteer_id,
                requester_id=None if request.is_assisted else request.requester_id,
            )
        )


def have_called(*, match_id: int, now: datetime) -> None:
    """Put who reads no screen on the list of the calls of the day, if somebody still comes."""
    with transaction():
        engaged = _lock_engaged(match_id, now)
        if engaged is not None:
            owe_call(engaged[1], CallReason.COMES_SOON, now=now)


def _lock_engaged(match_id: int, now: datetime) -> tuple[Match, HelpRequest] | None:
    """Return a match of which a volunteer is still expected, with its request locked; None of any other."""
    try:
        request = mutual_aid.lock_request(queries.get_match(match_id).request_id)
    except (MatchNotFound, RequestNotFound):
        return None  # its owner deleted it meanwhile
    match = queries.get_match(match_id)
    db.session.refresh(match)
    return (match, request) if match.state in ENGAGED and now < request.starts_at else None


def owe_again(*, town_id: int, now: datetime) -> None:
    """Owe the timers of what is to come at the hour that was just chosen. One that is served after another does nothing."""
    with transaction():
        coming = (
            sa.select(Match)
            .join(HelpRequest, HelpRequest.id == Match.request_id)
            .where(
                HelpRequest.territory_id.in_(territories.ids_within(town_id)),
                Match.state.in_(ENGAGED),
                Match.reminded_at.is_(None),
                HelpRequest.starts_at > now,
            )
        )
        for match in list(db.session.scalars(coming)):
            _owe_reminder(match.id, mutual_aid.get_request(match.request_id), now)

"""What stands around the requests of the demonstration: whom the town hall calls, the guides, a help that comes back."""

import sqlalchemy as sa

from civic.demo.script import Script
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.mutual_aid.desk.models import CallBack
from civic.mutual_aid.desk.rules import CallOutcome, CallReason
from civic.mutual_aid.guides.models import Guide
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import RequestState, Window
from civic.mutual_aid.series.models import RequestSeries
from civic.mutual_aid.series.rules import Repeat, Repetition, rhythm_of

WHY = {
    RequestState.AWAITING_CONSENT: CallReason.CONSENT,
    RequestState.ESCALATED: CallReason.NOBODY_YET,
    RequestState.SUSPENDED: CallReason.DOUBT,
}


def build_calls(script: Script) -> None:
    """The calls that the steps of the requests ask for, one that somebody asked for, and one that was made."""
    waiting = sa.select(HelpRequest).where(HelpRequest.state.in_(WHY)).order_by(HelpRequest.id)
    for request in db.session.scalars(waiting):
        db.session.add(
            CallBack(
                territory_id=request.territory_id,
                request_id=request.id,
                reason=WHY[request.state],
                note="",
                due_at=request.changed_at,
                attempts=0,
                created_at=request.changed_at,
            )
        )
    for values in script.read("solidarity.json")["calls"]:
        at = script.hours(values["in_hours"])
        is_over = values["outcome"] is not None
        db.session.add(
            CallBack(
                territory_id=script.town_id,
                name="" if is_over else values["name"],
                phone="" if is_over else values["phone"],
                reason=CallReason.ASKED,
                note=values["note"],
                due_at=at,
                attempts=values["attempts"],
                created_at=at,
                created_by_id=script.ids[values["by"]],
                outcome=CallOutcome(values["outcome"]) if is_over else None,
                closed_at=script.now if is_over else None,
                closed_by_id=script.ids[values["by"]] if is_over else None,
            )
        )
    db.session.flush()


def build_guides(script: Script) -> None:
    for values in script.read("solidarity.json")["guides"]:
        at = script.hours(values["in_hours"])
        db.session.add(
            Guide(
                territory_id=script.town_id,
                title=values["title"],
                summary=values["summary"],
                text=values["text"],
                address=values["address"],
                created_at=at,
                changed_at=at,
            )
        )
    db.session.flush()


def build_series(script: Script) -> None:
    """A help that comes back: the request that is ahead of its week is one time of it."""
    for values in script.read("solidarity.json")["series"]:
        request = db.session.get_one(HelpRequest, script.ids[values["first"]])
        local = Window(request.starts_at.astimezone(TOWN_TIME), request.ends_at.astimezone(TOWN_TIME))
        rhythm = rhythm_of(Repetition(Repeat(values["repeat"])), local)
        series = RequestSeries(
            requester_id=request.requester_id,
            rule=rhythm.rule,
            begins_on=rhythm.begins_on,
            from_minute=rhythm.from_minute,
            length_minutes=rhythm.length_minutes,
            made_until=rhythm.begins_on,
            created_at=request.created_at,
        )
        db.session.add(series)
        db.session.flush()
        request.series_id, request.occurrence_on = series.id, rhythm.begins_on
    db.session.flush()

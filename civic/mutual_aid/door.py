"""The door of the pages of mutual aid, and what several of them begin with."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from civic.kernel.clock import utc_now
from civic.mutual_aid import words
from civic.mutual_aid.asking import next_hour_by_day
from civic.mutual_aid.rules import Urgency
from civic.mutual_aid.series import words as series_words
from civic.mutual_aid.series.rules import Repeat
from civic.web.languages import form_instant

blueprint = Blueprint("mutual_aid", __name__, url_prefix="/entraide")
for _helper in (*words.GLOBALS, *series_words.GLOBALS):
    blueprint.add_app_template_global(_helper)

USUAL_LENGTH = timedelta(hours=4)


JUST_SENT = "just_sent_request"


def show_sent(request_id: int) -> ResponseReturnValue:
    """Lead to the page of a request that was just sent, which says, once, how many were asked or that nobody is free then."""
    session[JUST_SENT] = request_id
    return redirect(url_for("matching.show_request", request_id=request_id))


def was_just_sent(request_id: int) -> bool:
    """Tell whether the reader comes from sending this request; a reload says no."""
    return bool(session.get(JUST_SENT) == request_id and session.pop(JUST_SENT))


def usual_request() -> dict[str, Any]:
    """What a new form holds, so that an old telephone has an example of a date to change: soon, and by day."""
    begin = next_hour_by_day(utc_now())
    return {
        "category": request.args.get("category", ""),
        "starts_at": form_instant(begin),
        "ends_at": form_instant(begin + USUAL_LENGTH),
        "urgency": Urgency.FLEXIBLE.value,
        "capacity": "1",
        "repeat": Repeat.ONCE.value,
    }

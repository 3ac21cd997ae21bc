"""The page where the town hall chooses when people are reminded."""

from datetime import datetime, time

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.access import require
from civic.kernel.clock import from_town_time, town_today
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.reminding import queries, service
from civic.mutual_aid.reminding.rules import EARLIEST_HOUR, LATEST_HOUR
from civic.mutual_aid.reminding.schemas import SetReminderHourSchema
from civic.territories import queries as territories
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.languages import time_in_words

blueprint = Blueprint("reminding", __name__, url_prefix="/entraide")


@blueprint.get("/rappels")
def show_hour() -> str:
    return _page(Form())


def _page(form: Form) -> str:
    require(current_actor(), MutualAidAction.SET_REMINDERS, territories.get_town().id)
    hours = range(EARLIEST_HOUR, LATEST_HOUR + 1)
    today = town_today()
    return render_template(
        "reminding/hour.html",
        form=form,
        hour=queries.get_hour(territories.get_town().id),
        hours=[(hour, time_in_words(from_town_time(datetime.combine(today, time(hour))))) for hour in hours],
    )


@blueprint.post("/rappels")
def set_hour() -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(gettext("C’est enregistré : les prochains rappels partent à cette heure-là."), "success")
        return redirect(url_for("reminding.show_hour"))

    return submit_form(
        SetReminderHourSchema,
        command=lambda data: service.set_hour(current_actor(), town_id=territories.get_town().id, **data),
        done=done,
        again=_page,
    )

"""Pages: the pace of the search, for the town hall; how volunteers are chosen, for everybody."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.access import require
from civic.kernel.editing import seen_of
from civic.matching import queries
from civic.matching.access import MatchingAction
from civic.matching.pace import PACE, DispatchPace
from civic.matching.steering import service
from civic.matching.steering.schemas import URGENCIES, PaceSchema, pace_of, typed
from civic.territories import queries as territories
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("steering", __name__, url_prefix="/entraide")


@blueprint.get("/comment-les-benevoles-sont-choisis")
def explain_choice() -> str:
    """Public: the rule by which a computer chooses whom to ask is told to whoever wants to read it."""
    town = territories.find_town()
    pace: DispatchPace = queries.get_pace(town.id) if town else PACE
    return render_template("steering/choice.html", pace=pace, typed=typed(pace))


@blueprint.get("/rythme")
def show_pace() -> str:
    return _pace_page(Form(_stored_pace()))


def _stored_pace() -> dict[str, Any]:
    town_id = territories.get_town().id
    return {**typed(queries.get_pace(town_id)), SEEN: seen_of(queries.find_search_settings(town_id))}


def _pace_page(form: Form) -> str:
    require(current_actor(), MatchingAction.SET_PACE, territories.get_town().id)
    return render_template(
        "steering/pace.html",
        form=form,
        urgencies=URGENCIES,
        usual=typed(PACE),
        is_usual=queries.get_pace(territories.get_town().id) == PACE,
    )


@blueprint.post("/rythme")
def set_pace() -> ResponseReturnValue:
    return submit_form(
        PaceSchema,
        command=lambda data: service.set_pace(
            current_actor(), town_id=territories.get_town().id, pace=pace_of(data), seen=data[SEEN]
        ),
        done=lambda _: _saved(
            gettext("C’est enregistré : les recherches suivent ce rythme dès leur prochaine étape.")
        ),
        again=lambda form: _pace_page(compared(form, _stored_pace())),
    )


@blueprint.post("/rythme/habituel")
def reset_pace() -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: service.set_pace(current_actor(), town_id=territories.get_town().id, pace=None),
        done=lambda _: _saved(gettext("Le rythme habituel est rétabli.")),
        again=_pace_page,
    )


def _saved(said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("steering.show_pace"))

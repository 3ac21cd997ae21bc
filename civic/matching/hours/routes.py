"""What both sides of a match do about its hours, on its page."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.matching.hours import words
from civic.matching.routes import match_page, move_on_page
from civic.matching.schemas import AgreeOnHoursSchema, NoteHoursSchema
from civic.matching.service import hours
from civic.web.forms import submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("hours", __name__, url_prefix="/entraide/mises-en-relation")
for _helper in words.GLOBALS:
    blueprint.add_app_template_global(_helper)


@blueprint.post("/<int:match_id>/arrivee")
def say_arrived(match_id: int) -> ResponseReturnValue:
    return move_on_page(
        match_id, hours.say_arrived, gettext("C’est noté : votre heure d’arrivée est enregistrée.")
    )


@blueprint.post("/<int:match_id>/heures")
def note_hours(match_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        hours.note_hours(current_actor(), match_id=match_id, **data)

    return submit_form(
        NoteHoursSchema,
        command=command,
        done=lambda _: _said(match_id, gettext("Vos heures sont notées. L’autre personne les confirme.")),
        again=lambda form: match_page(match_id, form),
    )


@blueprint.post("/<int:match_id>/heures/confirmation")
def agree_on_hours(match_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        hours.agree_on_hours(current_actor(), match_id=match_id, **data)

    return submit_form(
        AgreeOnHoursSchema,
        command=command,
        done=lambda _: _said(match_id, gettext("La durée est confirmée. Merci !")),
        again=lambda form: match_page(match_id, form),
    )


def _said(match_id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("matching.show_match", match_id=match_id))

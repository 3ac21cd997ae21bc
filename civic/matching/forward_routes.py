"""In the list of what is sought: whether a volunteer may say yes by herself, and her yes."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.matching import queries
from civic.matching.door import blueprint
from civic.matching.service import coming_forward
from civic.matching.service.coming_forward import Readiness
from civic.mutual_aid.queries import PublicRequest
from civic.mutual_aid.routes import requests_page
from civic.web.forms import submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema


@blueprint.app_template_global()
def readiness_for(requests: list[PublicRequest]) -> dict[int, Readiness]:
    """For the list of what is sought: whether its reader may say yes to each, or why not."""
    return coming_forward.readiness_of(current_actor(), [each.id for each in requests])


@blueprint.app_template_global()
def is_available() -> bool:
    return queries.is_on_duty(current_actor().id)


@blueprint.post("/demandes/<int:request_id>/je-peux-aider")
def come_forward(request_id: int) -> ResponseReturnValue:
    def done(match_id: int) -> ResponseReturnValue:
        flash(gettext("Merci ! La personne est prévenue. Voyez ses coordonnées et écrivez-lui."), "success")
        return redirect(url_for("matching.show_match", match_id=match_id))

    return submit_form(
        NothingSchema,
        command=lambda _: coming_forward.come_forward(current_actor(), request_id=request_id),
        done=done,
        again=requests_page,
    )

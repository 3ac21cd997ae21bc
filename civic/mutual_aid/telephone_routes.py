"""The page on which an agent writes a request for somebody who telephoned, came by, or sent a sheet."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.access import require
from civic.mutual_aid import queries
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.asking import ensure_when, fill_window
from civic.mutual_aid.desk.sheets import ask_from_sheet
from civic.mutual_aid.door import blueprint, get_town, list_places, usual_request
from civic.mutual_aid.errors import ConsentMissing
from civic.mutual_aid.moments import DayHalf
from civic.mutual_aid.rules import Category, ConsentMode, Urgency
from civic.mutual_aid.schemas import ConsentAnswer, TelephonedRequestSchema, repetition, request_details
from civic.mutual_aid.series.service import ask_with_repetition
from civic.mutual_aid.wishes import Language, Wish
from civic.mutual_aid.words import wait_in_words
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor


@blueprint.get("/demande-par-telephone")
def show_telephone_desk() -> str:
    require(current_actor(), MutualAidAction.ASK_FOR_ANOTHER, get_town().id)
    no_date = {
        "starts_at": "",
        "ends_at": "",
    }  # a date that nobody chose would be sent, with somebody on the line
    return _telephone_page(Form({**usual_request(), **no_date, "part": DayHalf.ANY.value}))


def _telephone_page(form: Form) -> str:
    return render_template(
        "mutual_aid/telephone_form.html",
        form=form,
        categories=list(Category),
        urgencies=list(Urgency),
        spoken=list(Language),
        wishes=list(Wish),
        places=list_places(),
        consent_modes=list(ConsentMode),
    )


@blueprint.post("/demande-par-telephone")
def ask_for_another() -> ResponseReturnValue:
    require(current_actor(), MutualAidAction.ASK_FOR_ANOTHER, get_town().id)

    def command(data: dict[str, Any]) -> int:
        is_later = data["consent"] is ConsentAnswer.LATER
        if not is_later and not data["has_agreed"]:
            raise ConsentMissing(fields={"has_agreed": [ConsentMissing.message]})
        ensure_when(data)
        consent = None if is_later else ConsentMode(data["consent"])
        actor = current_actor()
        return ask_with_repetition(
            actor,
            lambda: ask_from_sheet(
                actor, details=request_details(data), consent=consent, number=data["sheet_number"]
            ),
            repetition=repetition(data),
        )

    def done(request_id: int) -> ResponseReturnValue:
        sent = gettext("La demande est partie. Dites à la personne que vous la rappellerez.")
        flash(wait_in_words(queries.get_request(request_id).state) or sent, "success")
        return redirect(url_for("matching.show_request", request_id=request_id))

    return submit_form(
        TelephonedRequestSchema,
        command=command,
        done=done,
        again=_telephone_page,
        fill=fill_window,
        is_sent_once=True,
    )

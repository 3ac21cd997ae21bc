"""The page on which an agent writes a request for somebody who telephoned, came by, or sent a sheet."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.access import require
from civic.kernel.transaction import transaction
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.asking import WHEN, fill_window
from civic.mutual_aid.desk.consent_codes import send_consent_code
from civic.mutual_aid.desk.sheets import ask_from_sheet
from civic.mutual_aid.door import blueprint, show_sent, usual_request
from civic.mutual_aid.errors import ConsentMissing
from civic.mutual_aid.moments import DayHalf
from civic.mutual_aid.rules import Category, Urgency
from civic.mutual_aid.schemas import ConsentAnswer, TelephonedRequestSchema, repetition, request_details
from civic.mutual_aid.series.service import ask_with_repetition
from civic.mutual_aid.volunteers import queries as volunteers
from civic.mutual_aid.wishes import Language, Wish
from civic.territories import queries as territories
from civic.web.forms import Check, Form, submit_form
from civic.web.identity import current_actor
from civic.web.texting import are_texts_on


@blueprint.get("/demande-par-telephone")
def show_telephone_desk() -> str:
    require(current_actor(), MutualAidAction.ASK_FOR_ANOTHER, territories.get_town().id)
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
        skills=volunteers.list_skills(territories.get_town().id),
        places=territories.list_places(),
        are_texts_on=are_texts_on(),
    )


def _ensure_consent(data: dict[str, Any]) -> None:
    if data["consent"].given is not None and not data["has_agreed"]:
        raise ConsentMissing(fields={"has_agreed": [ConsentMissing.message]})


@blueprint.post("/demande-par-telephone")
def ask_for_another() -> ResponseReturnValue:
    require(current_actor(), MutualAidAction.ASK_FOR_ANOTHER, territories.get_town().id)

    def command(data: dict[str, Any]) -> int:
        consent = data["consent"].given
        actor, is_by_code = current_actor(), data["consent"] is ConsentAnswer.SMS
        with transaction():
            request_id = ask_with_repetition(
                actor,
                lambda: ask_from_sheet(
                    actor, details=request_details(data), consent=consent, number=data["sheet_number"]
                ),
                repetition=repetition(data),
            )
            if is_by_code:
                send_consent_code(actor, request_id=request_id, are_texts_on=are_texts_on())
        return request_id

    def done(request_id: int) -> ResponseReturnValue:
        if request.form.get("consent") == ConsentAnswer.SMS.value:
            flash(
                gettext(
                    "La demande est enregistrée, et le code part par SMS. Tapez-le ici quand on vous le lit."
                ),
                "success",
            )
            return redirect(url_for("telephone_desk.show_consent", request_id=request_id))
        return show_sent(request_id)

    return submit_form(
        TelephonedRequestSchema,
        command=command,
        done=done,
        again=_telephone_page,
        checks=(Check(("consent", "has_agreed"), _ensure_consent), *WHEN),
        fill=fill_window,
        is_sent_once=True,
    )

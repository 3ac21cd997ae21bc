"""Pages of the telephone desk: whom to call, the consent of who telephoned, « is it still needed? »."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.clock import utc_now
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.codes import queries as codes
from civic.mutual_aid.codes.rules import CodePurpose
from civic.mutual_aid.codes.words import code_end_in_words
from civic.mutual_aid.desk import asking_again, calls, consent_codes, consents, queries
from civic.mutual_aid.desk import sheet_routes as _sheet_routes  # noqa: F401  registers the pages of sheets
from civic.mutual_aid.desk.door import blueprint
from civic.mutual_aid.desk.rules import CallOutcome
from civic.mutual_aid.desk.schemas import (
    AnswerCallSchema,
    AskCallSchema,
    CallsQuery,
    ConsentCodeSchema,
    RecordConsentSchema,
    StillNeededSchema,
    WithdrawConsentSchema,
)
from civic.mutual_aid.door import show_sent
from civic.mutual_aid.rules import ConsentMode, Contact, RequestState
from civic.mutual_aid.schemas import window_of
from civic.mutual_aid.service.requests import get_followed_request
from civic.mutual_aid.service.windows import another_day
from civic.mutual_aid.words import wait_in_words
from civic.territories import queries as territories
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema
from civic.web.texting import are_texts_on

blueprint.add_app_template_global(code_end_in_words)

# Whom to call


@blueprint.get("/appels")
def list_calls() -> str:
    return _calls_page(Form())


def _calls_page(form: Form) -> str:
    filters = load_filters(CallsQuery)
    page = calls.see_calls(
        current_actor(),
        territory_id=territories.get_town().id,
        is_over=filters["over"],
        number=filters["page"],
    )
    return render_template(
        "telephone_desk/calls.html", page=page, form=form, is_over=filters["over"], now=utc_now()
    )


@blueprint.post("/appels")
def ask_call() -> ResponseReturnValue:
    def done(_: int) -> ResponseReturnValue:
        flash(gettext("L’appel est dans la liste."), "success")
        return redirect(url_for("telephone_desk.list_calls"))

    return submit_form(
        AskCallSchema,
        command=lambda data: calls.ask_call(current_actor(), territory_id=territories.get_town().id, **data),
        done=done,
        again=_calls_page,
        is_sent_once=True,
    )


@blueprint.get("/appels/<int:call_id>")
def show_call(call_id: int) -> str:
    return _call_page(call_id, Form())


def _call_page(call_id: int, form: Form, contact: Contact | None = None) -> str:
    call = calls.get_call_of(current_actor(), call_id)
    (shown,) = queries.present_calls([call])
    return render_template(
        "telephone_desk/call.html", call=shown, form=form, contact=contact, outcomes=list(CallOutcome)
    )


@blueprint.post("/appels/<int:call_id>/coordonnees")
def see_caller(call_id: int) -> str:
    """Answers without a redirect: the number is in the answer to this POST alone, and a reload is another sight."""
    return _call_page(call_id, Form(), calls.see_caller(current_actor(), call_id=call_id))


@blueprint.post("/appels/<int:call_id>/resultat")
def answer_call(call_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> CallOutcome:
        calls.answer_call(current_actor(), call_id=call_id, **data)
        outcome: CallOutcome = data["outcome"]
        return outcome

    def done(outcome: CallOutcome) -> ResponseReturnValue:
        said = {
            CallOutcome.NO_ANSWER: gettext("C’est noté : l’appel revient dans deux heures."),
            CallOutcome.WRONG_NUMBER: gettext("C’est noté : l’appel reste dans la liste."),
        }
        flash(said.get(outcome) or gettext("C’est noté : l’appel est passé."), "success")
        if outcome is CallOutcome.WRONG_NUMBER:
            return redirect(url_for("telephone_desk.show_call", call_id=call_id))
        return redirect(url_for("telephone_desk.list_calls"))

    return submit_form(
        AnswerCallSchema, command=command, done=done, again=lambda form: _call_page(call_id, form)
    )


# The consent of who telephoned


@blueprint.get("/demandes/<int:request_id>/accord")
def show_consent(request_id: int) -> str:
    return _consent_page(request_id, Form())


def _consent_page(request_id: int, form: Form) -> str:
    request = consents.get_assisted_request(current_actor(), request_id)
    return render_template(
        "telephone_desk/consent.html",
        form=form,
        request_=mutual_aid.present_request(request),
        consent=request.consent,
        is_erased=not request.contact_phone,
        is_waiting=request.state is RequestState.AWAITING_CONSENT and bool(request.contact_phone),
        are_texts_on=are_texts_on(),
        code=codes.find_status(CodePurpose.CONSENT, person_id=request.requester_id, request_id=request.id),
        now=utc_now(),
        has_others=len(mutual_aid.list_requests_made_for(request.requester_id)) > 1,
    )


@blueprint.post("/demandes/<int:request_id>/accord")
def record_consent(request_id: int) -> ResponseReturnValue:
    return submit_form(
        RecordConsentSchema,
        command=lambda data: consents.record_consent(
            current_actor(), request_id=request_id, mode=ConsentMode(data["consent"])
        ),
        done=lambda _: _said(request_id, gettext("L’accord est noté."), is_sent=True),
        again=lambda form: _consent_page(request_id, form),
    )


@blueprint.post("/demandes/<int:request_id>/accord/code")
def send_consent_code(request_id: int) -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(
            gettext("Le code part par SMS. Demandez à la personne de vous lire les six chiffres."), "success"
        )
        return redirect(url_for("telephone_desk.show_consent", request_id=request_id))

    return submit_form(
        NothingSchema,
        command=lambda _: consent_codes.send_consent_code(
            current_actor(), request_id=request_id, are_texts_on=are_texts_on()
        ),
        done=done,
        again=lambda form: _consent_page(request_id, form),
    )


@blueprint.post("/demandes/<int:request_id>/accord/code/lu")
def record_consent_by_code(request_id: int) -> ResponseReturnValue:
    return submit_form(
        ConsentCodeSchema,
        command=lambda data: consent_codes.record_consent_by_code(
            current_actor(), request_id=request_id, code=data["code"]
        ),
        done=lambda _: _said(request_id, gettext("L’accord par SMS est noté : la demande part.")),
        again=lambda form: _consent_page(request_id, form),
    )


@blueprint.post("/demandes/<int:request_id>/accord/retrait")
def withdraw_consent(request_id: int) -> ResponseReturnValue:
    return submit_form(
        WithdrawConsentSchema,
        command=lambda data: consents.withdraw_consent(current_actor(), request_id=request_id, **data),
        done=lambda _: _said(
            request_id,
            gettext("L’accord est retiré : plus personne n’est sollicité, et les coordonnées sont effacées."),
        ),
        again=lambda form: _consent_page(request_id, form),
    )


# Is it still needed?


@blueprint.get("/demandes/<int:request_id>/encore-utile")
def show_still_needed(request_id: int) -> str:
    return _still_needed_page(request_id, Form())


def _still_needed_page(request_id: int, form: Form) -> str:
    request = get_followed_request(current_actor(), request_id)
    is_past = request.ends_at <= utc_now()
    return render_template(
        "telephone_desk/still_needed.html",
        form=form,
        window=another_day(request, now=utc_now()) if is_past else request.window,
        request_=mutual_aid.present_request(request),
        is_own=request.requester_id == current_actor().person_id,
        may_answer=asking_again.may_be_answered(request),
        is_past=is_past,
    )


@blueprint.post("/demandes/<int:request_id>/encore-utile")
def answer_still_needed(request_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> bool:
        asking_again.answer_still_needed(
            current_actor(), request_id=request_id, is_needed=data["is_needed"], window=window_of(data)
        )
        return bool(data["is_needed"])

    def done(is_needed: bool) -> ResponseReturnValue:
        return _said(
            request_id,
            wait_in_words(mutual_aid.get_request(request_id).state)
            or gettext("C’est noté : nous cherchons encore.")
            if is_needed
            else gettext("C’est noté : la demande est arrêtée. Merci de nous l’avoir dit."),
        )

    return submit_form(
        StillNeededSchema, command=command, done=done, again=lambda form: _still_needed_page(request_id, form)
    )


def _said(request_id: int, said: str, *, is_sent: bool = False) -> ResponseReturnValue:
    """``is_sent``: the page of the request then says how many were asked."""
    flash(said, "success")
    if is_sent:
        return show_sent(request_id)
    return redirect(url_for("matching.show_request", request_id=request_id))

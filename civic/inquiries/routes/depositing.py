"""Depositing an observation, on the site or at the desk, and the proof of it."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import RequestLimit

from civic.accounts import queries as accounts
from civic.extensions import limiter
from civic.inquiries import lines, proof, queries
from civic.inquiries.access import InquiriesAction
from civic.inquiries.limits import DEPOSITS_LIMIT, DEPOSITS_SCOPE, who_is_limited
from civic.inquiries.routes.door import blueprint, proof_of, sent_files
from civic.inquiries.rules import MOST_FILES, TYPED_CHANNELS
from civic.inquiries.schemas import LONGEST_OBSERVATION, DepositSchema, TypeObservationSchema
from civic.inquiries.service import depositing
from civic.inquiries.service.reading import get_visible_inquiry
from civic.inquiries.words import CHANNEL_WORDS
from civic.kernel.access import require
from civic.kernel.clock import utc_now
from civic.kernel.errors import TooMany
from civic.web.files import text_file
from civic.web.forms import WHOLE_FORM, Form, read_form, submit_form
from civic.web.identity import current_actor
from civic.web.printed_links import printed_link
from civic.web.sending import new_key


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/observer")
def show_deposit(inquiry_id: int) -> str:
    actor, values = current_actor(), {}
    if actor.is_signed_in:
        person = accounts.get_person(actor.id)
        values = {"name": person.name, "contact": person.email or ""}
    return _deposit_page(inquiry_id, Form({**values, "sending_key": new_key()}))


def _deposit_page(inquiry_id: int, form: Form) -> str:
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    return render_template(
        "inquiries/deposit.html",
        form=form,
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        most_files=MOST_FILES,
        longest=LONGEST_OBSERVATION,
        has_files=any(file.filename for file in request.files.values()),
    )


def _too_many(limit: RequestLimit) -> Response:
    typed = read_form(DepositSchema)
    typed.errors = {WHOLE_FORM: [gettext(TooMany.message)]}
    values = request.view_args or {}
    return make_response(_deposit_page(values["inquiry_id"], typed), 429)


@blueprint.post("/enquetes-publiques/<int:inquiry_id>/observer")
@limiter.shared_limit(DEPOSITS_LIMIT, DEPOSITS_SCOPE, key_func=who_is_limited, on_breach=_too_many)
def deposit_observation(inquiry_id: int) -> ResponseReturnValue:
    def done(number: int) -> ResponseReturnValue:
        return redirect(url_for(".show_proof", inquiry_id=inquiry_id, number=number, depot=1))

    def command(data: dict[str, Any]) -> int:
        return depositing.deposit(current_actor(), inquiry_id=inquiry_id, files=sent_files(), **data)

    return submit_form(
        DepositSchema,
        command=command,
        done=done,
        again=lambda form: _deposit_page(inquiry_id, form),
    )


# The proof: everybody may have it, for nothing in it is secret


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/registre/<int:number>/preuve")
def show_proof(inquiry_id: int, number: int) -> str:
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    told = proof_of(inquiry, lines.get_observation(inquiry_id, number))
    return render_template(
        "inquiries/proof.html",
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        line=told.line,
        facts=proof.facts_of(told),
        link=printed_link(url_for(".show_check", inquiry_id=inquiry_id)),
        check_url=url_for(
            ".show_check", inquiry_id=inquiry_id, number=number, fingerprint=told.line.fingerprint
        ),
        is_new=bool(request.args.get("depot")),
    )


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/registre/<int:number>/preuve.pdf")
def download_proof(inquiry_id: int, number: int) -> Response:
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    told = proof_of(inquiry, lines.get_observation(inquiry_id, number))
    response = Response(proof.as_pdf(told), mimetype="application/pdf")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="preuve-de-depot-{inquiry_id}-{number}.pdf"'
    )
    return response


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/registre/<int:number>/preuve.txt")
def download_proof_text(inquiry_id: int, number: int) -> Response:
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    told = proof_of(inquiry, lines.get_observation(inquiry_id, number))
    return text_file(proof.as_text(told), "text/plain", f"preuve-de-depot-{inquiry_id}-{number}.txt")


# Typed at the desk, or by the commissioner


@blueprint.get("/bureau/enquetes-publiques/<int:inquiry_id>/saisie")
def show_typing(inquiry_id: int) -> str:
    kept = {name: request.args[name] for name in ("channel", "received_at") if request.args.get(name)}
    return _typing_page(inquiry_id, Form({**kept, "sending_key": new_key()}))


def _typing_page(inquiry_id: int, form: Form) -> str:
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    require(current_actor(), InquiriesAction.TYPE_OBSERVATION, inquiry)
    return render_template(
        "inquiries/typing.html",
        form=form,
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        channels=[{"value": each.value, "label": gettext(CHANNEL_WORDS[each])} for each in TYPED_CHANNELS],
        most_files=MOST_FILES,
        longest=LONGEST_OBSERVATION,
        typed=request.args.get("numero", ""),
    )


@blueprint.post("/bureau/enquetes-publiques/<int:inquiry_id>/saisie")
def type_observation(inquiry_id: int) -> ResponseReturnValue:
    def done(number: int) -> ResponseReturnValue:
        flash(gettext("L’observation n° %(number)s est au registre.", number=number), "success")
        kept: dict[str, Any] = {name: request.form.get(name, "") for name in ("channel", "received_at")}
        return redirect(url_for(".show_typing", inquiry_id=inquiry_id, numero=number, **kept))

    return submit_form(
        TypeObservationSchema,
        command=lambda data: depositing.type_observation(
            current_actor(), inquiry_id=inquiry_id, files=sent_files(), **data
        ),
        done=done,
        again=lambda form: _typing_page(inquiry_id, form),
    )

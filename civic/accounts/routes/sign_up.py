"""Sign-up, and the confirmation of its address."""

import json
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts.models import TokenPurpose
from civic.accounts.routes.door import (
    BY_ADDRESS,
    blueprint,
    is_search,
    limit_guesses,
    next_of,
    reader_language,
    residency_choices,
    sign_in_here,
    why_sign_in,
)
from civic.accounts.rules import MAILED_PATHS
from civic.accounts.schemas import SignUpSchema
from civic.accounts.service import sign_up as service
from civic.accounts.service.mailed_tokens import is_usable
from civic.accounts.service.own_account import choose_territory
from civic.extensions import limiter
from civic.kernel.clock import utc_now
from civic.kernel.errors import TooMany
from civic.kernel.sealing import seal, unseal
from civic.web.forms import Form, read_form, submit_form
from civic.web.identity import current_actor

SENT = "sign_up_sent"
"""What this browser carries, sealed, of the sign-up that it has just made: the address, and what writes to it again."""


@blueprint.get("/compte/inscription")
def show_sign_up() -> ResponseReturnValue:
    if current_actor().is_signed_in:
        return redirect(url_for("accounts.show_account"))
    is_corrected = "corriger" in request.args
    email = _sent()["email"] if is_corrected else ""
    return _sign_up_page(Form({"next": next_of(request.args.get("next")), "email": email}))


def _sign_up_page(form: Form) -> str:
    next_path = next_of(form.value("next"))
    return render_template(
        "accounts/sign_up.html",
        form=form,
        why=why_sign_in(next_path),
        next_path=next_path,
        **residency_choices(form),
    )


def _remember_sent(email: str, token_id: int | None, next_path: str) -> None:
    """Sealed, and as long for an address that has an account as for another: the browser does not learn which it was."""
    told = json.dumps({"email": email, "token_id": f"{token_id or 0:012d}", "next": next_path})
    session[SENT] = seal(SENT, told)


def _sent() -> dict[str, str]:
    told = unseal(SENT, session.get(SENT, ""))
    return json.loads(told) if told else {"email": "", "token_id": "0", "next": "/"}


@blueprint.post("/compte/inscription")
@limit_guesses(_sign_up_page, BY_ADDRESS)
@limit_guesses(_sign_up_page, "5 per hour", by_email=True)
def sign_up() -> ResponseReturnValue:
    if is_search():
        return _sign_up_page(read_form(SignUpSchema))

    def command(data: dict[str, Any]) -> None:
        territory_id = choose_territory(
            address=data["address"],
            address_point_id=data["address_point_id"],
            territory_id=data["territory_id"],
            may_wait=True,
        )
        if territory_id is None and data["address"]:
            flash(
                gettext(
                    "Nous ne connaissons pas l’adresse que vous avez tapée. Une fois connecté, vous choisirez votre quartier."
                ),
                "info",
            )
        newcomer = service.Newcomer(
            data["name"], data["email"], reader_language(), data["born_on"], territory_id
        )
        next_path = next_of(data["next"])
        token_id = service.sign_up(newcomer, password=data["password"], next_path=next_path)
        _remember_sent(data["email"], token_id, next_path)

    def done(result: None) -> ResponseReturnValue:
        return redirect(url_for("accounts.show_mail_sent"))

    return submit_form(SignUpSchema, command=command, done=done, again=_sign_up_page)


@blueprint.get("/compte/courrier-envoye")
def show_mail_sent() -> str:
    """After a sign-up, with the address that was written to; after a forgotten password, without."""
    told = _sent()
    return render_template("accounts/mail_sent.html", email=told["email"], next_path=told["next"])


@blueprint.post("/compte/courrier-envoye")
@limiter.limit("5 per hour", on_breach=lambda limit: _too_many_sent())
def send_again() -> ResponseReturnValue:
    told = _sent()
    if told["email"]:
        service.send_again(
            email=told["email"], token_id=int(told["token_id"]) or None, next_path=told["next"]
        )
        flash(gettext("Le message est renvoyé. Seul le plus récent est à ouvrir."), "success")
    return redirect(url_for("accounts.show_mail_sent"))


def _too_many_sent() -> Response:
    flash(gettext(TooMany.message), "error")
    return make_response(show_mail_sent(), 429)


@blueprint.get(MAILED_PATHS["confirm_email"] + "<token>")
def show_confirmation(token: str) -> ResponseReturnValue:
    """Looking changes nothing: mail readers open links before the person does."""
    usable = is_usable(token, TokenPurpose.CONFIRM_EMAIL, utc_now())
    next_path = next_of(request.args.get("next"))
    page = render_template("accounts/confirmation.html", token=token, is_usable=usable, next_path=next_path)
    return page, 200 if usable else 422


@blueprint.post(MAILED_PATHS["confirm_email"] + "<token>")
def confirm_email(token: str) -> ResponseReturnValue:
    sign_in_here(service.confirm_email(token=token))
    flash(gettext("Votre adresse électronique est confirmée. Bienvenue !"), "success")
    return redirect(next_of(request.args.get("next")))

"""A forgotten password, and the confirmation of a new address: what a mailed link opens."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts.models import TokenPurpose
from civic.accounts.routes.door import BY_ADDRESS, blueprint, limit_guesses, reader_language, sign_in_here
from civic.accounts.rules import MAILED_PATHS
from civic.accounts.schemas import ForgottenPasswordSchema, NewPasswordSchema
from civic.accounts.service import credentials
from civic.accounts.service.mailed_tokens import is_usable
from civic.kernel.clock import utc_now
from civic.web.forms import Form, submit_form


@blueprint.get("/compte/mot-de-passe/oublie")
def show_forgotten_password() -> str:
    return _forgotten_page(Form())


def _forgotten_page(form: Form) -> str:
    return render_template("accounts/forgotten_password.html", form=form)


@blueprint.post("/compte/mot-de-passe/oublie")
@limit_guesses(_forgotten_page, BY_ADDRESS)
@limit_guesses(_forgotten_page, "5 per hour", by_email=True)
def request_password_reset() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        credentials.request_password_reset(email=data["email"], language=reader_language())

    def done(result: None) -> ResponseReturnValue:
        return redirect(url_for("accounts.show_mail_sent"))

    return submit_form(ForgottenPasswordSchema, command=command, done=done, again=_forgotten_page)


@blueprint.get(MAILED_PATHS["reset_password"] + "<token>")
def show_password_reset(token: str) -> ResponseReturnValue:
    page = _reset_page(token, Form())
    return page, 200 if is_usable(token, TokenPurpose.RESET_PASSWORD, utc_now()) else 422


def _reset_page(token: str, form: Form) -> str:
    usable = is_usable(token, TokenPurpose.RESET_PASSWORD, utc_now())
    return render_template("accounts/password_reset.html", token=token, form=form, is_usable=usable)


@blueprint.post(MAILED_PATHS["reset_password"] + "<token>")
def reset_password(token: str) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        return credentials.reset_password(token=token, password=data["password"])

    def done(person_id: int) -> ResponseReturnValue:
        sign_in_here(person_id)
        flash(gettext("Votre mot de passe est changé. Les autres appareils ont été déconnectés."), "success")
        return redirect("/")

    def again(form: Form) -> str:
        return _reset_page(token, form)

    return submit_form(NewPasswordSchema, command=command, done=done, again=again)


@blueprint.get(MAILED_PATHS["change_email"] + "<token>")
def show_email_change(token: str) -> ResponseReturnValue:
    usable = is_usable(token, TokenPurpose.CHANGE_EMAIL, utc_now())
    page = render_template("accounts/email_change_confirmation.html", token=token, is_usable=usable)
    return page, 200 if usable else 422


@blueprint.post(MAILED_PATHS["change_email"] + "<token>")
def confirm_email_change(token: str) -> ResponseReturnValue:
    credentials.confirm_email_change(token=token)
    flash(
        gettext("Votre nouvelle adresse électronique est confirmée : elle sert désormais à vous connecter."),
        "success",
    )
    return redirect(url_for("accounts.show_security"))

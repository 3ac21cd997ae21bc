"""My account: password, e-mail, sessions, API tokens."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries
from civic.accounts.routes.door import BY_ACCOUNT, blueprint, limit_guesses, own_sign_in_id, sign_in_here
from civic.accounts.schemas import ApiTokenSchema, ChangeEmailSchema, ChangePasswordSchema
from civic.accounts.service import credentials, own_account
from civic.accounts.service import sign_in as sessions
from civic.kernel.clock import utc_now
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor


@blueprint.get("/compte/securite")
def show_security() -> str:
    person = queries.get_person(current_actor().id)
    return render_template(
        "accounts/security.html",
        person=person,
        sessions=queries.list_sign_ins(person.id, utc_now()),
        own_sign_in_id=own_sign_in_id(),
    )


def _back() -> ResponseReturnValue:
    return redirect(url_for("accounts.show_security"))


@blueprint.post("/compte/sessions/<int:sign_in_id>/fin")
def end_session(sign_in_id: int) -> ResponseReturnValue:
    own_account.end_session(current_actor(), sign_in_id=sign_in_id)
    flash(gettext("Cet appareil est déconnecté."), "success")
    return _back()


@blueprint.post("/compte/sessions/fin")
def sign_out_everywhere() -> ResponseReturnValue:
    sessions.sign_out_everywhere(current_actor())
    flash(gettext("Tous vos appareils sont déconnectés, celui-ci compris."), "success")
    return redirect(url_for("accounts.show_sign_in"))


@blueprint.get("/compte/mot-de-passe")
def show_password_change() -> str:
    return _password_page(Form())


def _password_page(form: Form) -> str:
    return render_template("accounts/password_change.html", form=form)


@blueprint.post("/compte/mot-de-passe")
@limit_guesses(_password_page, BY_ACCOUNT, only_refused=True)
def change_password() -> ResponseReturnValue:
    actor = current_actor()

    def command(data: dict[str, Any]) -> None:
        credentials.change_password(
            actor, present_password=data["present_password"], password=data["password"]
        )

    def done(result: None) -> ResponseReturnValue:
        sign_in_here(actor.id)
        flash(gettext("Votre mot de passe est changé. Les autres appareils ont été déconnectés."), "success")
        return _back()

    return submit_form(ChangePasswordSchema, command=command, done=done, again=_password_page)


@blueprint.get("/compte/adresse")
def show_change_email() -> str:
    return _email_page(Form())


def _email_page(form: Form) -> str:
    person = queries.get_person(current_actor().id)
    return render_template("accounts/email_change.html", form=form, person=person)


@blueprint.post("/compte/adresse")
@limit_guesses(_email_page, BY_ACCOUNT)
def change_email() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        credentials.request_email_change(
            current_actor(), email=data["email"], present_password=data["present_password"]
        )

    def done(result: None) -> ResponseReturnValue:
        flash(
            gettext(
                "Nous avons écrit à la nouvelle adresse électronique. Elle servira quand vous l’aurez confirmée."
            ),
            "success",
        )
        return _back()

    return submit_form(ChangeEmailSchema, command=command, done=done, again=_email_page)


@blueprint.get("/compte/jetons")
def show_api_tokens() -> str:
    return _tokens_page(Form())


def _tokens_page(form: Form, made: str | None = None) -> str:
    tokens = queries.list_api_tokens(current_actor().id)
    return render_template("accounts/api_tokens.html", form=form, tokens=tokens, made=made)


@blueprint.post("/compte/jetons")
def make_api_token() -> ResponseReturnValue:
    """The answer is the page itself, with the token: it is shown once, and written nowhere that a redirect could read it."""

    def command(data: dict[str, Any]) -> str:
        return own_account.make_api_token(current_actor(), label=data["label"])

    return submit_form(
        ApiTokenSchema,
        command=command,
        done=lambda token: _tokens_page(Form(), made=token),
        again=_tokens_page,
    )


@blueprint.post("/compte/jetons/<int:token_id>/revocation")
def revoke_api_token(token_id: int) -> ResponseReturnValue:
    own_account.revoke_api_token(current_actor(), token_id=token_id)
    flash(gettext("Ce jeton ne sert plus."), "success")
    return redirect(url_for("accounts.show_api_tokens"))

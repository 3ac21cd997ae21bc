"""Sign-in and sign-out."""

from typing import Any

from flask import flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, logout_user

from civic.accounts.routes.door import (
    BY_ACCOUNT,
    BY_ADDRESS,
    blueprint,
    carry,
    limit_guesses,
    next_of,
    why_sign_in,
)
from civic.accounts.schemas import SignInSchema
from civic.accounts.service import sign_in as sessions
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor, forget_actor
from civic.web.languages import own_path


@blueprint.get("/compte/connexion")
def show_sign_in() -> ResponseReturnValue:
    next_path = own_path(request.args.get("next"))
    if current_actor().is_signed_in:
        return redirect(next_path)
    return _sign_in_page(Form({"next": next_path}))


def _sign_in_page(form: Form) -> str:
    next_path = next_of(form.value("next"))
    return render_template(
        "accounts/sign_in.html", form=form, why=why_sign_in(next_path), next_path=next_path
    )


@blueprint.post("/compte/connexion")
@limit_guesses(_sign_in_page, BY_ADDRESS, only_refused=True)
@limit_guesses(_sign_in_page, BY_ACCOUNT, by_email=True, only_refused=True)
def sign_in() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> tuple[str, str]:
        token = sessions.sign_in(
            email=data["email"], password=data["password"], device=request.user_agent.string
        )
        return token, own_path(data["next"])

    def done(result: tuple[str, str]) -> ResponseReturnValue:
        token, address = result
        carry(token)
        return redirect(address)

    return submit_form(SignInSchema, command=command, done=done, again=_sign_in_page)


@blueprint.post("/compte/deconnexion")
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        sessions.sign_out(token=current_user.token)
    logout_user()
    session.clear()
    forget_actor()
    flash(
        gettext("Déconnexion faite. Personne ne peut plus agir en votre nom depuis cet appareil."), "success"
    )
    return redirect("/")

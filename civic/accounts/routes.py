"""Pages of the account: sign-up, sign-in, confirmation, password, what others may see."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from civic.accounts.identity import Visitor
from civic.accounts.queries import find_sign_in
from civic.accounts.schemas import SignInSchema
from civic.accounts.service import sign_in as sessions
from civic.extensions import limiter
from civic.kernel.clock import utc_now
from civic.web.forms import Form, submit_form
from civic.web.identity import forget_actor
from civic.web.languages import own_path

blueprint = Blueprint("accounts", __name__, url_prefix="/compte")


@blueprint.get("/connexion")
def show_sign_in() -> str:
    return _sign_in_page(Form({"next": request.args.get("next", "/")}))


def _sign_in_page(form: Form) -> str:
    return render_template("accounts/sign_in.html", form=form)


@blueprint.post("/connexion")
@limiter.limit("20 per minute")
def sign_in() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> tuple[str, str]:
        token = sessions.sign_in(
            email=data["email"], password=data["password"], device=request.user_agent.string
        )
        return token, own_path(data["next"])

    def done(result: tuple[str, str]) -> ResponseReturnValue:
        token, address = result
        remember(token)
        return redirect(address)

    return submit_form(SignInSchema, command=command, done=done, again=_sign_in_page)


def remember(token: str) -> None:
    """Have this browser carry a session that was just opened."""
    opened = find_sign_in(token, utc_now())
    if opened is not None:
        login_user(Visitor(token, opened.person_id, opened.id))
        forget_actor()


@blueprint.post("/deconnexion")
def sign_out() -> ResponseReturnValue:
    sessions.sign_out(token=current_user.token)
    logout_user()
    return redirect("/")


@blueprint.get("/inscription")
def show_sign_up() -> str:
    return render_template("accounts/sign_up.html", form=Form())

"""Sign-up, and the confirmation of its address."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts.models import TokenPurpose
from civic.accounts.routes.door import (
    BY_ADDRESS,
    blueprint,
    is_search,
    limit_guesses,
    reader_language,
    residency_choices,
    sign_in_here,
)
from civic.accounts.rules import MAILED_PATHS
from civic.accounts.schemas import SignUpSchema
from civic.accounts.service import sign_up as service
from civic.accounts.service.mailed_tokens import is_usable
from civic.accounts.service.own_account import choose_territory
from civic.kernel.clock import utc_now
from civic.web.forms import Form, read_form, submit_form
from civic.web.identity import current_actor


@blueprint.get("/compte/inscription")
def show_sign_up() -> ResponseReturnValue:
    if current_actor().is_signed_in:
        return redirect(url_for("accounts.show_account"))
    return _sign_up_page(Form())


def _sign_up_page(form: Form) -> str:
    return render_template("accounts/sign_up.html", form=form, **residency_choices(form))


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
        )
        newcomer = service.Newcomer(
            data["name"], data["email"], reader_language(), data["born_on"], territory_id
        )
        service.sign_up(newcomer, password=data["password"])

    def done(result: None) -> ResponseReturnValue:
        return redirect(url_for("accounts.show_mail_sent"))

    return submit_form(SignUpSchema, command=command, done=done, again=_sign_up_page)


@blueprint.get("/compte/courrier-envoye")
def show_mail_sent() -> str:
    return render_template("accounts/mail_sent.html")


@blueprint.get(MAILED_PATHS["confirm_email"] + "<token>")
def show_confirmation(token: str) -> ResponseReturnValue:
    """Looking changes nothing: mail readers open links before the person does."""
    usable = is_usable(token, TokenPurpose.CONFIRM_EMAIL, utc_now())
    page = render_template("accounts/confirmation.html", token=token, is_usable=usable)
    return page, 200 if usable else 422


@blueprint.post(MAILED_PATHS["confirm_email"] + "<token>")
def confirm_email(token: str) -> ResponseReturnValue:
    sign_in_here(service.confirm_email(token=token))
    flash(gettext("Votre adresse électronique est confirmée. Bienvenue !"), "success")
    return redirect("/")

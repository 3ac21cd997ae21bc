"""My account: what others see, where I live, my data."""

from typing import Any

from flask import Response, flash, json, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import logout_user

from civic.accounts import queries
from civic.accounts.routes.door import BY_ACCOUNT, blueprint, is_search, limit_guesses, residency_choices
from civic.accounts.schemas import PresentPasswordSchema, ProfileSchema, ResidencySchema
from civic.accounts.service import erasure, own_account
from civic.accounts.service.organisations import answer_invitation
from civic.territories import queries as territories
from civic.web.forms import Form, read_form, submit_form
from civic.web.identity import current_actor, forget_actor


@blueprint.get("/compte")
def show_account() -> str:
    return _account_page()


def _account_page(profile: Form | None = None, residency: Form | None = None) -> str:
    person = queries.get_person(current_actor().id)
    home = person.residencies[0] if person.residencies else None
    filled = Form(
        {
            "name": person.name,
            "language": person.language,
            "born_on": person.born_on.isoformat() if person.born_on else "",
        }
    )
    residency = residency or Form({"territory_id": home.territory_id if home else ""})
    return render_template(
        "accounts/account.html",
        person=person,
        home=home,
        home_name=territories.get_territory(home.territory_id).name if home else "",
        organisations=queries.list_organisations_of(person.id),
        invitations=queries.list_invitations_of(person.email),
        profile=profile or filled,
        residency=residency,
        **residency_choices(residency),
    )


@blueprint.post("/compte")
def update_profile() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        own_account.update_profile(current_actor(), changes=data)

    return submit_form(
        ProfileSchema,
        command=command,
        done=lambda result: _done(gettext("Vos informations sont enregistrées.")),
        again=lambda form: _account_page(profile=form),
    )


def _done(sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("accounts.show_account"))


@blueprint.post("/compte/domicile")
def declare_residency() -> ResponseReturnValue:
    if is_search():
        return _account_page(residency=read_form(ResidencySchema))

    def command(data: dict[str, Any]) -> None:
        chosen = own_account.choose_territory(
            address=data["address"],
            address_point_id=data["address_point_id"],
            territory_id=data["territory_id"],
        )
        own_account.declare_residency(current_actor(), territory_id=chosen)

    return submit_form(
        ResidencySchema,
        command=command,
        done=lambda result: _done(gettext("Votre quartier est enregistré.")),
        again=lambda form: _account_page(residency=form),
    )


@blueprint.post("/compte/associations/<int:organisation_id>/invitation")
def accept_membership(organisation_id: int) -> ResponseReturnValue:
    answer_invitation(current_actor(), organisation_id=organisation_id, is_accepted=True)
    flash(gettext("Vous pouvez maintenant parler au nom de cette association."), "success")
    return redirect(url_for("accounts.show_organisation", organisation_id=organisation_id))


@blueprint.post("/compte/associations/<int:organisation_id>/refus")
def decline_membership(organisation_id: int) -> ResponseReturnValue:
    answer_invitation(current_actor(), organisation_id=organisation_id, is_accepted=False)
    return _done(gettext("Invitation déclinée."))


@blueprint.get("/compte/donnees")
def show_own_data() -> str:
    return _own_data_page(Form())


def _own_data_page(form: Form) -> str:
    return render_template("accounts/own_data.html", form=form)


@blueprint.get("/compte/donnees/mes-donnees.json")
def download_own_data() -> Response:
    text = json.dumps(erasure.get_own_data(current_actor()), ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="mes-donnees.json"'}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


@blueprint.post("/compte/donnees/suppression")
@limit_guesses(_own_data_page, BY_ACCOUNT, only_refused=True)
def delete_account() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        erasure.delete_account(current_actor(), present_password=data["present_password"])

    def done(result: None) -> ResponseReturnValue:
        logout_user()
        session.clear()
        forget_actor()
        flash(gettext("Votre compte est supprimé. Merci d’avoir participé."), "success")
        return redirect("/")

    return submit_form(PresentPasswordSchema, command=command, done=done, again=_own_data_page)

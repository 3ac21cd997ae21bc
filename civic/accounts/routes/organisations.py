"""Associations: their public pages, their members, and the agents who verify them."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries
from civic.accounts.access import AccountsAction
from civic.accounts.models import MemberRight, Organisation
from civic.accounts.routes.door import blueprint
from civic.accounts.schemas import (
    ChangeOrganisationSchema,
    InviteMemberSchema,
    MemberRightSchema,
    RequestOrganisationSchema,
)
from civic.accounts.service import organisations as service
from civic.accounts.service.desk import require_desk
from civic.kernel.access import can
from civic.kernel.errors import N_
from civic.territories import queries as territories
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, page_number, submit_form
from civic.web.identity import current_actor

RIGHT_NAMES = {
    MemberRight.OWNER: N_("Responsable"),
    MemberRight.ORGANISER: N_("Organisateur"),
    MemberRight.READER: N_("Lecteur"),
}


@blueprint.get("/associations")
def list_organisations() -> str:
    actor = current_actor()
    mine = queries.list_organisations_of(actor.id) if actor.is_signed_in else []
    return render_template(
        "accounts/organisations.html",
        page=queries.list_organisations(number=page_number()),
        waiting=[one for one in mine if one.verified_at is None],
        may_request=can(actor, AccountsAction.REQUEST_ORGANISATION, territories.get_town().id),
    )


@blueprint.get("/associations/nouvelle")
def show_request_organisation() -> str:
    return _request_page(Form())


def _request_page(form: Form) -> str:
    may = can(current_actor(), AccountsAction.REQUEST_ORGANISATION, territories.get_town().id)
    return render_template("accounts/request_organisation.html", form=form, may_request=may)


@blueprint.post("/associations/nouvelle")
def request_organisation() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        return service.request_organisation(current_actor(), territory_id=territories.get_town().id, **data)

    def done(organisation_id: int) -> ResponseReturnValue:
        return _done(
            organisation_id, gettext("Votre demande est envoyée. Un agent de la mairie va la vérifier.")
        )

    return submit_form(RequestOrganisationSchema, command=command, done=done, again=_request_page)


def _done(organisation_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("accounts.show_organisation", organisation_id=organisation_id))


@blueprint.get("/associations/<int:organisation_id>")
def show_organisation(organisation_id: int) -> str:
    return _organisation_page(organisation_id, Form())


def _organisation_page(organisation_id: int, form: Form) -> str:
    actor = current_actor()
    organisation = service.see_organisation(actor, organisation_id=organisation_id)
    speaks = can(actor, AccountsAction.SPEAK_FOR_ORGANISATION, organisation.id)
    verifies = can(actor, AccountsAction.VERIFY_ORGANISATION, organisation.territory_id)
    return render_template(
        "accounts/organisation.html",
        organisation=organisation,
        town_name=territories.get_territory(organisation.territory_id).name,
        speaks=speaks,
        verifies=verifies,
        members=queries.list_members(organisation.id) if speaks or verifies else [],
        rights=queries.rights_in(organisation.id) if speaks or verifies else {},
        right_names={right.value: gettext(name) for right, name in RIGHT_NAMES.items()},
        keeps=can(actor, AccountsAction.MANAGE_MEMBERS, organisation.id),
        invited=queries.list_invited_emails(organisation.id) if speaks else [],
        form=form,
    )


@blueprint.get("/associations/<int:organisation_id>/presentation")
def show_description(organisation_id: int) -> str:
    organisation = service.see_organisation(current_actor(), organisation_id=organisation_id)
    return _description_page(organisation, Form(_stored(organisation)))


def _stored(organisation: Organisation) -> dict[str, str]:
    return {name: getattr(organisation, name) for name in (*Organisation.WRITTEN, SEEN)}


def _description_page(organisation: Organisation, form: Form) -> str:
    return render_template("accounts/describe_organisation.html", organisation=organisation, form=form)


@blueprint.post("/associations/<int:organisation_id>/presentation")
def describe_organisation(organisation_id: int) -> ResponseReturnValue:
    organisation = service.see_organisation(current_actor(), organisation_id=organisation_id)

    def command(data: dict[str, Any]) -> None:
        service.describe_organisation(current_actor(), organisation_id=organisation_id, **data)

    return submit_form(
        ChangeOrganisationSchema,
        command=command,
        done=lambda result: _done(organisation_id, gettext("La présentation est enregistrée.")),
        again=lambda form: _description_page(organisation, compared(form, _stored(organisation))),
    )


@blueprint.post("/associations/<int:organisation_id>/membres")
def invite_member(organisation_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        service.invite_member(current_actor(), organisation_id=organisation_id, email=data["email"])

    told = gettext(
        "S’il existe un compte à cette adresse électronique, la personne y trouvera votre invitation."
    )
    return submit_form(
        InviteMemberSchema,
        command=command,
        done=lambda result: _done(organisation_id, told),
        again=lambda form: _organisation_page(organisation_id, form),
    )


@blueprint.post("/associations/<int:organisation_id>/membres/<int:person_id>/depart")
def remove_member(organisation_id: int, person_id: int) -> ResponseReturnValue:
    service.remove_member(current_actor(), organisation_id=organisation_id, person_id=person_id)
    return _done(organisation_id, gettext("Cette personne n’est plus membre."))


@blueprint.post("/associations/<int:organisation_id>/membres/<int:person_id>/droit")
def set_member_right(organisation_id: int, person_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        service.set_member_right(
            current_actor(), organisation_id=organisation_id, person_id=person_id, right=data["right"]
        )

    return submit_form(
        MemberRightSchema,
        command=command,
        done=lambda _: _done(organisation_id, gettext("Ce droit est changé.")),
        again=lambda form: _organisation_page(organisation_id, form),
    )


@blueprint.get("/bureau/associations")
def show_organisations_desk() -> str:
    require_desk(current_actor(), AccountsAction.VERIFY_ORGANISATION)
    page = queries.list_organisations(is_verified=False, number=page_number())
    return render_template("accounts/organisations_desk.html", page=page)


@blueprint.post("/bureau/associations/<int:organisation_id>/verification")
def verify_organisation(organisation_id: int) -> ResponseReturnValue:
    service.verify_organisation(current_actor(), organisation_id=organisation_id)
    return _done(organisation_id, gettext("Cette association est vérifiée : elle peut publier en son nom."))


@blueprint.post("/bureau/associations/<int:organisation_id>/refus")
def refuse_organisation(organisation_id: int) -> ResponseReturnValue:
    service.refuse_organisation(current_actor(), organisation_id=organisation_id)
    flash(gettext("La demande est retirée."), "success")
    return redirect(url_for("accounts.show_organisations_desk"))

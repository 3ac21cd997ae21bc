"""The people's desk: agents and administrators."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import ValidationError

from civic.accounts import queries
from civic.accounts.access import AccountsAction
from civic.accounts.models import Person, ResidencyProof, Role
from civic.accounts.routes.door import blueprint
from civic.accounts.schemas import (
    IdentitySchema,
    PeopleQuery,
    ProofSchema,
    RegisterPersonSchema,
    RoleSchema,
)
from civic.accounts.service import desk, people, roles
from civic.accounts.service.desk import CivilIdentity
from civic.kernel.access import can
from civic.kernel.errors import N_
from civic.territories import queries as territories
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor

ROLE_NAMES = {
    Role.COUNCILLOR: N_("Élu"),
    Role.AGENT: N_("Agent de la mairie"),
    Role.MODERATOR: N_("Modérateur"),
    Role.SAFEGUARDING: N_("Référent protection des personnes"),
    Role.REGISTER_KEEPER: N_("Désigné pour le registre des personnes fragiles"),
    Role.ADMIN: N_("Administrateur"),
}
PROOF_NAMES = {
    ResidencyProof.UTILITY_BILL: N_("Facture d’eau, d’énergie ou de téléphone"),
    ResidencyProof.RENT_RECEIPT: N_("Quittance de loyer"),
    ResidencyProof.TAX_NOTICE: N_("Avis d’imposition"),
    ResidencyProof.HOST_STATEMENT: N_("Attestation d’hébergement"),
    ResidencyProof.TOWN_REGISTER: N_("Registre de la mairie"),
}
IDENTITY_FIELDS = ("family_name", "first_names", "born_on", "birth_place")


@blueprint.get("/bureau/personnes")
def show_people() -> str:
    asked = load_filters(PeopleQuery)
    page = desk.search_people(
        current_actor(), text=asked["q"], residency=asked["residency"], number=asked["page"]
    )
    ids = {person.id for person in page.items}
    homes = {home.territory_id for person in page.items for home in person.residencies}
    return render_template(
        "accounts/people.html",
        page=page,
        asked=asked,
        roles=queries.list_roles_of(ids),
        role_names=_role_names(),
        places=territories.names_of(homes),
    )


def _role_names() -> dict[str, str]:
    return {role.value: gettext(name) for role, name in ROLE_NAMES.items()}


def _proof_names() -> dict[str, str]:
    return {proof.value: gettext(name) for proof, name in PROOF_NAMES.items()}


@blueprint.get("/bureau/personnes/inscription")
def show_register_person() -> str:
    return _register_page(Form())


def _register_page(form: Form) -> str:
    desk.require_desk(current_actor(), AccountsAction.REGISTER_PERSON)
    town = territories.find_town()
    places = territories.list_neighbourhoods(town.id) if town else []
    return render_template(
        "accounts/register_person.html",
        form=form,
        places=[(place.id, place.name) for place in places],
        known=_find_known(form),
    )


def _find_known(form: Form) -> Person | None:
    """Return who bears the civil identity that was typed, so that the agent goes to her page rather than double her."""
    try:
        typed = IdentitySchema().load({name: form.value(name) for name in IDENTITY_FIELDS})
    except ValidationError:
        return None
    return desk.find_person_of_identity(current_actor(), CivilIdentity(**typed))


@blueprint.post("/bureau/personnes/inscription")
def register_person() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        identity = CivilIdentity(**{name: data[name] for name in IDENTITY_FIELDS})
        return desk.register_person(
            current_actor(),
            name=data["name"],
            identity=identity,
            phone=data["phone"],
            territory_id=data["territory_id"],
        )

    return submit_form(
        RegisterPersonSchema,
        command=command,
        done=lambda person_id: _done(person_id, gettext("Cette personne est inscrite.")),
        again=_register_page,
    )


def _done(person_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("accounts.show_person", person_id=person_id))


@blueprint.get("/bureau/personnes/<int:person_id>")
def show_person(person_id: int) -> str:
    return _person_page(person_id, Form())


def _person_page(person_id: int, form: Form) -> str:
    actor = current_actor()
    person = desk.see_person(actor, person_id=person_id)
    town = territories.find_town()
    places = [town, *territories.list_neighbourhoods(town.id)] if town else []
    home = person.residencies[0] if person.residencies else None
    verifier = queries.names_of({home.verified_by_id}) if home and home.verified_by_id else {}
    return render_template(
        "accounts/person.html",
        person=person,
        home=home,
        verifier=next(iter(verifier.values()), ""),
        grants=queries.list_roles_of({person.id}).get(person.id, []),
        organisations=queries.list_organisations_of(person.id),
        place_names={place.id: place.name for place in places},
        roles=_role_names(),
        proofs=_proof_names(),
        may_manage_roles=can(actor, AccountsAction.MANAGE_ROLES, town.id if town else None),
        may_deactivate=can(actor, AccountsAction.DEACTIVATE_PERSON, town.id if town else None),
        is_oneself=person.id == actor.id,
        known=_find_known(form),
        form=form,
    )


@blueprint.post("/bureau/personnes/<int:person_id>/roles")
def grant_role(person_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        people.grant_role(current_actor(), person_id=person_id, **data)

    return _submit(RoleSchema, person_id, command, gettext("Ce rôle est donné."))


@blueprint.post("/bureau/personnes/<int:person_id>/roles/retrait")
def withdraw_role(person_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        roles.withdraw_role(current_actor(), person_id=person_id, **data)

    return _submit(RoleSchema, person_id, command, gettext("Ce rôle est retiré."))


@blueprint.post("/bureau/personnes/<int:person_id>/domicile")
def verify_residency(person_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        desk.verify_residency(current_actor(), person_id=person_id, proof=data["proof"])

    return _submit(ProofSchema, person_id, command, gettext("Le domicile est vérifié."))


@blueprint.post("/bureau/personnes/<int:person_id>/identite")
def record_identity(person_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        desk.record_identity(current_actor(), person_id=person_id, identity=CivilIdentity(**data))

    return _submit(IdentitySchema, person_id, command, gettext("L’état civil est relevé."))


def _submit(schema: Any, person_id: int, command: Any, sentence: str) -> ResponseReturnValue:
    return submit_form(
        schema,
        command=command,
        done=lambda result: _done(person_id, sentence),
        again=lambda form: _person_page(person_id, form),
    )


@blueprint.post("/bureau/personnes/<int:person_id>/desactivation")
def deactivate_person(person_id: int) -> ResponseReturnValue:
    desk.deactivate_person(current_actor(), person_id=person_id)
    return _done(person_id, gettext("Ce compte est désactivé : la personne ne peut plus se connecter."))


@blueprint.post("/bureau/personnes/<int:person_id>/reactivation")
def reactivate_person(person_id: int) -> ResponseReturnValue:
    desk.reactivate_person(current_actor(), person_id=person_id)
    return _done(person_id, gettext("Ce compte est de nouveau actif."))

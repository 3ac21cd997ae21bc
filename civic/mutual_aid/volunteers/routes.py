"""Pages of the town hall about volunteers: who is to be met, what an agent saw, what each kind of help asks, the list of skills."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.kernel.access import can, require
from civic.kernel.clock import town_today
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.rules import Category
from civic.mutual_aid.volunteers import panels, queries, service, words
from civic.mutual_aid.volunteers.errors import NotLookedAt
from civic.mutual_aid.volunteers.schemas import (
    AddSkillSchema,
    AgreementSchema,
    ProofSchema,
    RemoveProofSchema,
    RetireSkillSchema,
    VolunteersQuery,
    vetting_rules_schema,
)
from civic.safeguarding import queries as safeguarding
from civic.safeguarding.access import SafeguardingAction
from civic.safeguarding.rules import MAY_ASK_HONOURABILITY, Asked, ConcernKind, Level
from civic.safeguarding.schemas import RaiseConcernSchema
from civic.safeguarding.service import minors, vetting
from civic.safeguarding.service.concerns import raise_concern
from civic.territories import queries as territories
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("volunteers", __name__, url_prefix="/entraide")
for _helper in words.GLOBALS:
    blueprint.add_app_template_global(_helper)


@blueprint.get("/benevoles")
def list_volunteers() -> str:
    town_id = territories.get_town().id
    require(current_actor(), SafeguardingAction.VET_VOLUNTEERS, town_id)
    filters = load_filters(VolunteersQuery)
    chosen = filters["state"] if filters["state"] in queries.STATES else "waiting"
    return render_template(
        "volunteers/list.html",
        page=queries.list_volunteers(town_id, state=chosen, number=filters["page"], on=town_today()),
        chosen=chosen,
        counts=queries.count_volunteers(town_id, on=town_today()),
    )


@blueprint.get("/benevoles/<int:person_id>")
def show_volunteer(person_id: int) -> str:
    return _volunteer_page(person_id, Form())


def _volunteer_page(person_id: int, form: Form) -> str:
    file = panels.see_volunteer(current_actor(), town_id=territories.get_town().id, person_id=person_id)
    return render_template(
        "volunteers/volunteer.html",
        file=file,
        form=form,
        proofs=panels.proofs_asked(territories.get_town().id),
        today=town_today().isoformat(),
    )


@blueprint.post("/benevoles/<int:person_id>/verifications")
def record_proof(person_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        if not data.pop("has_seen"):
            raise NotLookedAt(fields={"has_seen": [NotLookedAt.message]})
        return vetting.record_proof(
            current_actor(), town_id=territories.get_town().id, person_id=person_id, **data
        )

    return _submit(ProofSchema, person_id, command, gettext("C’est noté."))


@blueprint.post("/benevoles/<int:person_id>/verifications/retrait")
def remove_proof(person_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        vetting.remove_proof(current_actor(), town_id=territories.get_town().id, person_id=person_id, **data)

    return _submit(RemoveProofSchema, person_id, command, gettext("Cette vérification est retirée."))


@blueprint.post("/benevoles/<int:person_id>/accord")
def record_agreement(person_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        minors.record_agreement(
            current_actor(), town_id=territories.get_town().id, person_id=person_id, **data
        )

    return _submit(AgreementSchema, person_id, command, gettext("L’accord est noté."))


def _submit(schema: Any, person_id: int, command: Any, said: str) -> ResponseReturnValue:
    def done(_: Any) -> ResponseReturnValue:
        flash(said, "success")
        return redirect(url_for("volunteers.show_volunteer", person_id=person_id))

    return submit_form(
        schema, command=command, done=done, again=lambda form: _volunteer_page(person_id, form)
    )


@blueprint.get("/benevoles/<int:person_id>/inquietude")
def show_worry_form(person_id: int) -> str:
    return _worry_page(person_id, Form())


def _worry_page(person_id: int, form: Form) -> str:
    """For an agent to whom somebody spoke of a volunteer. What she writes goes to the safeguarding officers; she cannot read it again."""
    require(current_actor(), SafeguardingAction.VET_VOLUNTEERS, territories.get_town().id)
    return render_template(
        "volunteers/agent_worry.html",
        form=form,
        person=accounts.get_person(person_id),
        kinds=list(ConcernKind),
    )


@blueprint.post("/benevoles/<int:person_id>/inquietude")
def tell_worry(person_id: int) -> ResponseReturnValue:
    actor = current_actor()
    require(actor, SafeguardingAction.VET_VOLUNTEERS, territories.get_town().id)
    about_id = accounts.get_person(person_id).id

    def done(_: int) -> ResponseReturnValue:
        flash(gettext("Votre message est chez le référent protection des personnes."), "success")
        return redirect(url_for("volunteers.show_volunteer", person_id=person_id))

    return submit_form(
        RaiseConcernSchema,
        command=lambda data: raise_concern(
            actor, town_id=territories.get_town().id, about_id=about_id, **data
        ),
        done=done,
        again=lambda form: _worry_page(person_id, form),
        is_sent_once=True,
    )


@blueprint.get("/benevoles/regles")
def show_vetting_rules() -> str:
    return _rules_page(Form(_stored_rules()))


def _stored_rules() -> dict[str, Any]:
    asked = safeguarding.asked_by_category(territories.get_town().id)
    levels = {f"level_{name}": rule.level.value for name, rule in asked.items()}
    documents = {
        f"honourability_{name}": "true" if rule.honourability else "" for name, rule in asked.items()
    }
    return {**levels, **documents, SEEN: vetting.seen_rules(asked)}


def _rules_page(form: Form) -> str:
    require(current_actor(), SafeguardingAction.VET_VOLUNTEERS, territories.get_town().id)
    return render_template(
        "volunteers/rules.html",
        form=form,
        categories=list(Category),
        levels=list(Level),
        may_ask_honourability=MAY_ASK_HONOURABILITY,
        may_change=can(current_actor(), SafeguardingAction.SET_VETTING_RULES, territories.get_town().id),
    )


@blueprint.post("/benevoles/regles")
def set_vetting_rules() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        asked = {
            category.value: Asked(data[f"level_{category.value}"], data[f"honourability_{category.value}"])
            for category in Category
        }
        vetting.set_vetting_rules(
            current_actor(), town_id=territories.get_town().id, asked=asked, seen=data[SEEN]
        )

    def done(_: None) -> ResponseReturnValue:
        flash(gettext("Les règles sont enregistrées. Elles valent dès maintenant."), "success")
        return redirect(url_for("volunteers.show_vetting_rules"))

    schema = vetting_rules_schema(category.value for category in Category)
    return submit_form(
        schema,
        command=command,
        done=done,
        again=lambda form: _rules_page(compared(form, _stored_rules())),
    )


@blueprint.get("/benevoles/competences")
def show_skills() -> str:
    return _skills_page(Form())


def _skills_page(form: Form) -> str:
    require(current_actor(), MutualAidAction.EDIT_SKILLS, territories.get_town().id)
    return render_template(
        "volunteers/skills.html", form=form, skills=queries.list_skills(territories.get_town().id)
    )


@blueprint.post("/benevoles/competences")
def add_skill() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        service.add_skill(current_actor(), town_id=territories.get_town().id, **data)

    return _submit_skill(AddSkillSchema, command, gettext("La compétence est dans la liste."))


@blueprint.post("/benevoles/competences/retrait")
def retire_skill() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        service.retire_skill(current_actor(), town_id=territories.get_town().id, **data)

    return _submit_skill(RetireSkillSchema, command, gettext("La compétence n’est plus dans la liste."))


def _submit_skill(schema: Any, command: Any, said: str) -> ResponseReturnValue:
    def done(_: Any) -> ResponseReturnValue:
        flash(said, "success")
        return redirect(url_for("volunteers.show_skills"))

    return submit_form(schema, command=command, done=done, again=_skills_page)

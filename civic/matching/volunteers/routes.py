"""Pages of a volunteer about herself."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.kernel.access import can, require
from civic.kernel.clock import utc_now
from civic.matching import queries as matching
from civic.matching.service import safety
from civic.matching.service.matches import get_followed_match
from civic.matching.volunteers.panels import build_limits_panel
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.codes import service as codes
from civic.mutual_aid.errors import CharterMissing
from civic.mutual_aid.volunteers import queries, service
from civic.mutual_aid.volunteers.rules import LARGEST_CEILING, HeldSkill, Limits
from civic.mutual_aid.volunteers.schemas import (
    CharterSchema,
    PhoneCodeSchema,
    limits_of,
    limits_schema,
    skills_of,
)
from civic.safeguarding.rules import AgeBand, ConcernKind
from civic.safeguarding.schemas import RaiseConcernSchema
from civic.safeguarding.service.blocks import remove_block as remove_own_block
from civic.territories import queries as territories
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema
from civic.web.texting import are_texts_on

blueprint = Blueprint("own_limits", __name__, url_prefix="/entraide")


@blueprint.get("/mes-disponibilites")
def show_limits() -> str:
    actor = current_actor()
    require(actor, MutualAidAction.SET_LIMITS)
    limits, held = queries.get_limits(actor.id), queries.skills_of([actor.id])[actor.id]
    phone = accounts.get_person(actor.id).phone or ""
    return _limits_page(Form({**_as_typed(limits, held), "phone": phone}))


def _as_typed(limits: Limits, held: list[HeldSkill]) -> dict[str, Any]:
    typed: dict[str, Any] = {
        "by_mail": "true" if limits.by_mail else "",
        "by_sms": "true" if limits.by_sms else "",
        "quiet_from_hour": limits.quiet.from_hour,
        "quiet_to_hour": limits.quiet.to_hour,
        "weekly_ceiling": limits.weekly_ceiling,
        "skills": [skill.key for skill in held],
    }
    return typed | {f"expiry_{skill.key}": skill.expires_on or "" for skill in held}


def _limits_page(form: Form) -> str:
    panel = build_limits_panel(current_actor(), town_id=territories.get_town().id, now=utc_now())
    if "weekly_ceiling" not in form.values:  # another form of the page failed
        phone = accounts.get_person(current_actor().id).phone or ""
        form.values |= _as_typed(panel.limits, list(panel.held.values())) | {"phone": phone}
    return render_template(
        "volunteers/limits.html",
        panel=panel,
        form=form,
        ages=list(AgeBand),
        most=LARGEST_CEILING,
        is_agent=can(current_actor(), MutualAidAction.WATCH_REQUESTS, territories.get_town().id),
        is_sms_on=are_texts_on(),
        now=utc_now(),
    )


@blueprint.post("/mes-disponibilites")
def set_limits() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        service.set_limits(
            current_actor(),
            town_id=territories.get_town().id,
            limits=limits_of(data),
            skills=skills_of(data),
            phone=data["phone"],
        )

    def done(_: None) -> ResponseReturnValue:
        flash(gettext("C’est enregistré : nous en tenons compte dès maintenant."), "success")
        return redirect(url_for("own_limits.show_limits"))

    schema = limits_schema(queries.list_skills(territories.get_town().id))
    return submit_form(schema, command=command, done=done, again=_limits_page)


@blueprint.post("/mes-disponibilites/numero")
def send_phone_code() -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: codes.send_phone_code(current_actor(), are_texts_on=are_texts_on()),
        done=lambda _: _show_number(gettext("Le code part par SMS. Tapez ici ses six chiffres.")),
        again=_limits_page,
    )


@blueprint.post("/mes-disponibilites/numero/code")
def verify_phone() -> ResponseReturnValue:
    return submit_form(
        PhoneCodeSchema,
        command=lambda data: codes.verify_phone(current_actor(), code=data["code"]),
        done=lambda _: _show_number(gettext("Merci : votre numéro est vérifié.")),
        again=_limits_page,
    )


def _show_number(said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("own_limits.show_limits", _anchor="numero"))


@blueprint.post("/charte")
def accept_charter() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        if not data["accepts_charter"]:
            raise CharterMissing(fields={"accepts_charter": [CharterMissing.message]})
        service.accept_charter(current_actor(), age=data["age"])

    def done(_: None) -> ResponseReturnValue:
        flash(gettext("Merci : votre accord à la charte est noté."), "success")
        return redirect(url_for("own_limits.show_limits"))

    return submit_form(CharterSchema, command=command, done=done, again=_limits_page)


# Either side of a match


@blueprint.get("/mises-en-relation/<int:match_id>/inquietude")
def show_worry_form(match_id: int) -> str:
    return _worry_page(match_id, Form())


def _worry_page(match_id: int, form: Form) -> str:
    actor = current_actor()
    side = get_followed_match(actor, match_id)
    (match,) = matching.present_matches([matching.get_match(side.id)], actor.id)
    return render_template("volunteers/worry.html", match=match, form=form, kinds=list(ConcernKind))


@blueprint.post("/mises-en-relation/<int:match_id>/inquietude")
def tell_worry(match_id: int) -> ResponseReturnValue:
    def done(_: int) -> ResponseReturnValue:
        flash(gettext("Merci. Le référent protection de la mairie va lire votre message."), "success")
        return redirect(url_for("matching.show_match", match_id=match_id))

    return submit_form(
        RaiseConcernSchema,
        command=lambda data: safety.tell_worry(current_actor(), match_id=match_id, **data),
        done=done,
        again=lambda form: _worry_page(match_id, form),
        is_sent_once=True,
    )


@blueprint.post("/mises-en-relation/<int:match_id>/blocage")
def block_other_side(match_id: int) -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(
            gettext("C’est noté : vous ne serez plus mis en relation. L’autre personne n’en saura rien."),
            "success",
        )
        return redirect(url_for("matching.show_match", match_id=match_id))

    return submit_form(
        NothingSchema,
        command=lambda _: safety.block_other_side(current_actor(), match_id=match_id),
        done=done,
        again=lambda form: _worry_page(match_id, form),
    )


@blueprint.post("/blocages/<int:person_id>/fin")
def remove_block(person_id: int) -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(gettext("C’est noté : vous pourrez de nouveau être mis en relation."), "success")
        return redirect(url_for("own_limits.show_limits"))

    return submit_form(
        NothingSchema,
        command=lambda _: remove_own_block(current_actor(), blocked_id=person_id),
        done=done,
        again=_limits_page,
    )

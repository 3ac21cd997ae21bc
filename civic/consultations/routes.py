"""Pages of consultations: the list, the page of one, its draft, its publication."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations import queries, rules, service
from civic.consultations.access import ConsultationsAction
from civic.consultations.models import Consultation
from civic.consultations.panels import build_panels
from civic.consultations.rules import Activity, ConsultationPlan, ConsultationState, Status
from civic.consultations.schemas import (
    LONGEST_BODY,
    LONGEST_PHASE_DESCRIPTION,
    LONGEST_PHASE_NAME,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    ConsultationFormSchema,
    ListConsultationsQuery,
    PublishConsultationSchema,
    phase_rows,
)
from civic.kernel.access import can, require
from civic.kernel.clock import utc_now
from civic.kernel.errors import N_
from civic.plain_language.forms import CHECK_BUTTON, reading_of
from civic.plain_language.schemas import LONGEST_PLAIN_TEXT
from civic.territories import queries as territories
from civic.territories.errors import TerritoryNotFound
from civic.territories.models import Territory
from civic.web.forms import Form, load_filters, read_form, submit_form
from civic.web.identity import current_actor
from civic.web.kept_pages import same_for_strangers
from civic.web.languages import form_instant

blueprint = Blueprint("consultations", __name__, url_prefix="/consultations")

LEAST_ROWS = 3
"""Empty rows of phases that a new draft shows; enough for most, without a script."""

ADD_PHASE = "add_phase"
SHOWN_AGAIN = {ADD_PHASE, CHECK_BUTTON}
"""Buttons of the form that save nothing, and work without a script."""

LIMITS = {
    "title": LONGEST_TITLE,
    "summary": LONGEST_SUMMARY,
    "body": LONGEST_BODY,
    "plain_text": LONGEST_PLAIN_TEXT,
    "phase_name": LONGEST_PHASE_NAME,
    "phase_description": LONGEST_PHASE_DESCRIPTION,
}

ACTIVITY_LABELS = {
    Activity.PROPOSE: N_("Proposer des idées"),
    Activity.ARGUE: N_("Débattre : donner des arguments"),
    Activity.SUPPORT: N_("Soutenir des propositions"),
    Activity.REACT: N_("Réagir aux affirmations"),
    Activity.VOTE: N_("Voter"),
}
"""Reading is always permitted, so no box asks for it."""


@blueprint.get("")
@same_for_strangers
def list_consultations() -> str:
    actor = current_actor()
    filters = load_filters(ListConsultationsQuery)
    page = service.list_visible_consultations(
        actor,
        status=filters["status"],
        neighbourhood_id=filters["neighbourhood_id"],
        number=filters["page"],
    )
    town = territories.find_town()
    return render_template(
        "consultations/list.html",
        page=page,
        consultations=queries.view_consultations(page.items, at=utc_now()),
        filters=filters,
        place_options=[(place.id, place.name) for place in territories.list_neighbourhoods()],
        may_write=town is not None and can(actor, ConsultationsAction.WRITE_CONSULTATION, town.id),
    )


@blueprint.get("/<int:consultation_id>")
@same_for_strangers
def show_consultation(consultation_id: int) -> str:
    actor, now = current_actor(), utc_now()
    consultation = service.get_visible_consultation(actor, consultation_id)
    view = queries.view_consultation(consultation, at=now)
    phases = [phase.plan for phase in view.phases]
    shown = ConsultationState.PUBLISHED if phases else view.state  # without dates, it could not be published
    as_published = replace(view, status=rules.status_of(shown, phases, at=now))
    return render_template(
        "consultations/show.html",
        consultation=as_published,  # a draft is previewed exactly as residents will see it
        is_draft=view.status is Status.DRAFT,
        panels=build_panels(view),
        is_concerned=bool(consultation.concerned_ids & actor.residence_ids),
        may_write=can(actor, ConsultationsAction.WRITE_CONSULTATION, consultation),
    )


@blueprint.get("/<int:consultation_id>/essentiel")
@same_for_strangers
def show_essential(consultation_id: int) -> str:
    consultation = service.get_visible_consultation(current_actor(), consultation_id)
    view = queries.view_consultation(consultation, at=utc_now())
    return render_template("consultations/essential.html", consultation=view)


@blueprint.get("/nouvelle")
def show_new_consultation() -> str:
    town = _town()
    require(current_actor(), ConsultationsAction.WRITE_CONSULTATION, town.id)
    return _edit_page(Form(), None)


@blueprint.post("/nouvelle")
def draft_consultation() -> ResponseReturnValue:
    town_id = _town().id
    require(current_actor(), ConsultationsAction.WRITE_CONSULTATION, town_id)
    if SHOWN_AGAIN & request.form.keys():
        return _edit_page(read_form(ConsultationFormSchema), None)

    def command(data: dict[str, Any]) -> int:
        return service.draft_consultation(current_actor(), territory_id=town_id, plan=_plan_of(data))

    return submit_form(
        ConsultationFormSchema, command=command, done=_saved, again=lambda form: _edit_page(form, None)
    )


@blueprint.get("/<int:consultation_id>/modifier")
def show_edit_consultation(consultation_id: int) -> str:
    consultation = _editable(consultation_id)
    return _edit_page(Form(_values_of(consultation)), consultation)


@blueprint.post("/<int:consultation_id>/modifier")
def revise_consultation(consultation_id: int) -> ResponseReturnValue:
    if SHOWN_AGAIN & request.form.keys():
        return _edit_page(read_form(ConsultationFormSchema), _editable(consultation_id))

    def command(data: dict[str, Any]) -> int:
        service.revise_consultation(
            current_actor(),
            consultation_id=consultation_id,
            version=data["version"] or 0,
            plan=_plan_of(data),
        )
        return consultation_id

    return submit_form(
        ConsultationFormSchema,
        command=command,
        done=_saved,
        again=lambda form: _edit_page(form, _editable(consultation_id)),
    )


@blueprint.get("/<int:consultation_id>/publication")
def show_publication(consultation_id: int) -> ResponseReturnValue:
    consultation = _editable(consultation_id)
    require(current_actor(), ConsultationsAction.PUBLISH_CONSULTATION, consultation)
    if consultation.state is ConsultationState.PUBLISHED:
        return redirect(url_for(".show_consultation", consultation_id=consultation_id))
    return _publication_page(Form(), consultation)


@blueprint.post("/<int:consultation_id>/publication")
def publish_consultation(consultation_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        service.publish_consultation(
            current_actor(), consultation_id=consultation_id, version=data["version"]
        )

    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("La consultation est publiée : tout le monde peut la lire."), "success")
        return redirect(url_for(".show_consultation", consultation_id=consultation_id))

    return submit_form(
        PublishConsultationSchema,
        command=command,
        done=done,
        again=lambda form: _publication_page(form, _editable(consultation_id)),
    )


def _town() -> Territory:
    town = territories.find_town()
    if town is None:
        raise TerritoryNotFound
    return town


def _editable(consultation_id: int) -> Consultation:
    consultation = service.get_visible_consultation(current_actor(), consultation_id)
    require(current_actor(), ConsultationsAction.WRITE_CONSULTATION, consultation)
    return consultation


def _plan_of(data: dict[str, Any]) -> ConsultationPlan:
    return ConsultationPlan(
        title=data["title"],
        summary=data.get("summary", ""),
        body=data.get("body", ""),
        plain_text=data.get("plain_text", ""),
        neighbourhood_ids=frozenset(data.get("neighbourhood_ids", [])),
        phases=tuple(data["phases"]),
    )


def _values_of(consultation: Consultation) -> dict[str, Any]:
    """Return what the form's boxes hold for a stored consultation."""
    values: dict[str, Any] = {
        "title": consultation.title,
        "summary": consultation.summary,
        "body": consultation.body_source,
        "plain_text": consultation.plain_text,
        "neighbourhood_ids": [str(key) for key in consultation.neighbourhood_ids],
        "version": consultation.version,
    }
    for number, plan in enumerate(consultation.plan.phases):
        boxes = {
            "id": str(plan.id),
            "name": plan.name,
            "description": plan.description,
            "opens_at": form_instant(plan.opens_at),
            "closes_at": form_instant(plan.closes_at),
            **{activity.value: "true" for activity in plan.activities},
            **({"hides_reactions": "true"} if plan.hides_reactions else {}),
        }
        values |= {f"phases-{number}-{box}": value for box, value in boxes.items()}
    return values


def _edit_page(form: Form, consultation: Consultation | None) -> str:
    """Show the form. Where somebody saved meanwhile, their text is shown beside, and saving again then replaces it knowingly."""
    rows = phase_rows(form.values)
    adds_row = ADD_PHASE in request.form
    wanted = max(LEAST_ROWS, len(rows) + adds_row)
    stored = None if consultation is None else queries.view_consultation(consultation, at=utc_now())
    is_stale = stored is not None and str(form.value("version")) != str(stored.version)
    return render_template(
        "consultations/edit.html",
        form=form,
        rows=rows + [{} for _ in range(wanted - len(rows))],
        stored=stored,
        is_stale=is_stale,
        neighbourhood_options=[
            {"value": place.id, "label": place.name} for place in territories.list_neighbourhoods()
        ],
        activities=ACTIVITY_LABELS,
        limits=LIMITS,
        is_focused_on_new_row=adds_row,
        reading=reading_of(form),
    )


def _publication_page(form: Form, consultation: Consultation) -> str:
    now = utc_now()
    return render_template(
        "consultations/publish.html",
        form=form,
        consultation=queries.view_consultation(consultation, at=now),
        reasons=rules.reasons_against_publication(consultation.plan, at=now),
    )


def _saved(consultation_id: int) -> ResponseReturnValue:
    flash(gettext("C’est enregistré. Voici ce que les habitants verront."), "success")
    return redirect(url_for(".show_consultation", consultation_id=consultation_id, enregistre=1))

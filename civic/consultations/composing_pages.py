"""The pages on which a consultation is composed: a template, then what is asked, who is concerned, when; each saved at once as a draft.

The last page, which checks and publishes, is with the others in ``routes``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import Schema

from civic.consultations import arranging, beginning, queries, rules, service
from civic.consultations.access import ConsultationsAction
from civic.consultations.composing_dates import ADD_PHASE, LOOK, boxes_of, ensure_dates, move_dates, values_of
from civic.consultations.errors import TemplateNotFound
from civic.consultations.models import Consultation
from civic.consultations.panels import build_panels
from civic.consultations.rules import ConsultationPlan, ConsultationState
from civic.consultations.schemas import (
    LONGEST_BODY,
    LONGEST_PHASE_DESCRIPTION,
    LONGEST_PHASE_NAME,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    DatesStepSchema,
    PlacesStepSchema,
    TextStepSchema,
)
from civic.consultations.templates import ELSEWHERE, TEMPLATES, Template, get_template
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.errors import N_
from civic.plain_language.forms import CHECK_BUTTON, reading_of
from civic.plain_language.schemas import LONGEST_PLAIN_TEXT
from civic.territories import queries as territories
from civic.web.forms import Check, Form, read_form, submit_form
from civic.web.identity import current_actor, seen_as
from civic.web.sending import KEY_FIELD, ensure_same_hand, send_once

blueprint = Blueprint("composing", __name__, url_prefix="/consultations")

SHOWN_AGAIN = {ADD_PHASE, LOOK, CHECK_BUTTON}
"""Buttons of the forms that save nothing, and work without a script."""
OFFERED_AGAIN = 6
PREVIEW_BEGINS, PREVIEW_ENDS = '<div class="preview">', "<span data-preview-end"
LINK_ELSEWHERE = re.compile(r'(<a\b[^<>]*?\bhref=)"/(?!consultations/documents/)[^"]*"')

LIMITS = {
    "title": LONGEST_TITLE,
    "summary": LONGEST_SUMMARY,
    "body": LONGEST_BODY,
    "plain_text": LONGEST_PLAIN_TEXT,
    "phase_name": LONGEST_PHASE_NAME,
    "phase_description": LONGEST_PHASE_DESCRIPTION,
}


@dataclass(frozen=True)
class Step:
    """A page of the form: the question that it asks (French source text), its template, and the page after it."""

    number: int
    title: str
    template: str
    endpoint: str
    next_endpoint: str


TEXT = Step(1, N_("Que demandez-vous ?"), "compose_text", "composing.show_text", "composing.show_places")
PLACES = Step(2, N_("Qui est concerné ?"), "compose_places", "composing.show_places", "composing.show_dates")
DATES = Step(3, N_("Quand ?"), "compose_dates", "composing.show_dates", "consultations.show_publication")
STEPS = (TEXT, PLACES, DATES)


@blueprint.get("/nouvelle")
def choose_template() -> str:
    town = territories.get_town()
    require(current_actor(), ConsultationsAction.WRITE_CONSULTATION, town.id)
    older = service.list_visible_consultations(current_actor(), size=OFFERED_AGAIN)
    return render_template(
        "consultations/templates.html",
        templates=TEMPLATES,
        elsewhere=ELSEWHERE,
        consultations=queries.view_consultations(older.items, at=utc_now()),
    )


@blueprint.get("/nouvelle/<template_key>")
def show_beginning(template_key: str) -> str:
    require(current_actor(), ConsultationsAction.WRITE_CONSULTATION, territories.get_town().id)
    return _beginning_page(Form(), _template(template_key))


@blueprint.post("/nouvelle/<template_key>")
def begin_consultation(template_key: str) -> ResponseReturnValue:
    town_id = territories.get_town().id
    require(current_actor(), ConsultationsAction.WRITE_CONSULTATION, town_id)
    template = _template(template_key)
    if SHOWN_AGAIN & request.form.keys():
        return _beginning_page(read_form(TextStepSchema), template)

    def command(data: dict[str, Any]) -> int:
        data.pop("version")
        return beginning.begin_consultation(
            current_actor(), territory_id=town_id, template_key=template_key, plan=ConsultationPlan(**data)
        )

    return submit_form(
        TextStepSchema,
        command=command,
        done=lambda made: _go_on(TEXT, made, is_new=True),
        again=lambda form: _beginning_page(form, template),
        is_sent_once=True,
    )


@blueprint.post("/<int:consultation_id>/copie")
def copy_consultation(consultation_id: int) -> ResponseReturnValue:
    def command() -> int:
        return beginning.copy_consultation(current_actor(), consultation_id=consultation_id)

    ensure_same_hand()
    return send_once(command, _show_copy) if KEY_FIELD in request.form else _show_copy(command())


def _show_copy(copy_id: int) -> ResponseReturnValue:
    flash(
        gettext(
            "Voici le brouillon de la copie. Textes, documents, quartiers, phases et règles sont repris, et ses dates commencent dans la semaine. Ce que les habitants avaient écrit n’est pas repris."
        ),
        "success",
    )
    return redirect(url_for(".show_text", consultation_id=copy_id))


# The steps of what is stored


@blueprint.get("/<int:consultation_id>/modifier")
def show_text(consultation_id: int) -> str:
    consultation = editable(consultation_id)
    plan = consultation.plan
    values = {
        "title": plan.title,
        "summary": plan.summary,
        "body": plan.body,
        "plain_text": plan.plain_text,
        "topics": "\n".join(plan.topics),
        "most_supports": plan.most_supports or "",
        **({"allows_anonymous": "true"} if plan.allows_anonymous else {}),
        "version": consultation.version,
    }
    return _step_page(TEXT, Form(values), consultation)


@blueprint.post("/<int:consultation_id>/modifier")
def save_text(consultation_id: int) -> ResponseReturnValue:
    def change(plan: ConsultationPlan, data: dict[str, Any]) -> ConsultationPlan:
        return beginning.with_summary(replace(plan, **data))

    return _save(TEXT, TextStepSchema, consultation_id, change)


@blueprint.get("/<int:consultation_id>/lieux")
def show_places(consultation_id: int) -> str:
    consultation = editable(consultation_id)
    chosen = [str(key) for key in consultation.neighbourhood_ids]
    return _step_page(
        PLACES, Form({"neighbourhood_ids": chosen, "version": consultation.version}), consultation
    )


@blueprint.post("/<int:consultation_id>/lieux")
def save_places(consultation_id: int) -> ResponseReturnValue:
    def change(plan: ConsultationPlan, data: dict[str, Any]) -> ConsultationPlan:
        return replace(plan, neighbourhood_ids=frozenset(data["neighbourhood_ids"]))

    return _save(PLACES, PlacesStepSchema, consultation_id, change)


@blueprint.get("/<int:consultation_id>/dates")
def show_dates(consultation_id: int) -> str:
    consultation = editable(consultation_id)
    return _step_page(DATES, Form(boxes_of(consultation)), consultation)


@blueprint.post("/<int:consultation_id>/dates")
def save_dates(consultation_id: int) -> ResponseReturnValue:
    def change(plan: ConsultationPlan, data: dict[str, Any]) -> ConsultationPlan:
        return replace(plan, phases=tuple(data["phases"]))

    is_draft = editable(consultation_id).state is ConsultationState.DRAFT
    checks = [Check(("phases",), ensure_dates)] if is_draft else []
    return _save(DATES, DatesStepSchema, consultation_id, change, fill=move_dates, checks=checks)


@blueprint.get("/<int:consultation_id>/apercu")
def show_preview(consultation_id: int) -> str:
    """What residents will see, at each moment; it is built for a resident who lives where it is."""
    consultation = editable(consultation_id)
    phases = consultation.plan.phases
    moments = arranging.moments_of(phases, now=utc_now())
    asked = request.args.get("moment", "")
    moment = next((each for each in moments if each.key == asked), moments[0])
    view = queries.view_consultation(consultation, at=moment.at)
    state = ConsultationState.PUBLISHED if phases else consultation.state
    published_at = view.published_at or utc_now()
    shown = replace(
        view, status=rules.status_of(state, phases, at=moment.at), published_at=published_at, state=state
    )
    resident = Actor(current_actor().person_id, residence_ids=consultation.concerned_ids)
    with seen_as(resident):
        panels = build_panels(shown)
    page = render_template(
        "consultations/preview.html",
        consultation=shown,
        panels=panels,
        moments=moments,
        moment=moment,
        is_stored_draft=consultation.state is ConsultationState.DRAFT,
        is_concerned=True,
        is_draft=not phases,
        is_preview=True,
        may_write=False,
    )
    return _lead_nowhere(page)


def _lead_nowhere(page: str) -> str:
    """Return the page with the links of what is previewed leading nowhere, as it says: what they open may not exist yet. Documents are read."""
    before, opening, rest = page.partition(PREVIEW_BEGINS)
    shown, closing, after = rest.partition(PREVIEW_ENDS)
    return before + opening + LINK_ELSEWHERE.sub(r'\1"#apercu"', shown) + closing + after


def _save(
    step: Step,
    schema: type[Schema],
    consultation_id: int,
    change: Callable[[ConsultationPlan, dict[str, Any]], ConsultationPlan],
    **reading: Any,
) -> ResponseReturnValue:
    """Save one page over the version that was under the eyes; the other pages keep what is stored."""
    consultation = editable(consultation_id)
    if SHOWN_AGAIN & request.form.keys():
        form = read_form(schema)
        form = Form(reading.get("fill", dict)(form.values))
        return _step_page(step, form, consultation)

    def command(data: dict[str, Any]) -> int:
        version, present = (
            data.pop("version"),
            service.get_visible_consultation(current_actor(), consultation_id),
        )
        service.revise_consultation(
            current_actor(),
            consultation_id=consultation_id,
            version=version,
            plan=change(present.plan, data),
        )
        return consultation_id

    return submit_form(
        schema,
        command=command,
        done=partial(_go_on, step),
        again=lambda form: _step_page(step, form, editable(consultation_id)),
        **reading,
    )


def _go_on(step: Step, consultation_id: int, *, is_new: bool = False) -> ResponseReturnValue:
    """To the next page of a draft. What is published is read again at once: it shows."""
    kept = "nouvelle" if is_new else step.template
    if editable(consultation_id).state is ConsultationState.PUBLISHED:
        flash(gettext("C’est enregistré, et affiché."), "success")
        return redirect(
            url_for("consultations.show_consultation", consultation_id=consultation_id, enregistre=kept)
        )
    return redirect(url_for(step.next_endpoint, consultation_id=consultation_id, enregistre=kept))


def _template(key: str) -> Template:
    template = get_template(key)
    if template is None:
        raise TemplateNotFound
    return template


def editable(consultation_id: int) -> Consultation:
    consultation = service.get_visible_consultation(current_actor(), consultation_id)
    require(current_actor(), ConsultationsAction.WRITE_CONSULTATION, consultation)
    return consultation


def _beginning_page(form: Form, template: Template) -> str:
    return render_template(
        "consultations/compose_text.html",
        form=form,
        step=TEXT,
        template=template,
        stored=None,
        is_published=False,
        is_stale=False,
        limits=LIMITS,
        reading=reading_of(form),
    )


def _step_page(step: Step, form: Form, consultation: Consultation) -> str:
    """Show a page of the form. Where somebody saved meanwhile, their text is shown beside, and saving again then replaces it knowingly."""
    stored = queries.view_consultation(consultation, at=utc_now())
    values: dict[str, Any] = {
        "form": form,
        "step": step,
        "steps": STEPS,
        "stored": stored,
        "template": get_template(stored.template or ""),
        "is_published": consultation.state is ConsultationState.PUBLISHED,
        "is_stale": str(form.value("version")) != str(stored.version),
        "limits": LIMITS,
    }
    if step is TEXT:
        values["reading"] = reading_of(form)
    elif step is PLACES:
        values["neighbourhood_options"] = [
            {"value": place.id, "label": place.name} for place in territories.list_neighbourhoods()
        ]
    else:
        values |= values_of(form)
    return render_template(f"consultations/{step.template}.html", **values)

"""Pages of consultations: the list, the page of one, its draft, its publication."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations import arranging, composing_pages, queries, rules, service
from civic.consultations.access import ConsultationsAction
from civic.consultations.composing_dates import draw_phases
from civic.consultations.composing_pages import editable
from civic.consultations.documents.queries import list_documents
from civic.consultations.models import Consultation
from civic.consultations.panels import build_panels
from civic.consultations.readiness import other_parts, other_reasons
from civic.consultations.rules import ConsultationState, Status
from civic.consultations.schemas import ListConsultationsQuery, PublishConsultationSchema
from civic.kernel.access import can, require
from civic.kernel.clock import utc_now
from civic.territories import queries as territories
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.kept_pages import same_for_strangers

blueprint = Blueprint("consultations", __name__, url_prefix="/consultations")


def register(app: Flask) -> None:
    app.register_blueprint(composing_pages.blueprint)


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


@blueprint.get("/<int:consultation_id>/publication")
def show_publication(consultation_id: int) -> ResponseReturnValue:
    consultation = editable(consultation_id)
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
        again=lambda form: _publication_page(form, editable(consultation_id)),
    )


def _publication_page(form: Form, consultation: Consultation) -> str:
    now = utc_now()
    return render_template(
        "consultations/publish.html",
        form=form,
        consultation=queries.view_consultation(consultation, at=now),
        reasons=[*rules.reasons_against_publication(consultation.plan, at=now), *other_reasons(consultation)],
        parts=other_parts(consultation),
        documents=list_documents(consultation.id),
        is_title_shared=queries.is_title_shared(consultation),
        drawn=draw_phases(consultation.plan.phases),
        moments=arranging.moments_of(consultation.plan.phases, now=now),
    )

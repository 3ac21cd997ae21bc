"""JSON API of consultations."""

from dataclasses import replace
from typing import Any

from civic.consultations import beginning, queries, service
from civic.consultations.queries import ConsultationView
from civic.consultations.readiness import other_parts
from civic.consultations.rules import ConsultationPlan
from civic.consultations.schemas import (
    BeginConsultationSchema,
    ConsultationPageSchema,
    ConsultationSchema,
    CopyConsultationSchema,
    DraftConsultationSchema,
    ListConsultationsQuery,
    PublishConsultationSchema,
    PublishedConsultationSchema,
    ReviseConsultationSchema,
    TemplatesSchema,
)
from civic.consultations.templates import TEMPLATES
from civic.kernel.clock import utc_now
from civic.kernel.pagination import Page
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("consultations_api", __name__)


@blueprint.operation(
    "GET",
    "/consultations",
    summary="List consultations",
    query=ListConsultationsQuery,
    answer=ConsultationPageSchema,
)
def list_consultations(query: dict[str, Any]) -> Page[ConsultationView]:
    page = service.list_visible_consultations(
        current_actor(),
        status=query["status"],
        neighbourhood_id=query["neighbourhood_id"],
        number=query["page"],
        size=query["page_size"],
    )
    return replace(page, items=queries.view_consultations(page.items, at=utc_now()))  # type: ignore[return-value, arg-type]


@blueprint.operation(
    "POST",
    "/consultations",
    summary="Begin a consultation, as a draft",
    body=DraftConsultationSchema,
    answer=ConsultationSchema,
    status=201,
)
def draft_consultation(body: dict[str, Any]) -> ConsultationView:
    territory_id = body.pop("territory_id")
    consultation_id = service.draft_consultation(
        current_actor(), territory_id=territory_id, plan=_changed(ConsultationPlan(title=""), body)
    )
    return _view(consultation_id)


@blueprint.operation(
    "GET",
    "/consultation-templates",
    summary="List the templates that a consultation may begin from",
    answer=TemplatesSchema,
)
def list_templates() -> dict[str, Any]:
    return {"items": TEMPLATES}


@blueprint.operation(
    "POST",
    "/consultations/from-template",
    summary="Begin a consultation from a template, as a draft with its phases dated",
    body=BeginConsultationSchema,
    answer=ConsultationSchema,
    status=201,
)
def begin_consultation(body: dict[str, Any]) -> ConsultationView:
    territory_id, template, starts_at = (body.pop(name) for name in ("territory_id", "template", "starts_at"))
    consultation_id = beginning.begin_consultation(
        current_actor(),
        territory_id=territory_id,
        template_key=template,
        plan=_changed(ConsultationPlan(title=""), body),
        starts_at=starts_at,
    )
    return _view(consultation_id)


@blueprint.operation(
    "POST",
    "/consultations/<int:consultation_id>/copies",
    summary="Begin a draft with the texts, places, phases and rules of a consultation",
    body=CopyConsultationSchema,
    answer=ConsultationSchema,
    status=201,
)
def copy_consultation(consultation_id: int, body: dict[str, Any]) -> ConsultationView:
    copy_id = beginning.copy_consultation(
        current_actor(), consultation_id=consultation_id, starts_at=body["starts_at"]
    )
    return _view(copy_id)


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>",
    summary="Read a consultation",
    answer=ConsultationSchema,
)
def get_consultation(consultation_id: int) -> ConsultationView:
    return _view(consultation_id)


@blueprint.operation(
    "PATCH",
    "/consultations/<int:consultation_id>",
    summary="Change a consultation, unless somebody saved since the version given",
    body=ReviseConsultationSchema,
    answer=ConsultationSchema,
)
def revise_consultation(consultation_id: int, body: dict[str, Any]) -> ConsultationView:
    version = body.pop("version")
    present = service.get_visible_consultation(current_actor(), consultation_id).plan
    service.revise_consultation(
        current_actor(), consultation_id=consultation_id, version=version, plan=_changed(present, body)
    )
    return _view(consultation_id)


@blueprint.operation(
    "POST",
    "/consultations/<int:consultation_id>/publication",
    summary="Publish a consultation; the answer warns of what is lacking",
    body=PublishConsultationSchema,
    answer=PublishedConsultationSchema,
)
def publish_consultation(consultation_id: int, body: dict[str, Any]) -> dict[str, Any]:
    actor = current_actor()
    parts = other_parts(service.get_visible_consultation(actor, consultation_id))
    service.publish_consultation(actor, consultation_id=consultation_id, version=body["version"])
    published = _view(consultation_id)
    read = {name: getattr(published, name) for name in ConsultationSchema().fields}
    return {**read, "warnings": [part for part in parts if part.is_missing]}


def _changed(plan: ConsultationPlan, given: dict[str, Any]) -> ConsultationPlan:
    """Return the plan with what was given in place of what was there."""
    containers = {"neighbourhood_ids": frozenset, "phases": tuple, "topics": tuple}
    return replace(
        plan, **{name: containers.get(name, lambda same: same)(value) for name, value in given.items()}
    )


def _view(consultation_id: int) -> ConsultationView:
    consultation = service.get_visible_consultation(current_actor(), consultation_id)
    return queries.view_consultation(consultation, at=utc_now())

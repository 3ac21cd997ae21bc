"""JSON API of the synthesis of a consultation."""

from typing import Any

from civic.consultations.service import get_visible_consultation
from civic.kernel.access import require
from civic.kernel.clock import utc_now
from civic.participation.access import ParticipationAction
from civic.participation.synthesis import queries
from civic.participation.synthesis.rules import is_being_made
from civic.participation.synthesis.schemas import MakeSynthesisSchema, MakingSchema, SynthesisSchema
from civic.participation.synthesis.service import making, publishing
from civic.participation.synthesis.showing import SynthesisView, view_synthesis
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("synthesis_api", __name__)


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>/synthesis",
    summary="Read the synthesis of a consultation: the last one for who makes them, the published one for others",
    answer=SynthesisSchema,
)
def get_synthesis(consultation_id: int) -> SynthesisView:
    row, makes = publishing.get_readable_synthesis(current_actor(), consultation_id)
    return view_synthesis(row, makes=makes)


@blueprint.operation(
    "POST",
    "/consultations/<int:consultation_id>/synthesis",
    summary="Have a synthesis made, beside the requests",
    body=MakeSynthesisSchema,
    answer=MakingSchema,
    status=202,
)
def make_synthesis(consultation_id: int, body: dict[str, Any]) -> dict[str, Any]:
    making.ask_for_synthesis(
        current_actor(), consultation_id=consultation_id, renews_themes=body["renews_themes"]
    )
    return _making(consultation_id)


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>/synthesis/making",
    summary="Tell whether a synthesis is being made, and when the last one was",
    answer=MakingSchema,
)
def get_making(consultation_id: int) -> dict[str, Any]:
    consultation = get_visible_consultation(current_actor(), consultation_id)
    require(current_actor(), ParticipationAction.MAKE_SYNTHESIS, consultation)
    return _making(consultation_id)


def _making(consultation_id: int) -> dict[str, Any]:
    row = queries.find_synthesis(consultation_id)
    return {
        "is_being_made": row is not None and is_being_made(row.asked_at, at=utc_now()),
        "made_at": row.made_at if row else None,
    }


@blueprint.operation(
    "PUT",
    "/consultations/<int:consultation_id>/synthesis/publication",
    summary="Show residents the last synthesis that was made",
)
def publish_synthesis(consultation_id: int) -> None:
    publishing.publish_synthesis(current_actor(), consultation_id=consultation_id)


@blueprint.operation(
    "DELETE",
    "/consultations/<int:consultation_id>/synthesis/publication",
    summary="Take back the synthesis that residents read",
)
def unpublish_synthesis(consultation_id: int) -> None:
    publishing.unpublish_synthesis(current_actor(), consultation_id=consultation_id)

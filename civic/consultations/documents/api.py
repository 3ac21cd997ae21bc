"""JSON API of the documents of a consultation."""

from typing import Any

from civic.consultations.documents import queries
from civic.consultations.documents.schemas import ConsultationDocumentsSchema
from civic.consultations.service import get_visible_consultation
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("consultation_documents_api", __name__)


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>/documents",
    summary="List the documents of a consultation, in their order",
    answer=ConsultationDocumentsSchema,
)
def list_documents(consultation_id: int) -> dict[str, Any]:
    get_visible_consultation(current_actor(), consultation_id)
    return {"items": queries.list_documents(consultation_id)}

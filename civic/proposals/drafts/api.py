"""JSON API of the drafts of proposals, each for who writes it alone, and of their photographs and documents."""

from typing import Any

from civic.kernel.pagination import Page
from civic.proposals.attached import queries as attached
from civic.proposals.attached.service import Sent
from civic.proposals.drafts import queries, service
from civic.proposals.drafts.queries import DraftLine
from civic.proposals.drafts.service import DraftText, Saved
from civic.proposals.schemas import (
    AddDocumentSchema,
    AddPhotographSchema,
    DraftPageSchema,
    DraftSavedSchema,
    DraftSchema,
    DraftTextSchema,
    SaveDraftSchema,
)
from civic.proposals.service.places import read_point
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery

blueprint = ApiBlueprint("drafts_api", __name__)


@blueprint.operation(
    "GET",
    "/drafts",
    summary="List one's own drafts of proposals, the last saved first",
    query=PageQuery,
    answer=DraftPageSchema,
)
def list_drafts(query: dict[str, Any]) -> Page[DraftLine]:
    return queries.list_drafts_of(current_actor().id, number=query["page"], size=query["page_size"])


@blueprint.operation(
    "POST",
    "/consultations/<int:consultation_id>/drafts",
    summary="Begin a draft, while a phase permits to propose",
    body=DraftTextSchema,
    answer=DraftSavedSchema,
    status=201,
)
def begin_draft(consultation_id: int, body: dict[str, Any]) -> Saved:
    return service.save_draft(current_actor(), consultation_id=consultation_id, text=DraftText(**body))


@blueprint.operation("GET", "/drafts/<int:draft_id>", summary="Read one's own draft", answer=DraftSchema)
def get_draft(draft_id: int) -> dict[str, Any]:
    return _view(draft_id)


def _view(draft_id: int) -> dict[str, Any]:
    draft = service.get_own_draft(current_actor(), draft_id)
    return {
        **{column.name: getattr(draft, column.name) for column in draft.__table__.columns},
        "point": read_point(draft),
        "photographs": attached.photographs_of_draft(draft_id),
        "documents": attached.documents_of_draft(draft_id),
    }


@blueprint.operation(
    "PUT",
    "/drafts/<int:draft_id>",
    summary="Write one's own draft again, in place of the version that was read",
    body=SaveDraftSchema,
    answer=DraftSavedSchema,
)
def save_draft(draft_id: int, body: dict[str, Any]) -> Saved:
    actor, saved = current_actor(), Saved(draft_id, body.pop("version"))
    consultation_id = service.get_own_draft(actor, draft_id).consultation_id
    return service.save_draft(actor, consultation_id=consultation_id, text=DraftText(**body), saved=saved)


@blueprint.operation("DELETE", "/drafts/<int:draft_id>", summary="Forget one's own draft and its files")
def delete_draft(draft_id: int) -> None:
    service.delete_draft(current_actor(), draft_id=draft_id)


@blueprint.operation(
    "POST",
    "/drafts/<int:draft_id>/photographs",
    summary="Add a photograph with its description: JPEG, PNG or WebP, drawn again without place or date",
    body=AddPhotographSchema,
    answer=DraftSchema,
    status=201,
    file="photograph",
)
def add_photograph(draft_id: int, body: dict[str, Any], file: bytes) -> dict[str, Any]:
    return _attach(draft_id, Sent(photograph=file, description=body["description"]))


@blueprint.operation(
    "DELETE",
    "/drafts/<int:draft_id>/photographs/<int:photograph_id>",
    summary="Remove a photograph of a draft",
)
def remove_photograph(draft_id: int, photograph_id: int) -> None:
    _attach(draft_id, Sent(removed_photographs=(photograph_id,)))


@blueprint.operation(
    "POST",
    "/drafts/<int:draft_id>/documents",
    summary="Add a PDF with its title",
    body=AddDocumentSchema,
    answer=DraftSchema,
    status=201,
    file="document",
)
def add_document(draft_id: int, body: dict[str, Any], file: bytes) -> dict[str, Any]:
    return _attach(draft_id, Sent(document=file, title=body["title"]))


@blueprint.operation(
    "DELETE", "/drafts/<int:draft_id>/documents/<int:document_id>", summary="Remove a document of a draft"
)
def remove_document(draft_id: int, document_id: int) -> None:
    _attach(draft_id, Sent(removed_documents=(document_id,)))


def _attach(draft_id: int, sent: Sent) -> dict[str, Any]:
    service.attach(current_actor(), draft_id=draft_id, sent=sent)
    return _view(draft_id)

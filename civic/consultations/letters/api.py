"""JSON API of the letters of a consultation."""

from typing import Any

from civic.consultations.letters import queries, service
from civic.consultations.letters.models import Letter
from civic.consultations.letters.schemas import (
    LetterPageSchema,
    LetterSentSchema,
    ListLettersQuery,
    SendLetterSchema,
)
from civic.consultations.service import get_visible_consultation
from civic.kernel.pagination import Page
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("letters_api", __name__)


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>/letters",
    summary="List what the town hall wrote to those whom a consultation concerns, the last first",
    query=ListLettersQuery,
    answer=LetterPageSchema,
)
def list_letters(consultation_id: int, query: dict[str, Any]) -> Page[Letter]:
    get_visible_consultation(current_actor(), consultation_id)
    return queries.list_letters(consultation_id, number=query["page"], size=query["page_size"])


@blueprint.operation(
    "POST",
    "/consultations/<int:consultation_id>/letters",
    summary="Write to those whom a consultation concerns",
    body=SendLetterSchema,
    answer=LetterSentSchema,
    status=201,
)
def send_letter(consultation_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"id": service.send_letter(current_actor(), consultation_id=consultation_id, **body)}


@blueprint.operation("DELETE", "/letters/<int:letter_id>", summary="Take back a letter sent by mistake")
def take_back_letter(letter_id: int) -> None:
    service.take_back_letter(current_actor(), letter_id=letter_id)

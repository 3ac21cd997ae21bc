"""JSON API of participation: how many took part, and typing what came on paper."""

from typing import Any

from civic.consultations.service import get_visible_consultation
from civic.participation.sheets import service
from civic.participation.sheets.schemas import ParticipationSchema, TypedSchema, TypeSheetSchema
from civic.participation.sheets.service import TypedSheet
from civic.participation.showing import participation_of
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("sheets_api", __name__)


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>/participation",
    summary="Count the people who took part, by channel: none under five",
    answer=ParticipationSchema,
)
def get_participation(consultation_id: int) -> dict[str, Any]:
    get_visible_consultation(current_actor(), consultation_id)
    told = participation_of([consultation_id]).get(consultation_id)
    cells = told.cells if told else ()
    return {
        "people": told.people if told else None,
        "channels": [{"channels": list(cell.keys), "people": cell.people} for cell in cells],
    }


@blueprint.operation(
    "POST",
    "/consultations/<int:consultation_id>/sheets",
    summary="Type what somebody wrote on a sheet, or said: a number is typed once",
    body=TypeSheetSchema,
    answer=TypedSchema,
    status=201,
    is_kept=False,
)
def type_sheet(consultation_id: int, body: dict[str, Any]) -> dict[str, int]:
    typed = TypedSheet(**body)
    return {"id": service.type_sheet(current_actor(), consultation_id=consultation_id, typed=typed)}


@blueprint.operation(
    "DELETE",
    "/sheets/<int:sheet_id>",
    summary="Take back a sheet that was typed by mistake, for some minutes",
)
def take_back_sheet(sheet_id: int) -> None:
    service.take_back_sheet(current_actor(), sheet_id=sheet_id)

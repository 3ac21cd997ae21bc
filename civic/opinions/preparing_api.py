"""JSON: the statements that the town hall writes before anybody can react."""

from typing import Any

from civic.consultations.service import get_visible_consultation
from civic.kernel.clock import utc_now
from civic.opinions import queries
from civic.opinions.models import Statement
from civic.opinions.schemas import (
    CorrectStatementSchema,
    MoveStatementSchema,
    PreparedStatementSchema,
    PreparedStatementsSchema,
    SubmitStatementSchema,
)
from civic.opinions.service import preparing
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("prepared_statements_api", __name__)

ALL = "/consultations/<int:consultation_id>/prepared-statements"
ONE = f"{ALL}/<int:statement_id>"


def _told(consultation_id: int) -> dict[str, Any]:
    actor = current_actor()
    consultation = get_visible_consultation(actor, consultation_id)
    return {
        "is_open": preparing.is_preparing(consultation, at=utc_now()),
        "items": preparing.list_prepared(actor, consultation_id),
    }


@blueprint.operation(
    "GET",
    ALL,
    summary="The statements that the town hall prepared, in their order",
    answer=PreparedStatementsSchema,
)
def list_prepared(consultation_id: int) -> dict[str, Any]:
    return _told(consultation_id)


@blueprint.operation(
    "POST",
    ALL,
    summary="Prepare a statement in the name of the town hall, before residents may react",
    body=SubmitStatementSchema,
    answer=PreparedStatementSchema,
    status=201,
)
def prepare_statement(consultation_id: int, body: dict[str, Any]) -> Statement:
    statement_id = preparing.prepare_statement(
        current_actor(), consultation_id=consultation_id, body=body["body"]
    )
    return queries.get_statement(statement_id)


@blueprint.operation(
    "PATCH",
    ONE,
    summary="Correct a prepared statement, unless somebody else did since",
    body=CorrectStatementSchema,
    answer=PreparedStatementSchema,
)
def correct_statement(consultation_id: int, statement_id: int, body: dict[str, Any]) -> Statement:
    preparing.correct_statement(
        current_actor(), consultation_id=consultation_id, statement_id=statement_id, **body
    )
    return queries.get_statement(statement_id)


@blueprint.operation(
    "POST",
    f"{ONE}/moves",
    summary="Show a prepared statement a place higher or lower",
    body=MoveStatementSchema,
    answer=PreparedStatementsSchema,
)
def move_statement(consultation_id: int, statement_id: int, body: dict[str, Any]) -> dict[str, Any]:
    preparing.move_statement(
        current_actor(), consultation_id=consultation_id, statement_id=statement_id, **body
    )
    return _told(consultation_id)


@blueprint.operation("DELETE", ONE, summary="Remove a prepared statement")
def remove_statement(consultation_id: int, statement_id: int) -> None:
    preparing.remove_statement(current_actor(), consultation_id=consultation_id, statement_id=statement_id)

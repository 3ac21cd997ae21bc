"""JSON: statements and reactions."""

from typing import Any

from civic.consultations.service import get_visible_consultation
from civic.opinions import queries
from civic.opinions.models import Statement
from civic.opinions.schemas import (
    NextStatementSchema,
    ReactSchema,
    StatementListQuery,
    StatementSchema,
    SubmitStatementSchema,
)
from civic.opinions.service import reacting
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import page_schema

blueprint = ApiBlueprint("opinions_api", __name__)


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>/statements",
    summary="The statements of a consultation",
    query=StatementListQuery,
    answer=page_schema(StatementSchema),
)
def list_statements(consultation_id: int, query: dict[str, Any]) -> Any:
    get_visible_consultation(current_actor(), consultation_id)
    return queries.list_statements(
        consultation_id, order=query["sort"], number=query["page"], size=query["page_size"]
    )


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>/statements/next",
    summary="A statement that the caller has not reacted to yet",
    answer=NextStatementSchema,
)
def get_next_statement(consultation_id: int) -> dict[str, Any]:
    actor = current_actor()
    get_visible_consultation(actor, consultation_id)
    return {
        "statement": queries.find_next_statement(consultation_id, actor.person_id),
        "reacted": queries.count_own_reactions(consultation_id, actor.person_id) if actor.person_id else 0,
        "total": queries.count_statements(consultation_id),
    }


@blueprint.operation(
    "POST",
    "/consultations/<int:consultation_id>/statements",
    summary="Add a statement",
    body=SubmitStatementSchema,
    answer=StatementSchema,
    status=201,
)
def submit_statement(consultation_id: int, body: dict[str, Any]) -> Statement:
    statement_id = reacting.submit_statement(
        current_actor(), consultation_id=consultation_id, body=body["body"]
    )
    return queries.get_statement(statement_id)


@blueprint.operation(
    "PUT",
    "/statements/<int:statement_id>/reaction",
    summary="Agree, disagree or pass",
    body=ReactSchema,
    answer=StatementSchema,
)
def react(statement_id: int, body: dict[str, Any]) -> Statement:
    reacting.react(current_actor(), statement_id=statement_id, stance=body["value"].stance)
    return queries.get_statement(statement_id)

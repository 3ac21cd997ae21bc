"""JSON: statements and reactions."""

from typing import Any

from civic.consultations.models import Consultation
from civic.consultations.rules import hidden_until
from civic.consultations.service import get_visible_consultation
from civic.kernel.clock import utc_now
from civic.kernel.pagination import Page
from civic.opinions import queries
from civic.opinions.models import Statement
from civic.opinions.rules import order_shown
from civic.opinions.schemas import (
    NextStatementSchema,
    OpinionMapSchema,
    ReactSchema,
    StatementListQuery,
    StatementSchema,
    SubmitStatementSchema,
)
from civic.opinions.service import reacting
from civic.opinions.service.map_reading import MapView, read_map
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
    consultation = get_visible_consultation(current_actor(), consultation_id)
    is_hidden = _is_hidden(consultation)
    page = queries.list_statements(
        consultation_id,
        order=order_shown(query["sort"], is_hidden=is_hidden),
        number=query["page"],
        size=query["page_size"],
    )
    told = [_told(statement, is_hidden) for statement in page.items]
    return Page(told, page.number, page.size, page.total)


def _is_hidden(consultation: Consultation) -> bool:
    return hidden_until(consultation.phases, at=utc_now()) is not None


def _told(statement: Statement, is_hidden: bool) -> dict[str, Any]:
    """Return what is told of a statement: while reactions are hidden, no count."""
    names = ("id", "consultation_id", "body", "created_at", "origin")
    counts = ("agree_count", "disagree_count", "pass_count")
    return {
        **{name: getattr(statement, name) for name in names},
        **{name: None if is_hidden else getattr(statement, name) for name in counts},
    }


def _told_alone(statement_id: int) -> dict[str, Any]:
    statement = queries.get_statement(statement_id)
    consultation = get_visible_consultation(current_actor(), statement.consultation_id)
    return _told(statement, _is_hidden(consultation))


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>/opinions",
    summary="Groups of people who answered alike, and what all of them agree on",
    answer=OpinionMapSchema,
)
def get_opinion_map(consultation_id: int) -> MapView:
    return read_map(get_visible_consultation(current_actor(), consultation_id))


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>/statements/next",
    summary="A statement that the caller has not reacted to yet",
    answer=NextStatementSchema,
)
def get_next_statement(consultation_id: int) -> dict[str, Any]:
    actor = current_actor()
    is_hidden = _is_hidden(get_visible_consultation(actor, consultation_id))
    statement = queries.find_next_statement(consultation_id, actor.person_id, is_hidden=is_hidden)
    return {
        "statement": _told(statement, is_hidden) if statement is not None else None,
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
def submit_statement(consultation_id: int, body: dict[str, Any]) -> dict[str, Any]:
    statement_id = reacting.submit_statement(
        current_actor(), consultation_id=consultation_id, body=body["body"]
    )
    return _told_alone(statement_id)


@blueprint.operation(
    "PUT",
    "/statements/<int:statement_id>/reaction",
    summary="Agree, disagree or pass",
    body=ReactSchema,
    answer=StatementSchema,
)
def react(statement_id: int, body: dict[str, Any]) -> dict[str, Any]:
    reacting.react(current_actor(), statement_id=statement_id, stance=body["value"].stance)
    return _told_alone(statement_id)

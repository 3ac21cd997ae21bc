"""Moderation over JSON: flag, read the queue, decide, appeal."""

from typing import Any

from civic.moderation import service
from civic.moderation.queries import WaitingContent
from civic.moderation.schemas import (
    AppealAnswerSchema,
    AppealSchema,
    DecideAppealSchema,
    DecideOnFlagsSchema,
    DecisionAnswerSchema,
    FlagAnswerSchema,
    FlagContentSchema,
    FlaggedContentSchema,
)
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery, page_schema

blueprint = ApiBlueprint("moderation_api", __name__)


@blueprint.operation(
    "POST", "/flags", summary="Tell the moderators of a content", body=FlagContentSchema, answer=FlagAnswerSchema, status=201
)  # fmt: skip
def flag_content(body: dict[str, Any]) -> dict[str, int]:
    flag_id = service.flag_content(
        current_actor(),
        kind=body["subject_kind"],
        subject_id=body["subject_id"],
        reason=body["reason"],
        text=body["text"],
    )
    return {"id": flag_id}


@blueprint.operation(
    "GET", "/flags", summary="Contents whose flags wait, for moderators", query=PageQuery, answer=page_schema(FlaggedContentSchema)
)  # fmt: skip
def list_flags(query: dict[str, Any]) -> dict[str, Any]:
    page = service.list_queue(current_actor(), number=query["page"], size=query["page_size"])
    items = [_dump(waiting) for waiting in page.items]
    return {
        "items": items, "number": page.number, "size": page.size, "pages": page.pages, "total": page.total,
    }  # fmt: skip


def _dump(waiting: WaitingContent) -> dict[str, Any]:
    content = waiting.content
    return {
        "content_id": content.id,
        "subject_kind": content.subject_kind.value,
        "subject_id": content.subject_id,
        "territory_id": content.territory_id,
        "text": content.text,
        "path": content.path,
        "flags": [
            {"reason": flag.reason.value, "text": flag.text, "created_at": flag.created_at}
            for flag, _ in waiting.flags
        ],
    }


@blueprint.operation(
    "POST", "/decisions", summary="Hide a flagged content, or dismiss its flags", body=DecideOnFlagsSchema, answer=DecisionAnswerSchema, status=201
)  # fmt: skip
def decide_on_flags(body: dict[str, Any]) -> dict[str, int]:
    return {"id": service.decide_on_flags(current_actor(), **body)}


@blueprint.operation("DELETE", "/decisions/<int:decision_id>", summary="Show a hidden content again")
def undo_decision(decision_id: int) -> None:
    service.undo_decision(current_actor(), decision_id=decision_id)


@blueprint.operation(
    "POST", "/decisions/<int:decision_id>/appeal", summary="Appeal a decision on one's own content", body=AppealSchema, answer=AppealAnswerSchema, status=201
)  # fmt: skip
def appeal_decision(decision_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"id": service.appeal_decision(current_actor(), decision_id=decision_id, text=body["text"])}


@blueprint.operation(
    "POST", "/appeals/<int:appeal_id>/decision", summary="Answer an appeal", body=DecideAppealSchema
)  # fmt: skip
def decide_appeal(appeal_id: int, body: dict[str, Any]) -> None:
    service.decide_appeal(current_actor(), appeal_id=appeal_id, **body)

"""JSON API of draws."""

from typing import Any

from civic.councils.sortition import lists, queries
from civic.councils.sortition.models import Draw
from civic.councils.sortition.schemas import (
    AnswerPlaceSchema,
    CalledSchema,
    CancelDrawSchema,
    DrawIdSchema,
    DrawListReadSchema,
    DrawLotsSchema,
    DrawPageSchema,
    DrawWishSchema,
    EditDrawSchema,
    FreezeDrawSchema,
    ListTextSchema,
    OneDrawSchema,
    SetQuotasSchema,
)
from civic.councils.sortition.service import drawing, preparing
from civic.kernel.pagination import Page
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery

blueprint = ApiBlueprint("draws_api", __name__)


@blueprint.operation(
    "GET", "/draws", summary="Draws by lot that are frozen, drawn or given up", query=PageQuery, answer=DrawPageSchema
)  # fmt: skip
def list_draws(query: dict[str, Any]) -> Page[Draw]:
    return queries.list_draws(with_drafts=False, number=query["page"], size=query["page_size"])


@blueprint.operation(
    "GET", "/draws/<int:draw_id>", summary="A draw: its fingerprints, its seed, the numbers drawn", answer=OneDrawSchema
)  # fmt: skip
def get_draw(draw_id: int) -> dict[str, Any]:
    draw = preparing.get_visible_draw(current_actor(), draw_id)
    panel, substitutes = queries.result_of(draw)
    names = (
        "id", "territory_id", "title", "purpose", "seats", "entrants", "frozen_at", "seed_source", "seed_at", "drawn_at", "cancelled_at",
        "list_sha256", "seed", "witnesses", "cancel_reason", "seen",
    )  # fmt: skip
    return {
        **{name: getattr(draw, name) for name in names},
        "state": draw.state.value,
        "rules_sha256": lists.fingerprint(draw.rules_text) if draw.rules_text else None,
        "quotas": queries.plan_of(draw).quotas,
        "panel": panel,
        "substitutes": substitutes,
        "called": queries.view_places(draw.id, with_names=False),
    }


@blueprint.operation(
    "POST", "/territories/<int:territory_id>/draws", summary="Begin a draw, for agents", body=DrawWishSchema, answer=DrawIdSchema, status=201
)  # fmt: skip
def create_draw(territory_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"id": preparing.create_draw(current_actor(), territory_id=territory_id, **body)}


@blueprint.operation("PUT", "/draws/<int:draw_id>", summary="Change a draft", body=EditDrawSchema)
def edit_draw(draw_id: int, body: dict[str, Any]) -> None:
    preparing.edit_draw(current_actor(), draw_id=draw_id, **body)


@blueprint.operation("DELETE", "/draws/<int:draw_id>", summary="Delete a draft, with its list")
def delete_draft(draw_id: int) -> None:
    preparing.delete_draft(current_actor(), draw_id=draw_id)


@blueprint.operation(
    "PUT", "/draws/<int:draw_id>/list", summary="Give the list of a draft, as CSV: numbers and criteria, never names", body=ListTextSchema, answer=DrawListReadSchema
)  # fmt: skip
def load_list(draw_id: int, body: dict[str, Any]) -> dict[str, int]:
    content = body["text"].encode("utf-8", "replace")
    return {"entrants": preparing.load_list(current_actor(), draw_id=draw_id, content=content)}


@blueprint.operation(
    "PUT", "/draws/<int:draw_id>/quotas", summary="Set the quotas of a draft", body=SetQuotasSchema
)
def set_quotas(draw_id: int, body: dict[str, Any]) -> None:
    preparing.set_quotas(current_actor(), draw_id=draw_id, **body)


@blueprint.operation(
    "POST", "/draws/<int:draw_id>/freezing", summary="Freeze and publish a draw before its seed exists", body=FreezeDrawSchema
)  # fmt: skip
def freeze_draw(draw_id: int, body: dict[str, Any]) -> None:
    preparing.freeze_draw(current_actor(), draw_id=draw_id, **body)


@blueprint.operation(
    "POST",
    "/draws/<int:draw_id>/cancellation",
    summary="Give a frozen draw up, and say why",
    body=CancelDrawSchema,
)
def cancel_draw(draw_id: int, body: dict[str, Any]) -> None:
    preparing.cancel_draw(current_actor(), draw_id=draw_id, **body)


@blueprint.operation(
    "POST",
    "/draws/<int:draw_id>/lots",
    summary="Type the seed: the panel is drawn, and called",
    body=DrawLotsSchema,
)
def draw_lots(draw_id: int, body: dict[str, Any]) -> None:
    drawing.draw_lots(current_actor(), draw_id=draw_id, **body)


@blueprint.operation(
    "POST", "/draws/<int:draw_id>/places/<path:number>/answer", summary="Say yes or no for a number that was drawn", body=AnswerPlaceSchema, answer=CalledSchema
)  # fmt: skip
def answer_place(draw_id: int, number: str, body: dict[str, Any]) -> dict[str, str | None]:
    called = drawing.answer_place(current_actor(), draw_id=draw_id, number=number, **body)
    return {"called": called}

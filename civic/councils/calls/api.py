"""JSON API of the calls for candidates."""

from collections.abc import Sequence
from typing import Any

from civic.councils.access import CouncilsAction
from civic.councils.calls import queries
from civic.councils.calls.models import CandidateCall
from civic.councils.calls.queries import CandidateView
from civic.councils.calls.schemas import (
    ApplySchema,
    CallIdSchema,
    CallPageSchema,
    CallSchema,
    CancelCallSchema,
    DecideCallSchema,
    EditCallSchema,
    LinkPollSchema,
    ShownCandidatePageSchema,
    WriteCallSchema,
)
from civic.councils.calls.service import applying, choosing, writing
from civic.councils.sortition import queries as draws
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.kernel.pagination import Page
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery

blueprint = ApiBlueprint("calls_api", __name__)


@blueprint.operation(
    "GET", "/candidate-calls", summary="Calls for candidates", query=PageQuery, answer=CallPageSchema
)
def list_calls(query: dict[str, Any]) -> Page[dict[str, Any]]:
    page = queries.list_calls(with_drafts=False, number=query["page"], size=query["page_size"])
    return Page(_told(page.items), page.number, page.size, page.total)


def _told(calls: Sequence[CandidateCall]) -> list[dict[str, Any]]:
    """Return calls as they are told: a draw that is being prepared, to who prepares it alone."""
    names = [each.attribute or name for name, each in CallSchema().fields.items()]
    read = draws.published_among({call.draw_id for call in calls if call.draw_id is not None})
    may_draw = {
        call.id for call in calls if call.draw_id and can(current_actor(), CouncilsAction.WRITE_CALL, call)
    }
    return [
        {name: getattr(call, name) for name in names}
        | {"draw_id": call.draw_id if call.draw_id in read or call.id in may_draw else None}
        for call in calls
    ]


@blueprint.operation(
    "GET", "/candidate-calls/<int:open_call_id>", summary="A call for candidates", answer=CallSchema
)
def get_call(open_call_id: int) -> dict[str, Any]:
    return _told([writing.get_visible_call(current_actor(), open_call_id)])[0]


@blueprint.operation(
    "GET", "/candidate-calls/<int:open_call_id>/candidates", summary="Candidates who agreed to be read, after the closing", query=PageQuery, answer=ShownCandidatePageSchema
)  # fmt: skip
def list_candidates(open_call_id: int, query: dict[str, Any]) -> Page[CandidateView]:
    call = writing.get_visible_call(current_actor(), open_call_id)
    return queries.list_shown_candidates(call, at=utc_now(), number=query["page"], size=query["page_size"])


@blueprint.operation(
    "POST", "/candidate-calls", summary="Write a call, as a draft", body=WriteCallSchema, answer=CallIdSchema, status=201
)  # fmt: skip
def write_call(body: dict[str, Any]) -> dict[str, int]:
    return {"id": writing.write_call(current_actor(), **body)}


@blueprint.operation(
    "PUT", "/candidate-calls/<int:open_call_id>", summary="Write a draft again", body=EditCallSchema
)
def edit_call(open_call_id: int, body: dict[str, Any]) -> None:
    writing.write_call(current_actor(), call_id=open_call_id, **body)


@blueprint.operation("DELETE", "/candidate-calls/<int:open_call_id>", summary="Delete a draft")
def delete_call(open_call_id: int) -> None:
    writing.delete_call(current_actor(), call_id=open_call_id)


@blueprint.operation("POST", "/candidate-calls/<int:open_call_id>/publication", summary="Publish a call")
def publish_call(open_call_id: int) -> None:
    writing.publish_call(current_actor(), call_id=open_call_id)


@blueprint.operation(
    "POST", "/candidate-calls/<int:open_call_id>/cancellation", summary="Give a call up, and say why", body=CancelCallSchema
)  # fmt: skip
def cancel_call(open_call_id: int, body: dict[str, Any]) -> None:
    writing.cancel_call(current_actor(), call_id=open_call_id, **body)


@blueprint.operation(
    "PUT", "/candidate-calls/<int:open_call_id>/candidacy", summary="Be a candidate, or write one's candidacy again", body=ApplySchema
)  # fmt: skip
def apply(open_call_id: int, body: dict[str, Any]) -> None:
    applying.apply(current_actor(), call_id=open_call_id, **body)


@blueprint.operation(
    "DELETE",
    "/candidate-calls/<int:open_call_id>/candidacy",
    summary="Take one's candidacy back: nothing of it is kept",
)
def withdraw(open_call_id: int) -> None:
    applying.withdraw(current_actor(), call_id=open_call_id)


@blueprint.operation(
    "POST", "/candidate-calls/<int:open_call_id>/draw", summary="Make a draw by lot of those who applied, to be prepared", answer=CallIdSchema, status=201
)  # fmt: skip
def prepare_draw(open_call_id: int) -> dict[str, int]:
    return {"id": choosing.prepare_draw(current_actor(), call_id=open_call_id)}


@blueprint.operation(
    "PUT",
    "/candidate-calls/<int:open_call_id>/poll",
    summary="Say by which poll seats are filled",
    body=LinkPollSchema,
)
def link_poll(open_call_id: int, body: dict[str, Any]) -> None:
    choosing.link_poll(current_actor(), call_id=open_call_id, **body)


@blueprint.operation(
    "POST", "/candidate-calls/<int:open_call_id>/decision", summary="Say who was chosen, and how; seats are filled", body=DecideCallSchema
)  # fmt: skip
def decide_call(open_call_id: int, body: dict[str, Any]) -> None:
    choosing.decide_call(current_actor(), call_id=open_call_id, **body)

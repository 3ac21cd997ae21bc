"""Sittings over JSON: what anybody follows, what one asks and supports, and what leads a sitting."""

from typing import Any

from civic.councils.sittings import agenda, asking, convocation, leading, queries, recording, registration
from civic.councils.sittings.drafting import draft_of, vote_words
from civic.councils.sittings.models import SittingMinutes
from civic.councils.sittings.schemas import (
    AnswerCallSchema,
    ApproveMinutesSchema,
    AskQuestionSchema,
    BeginSittingSchema,
    CallTheRollSchema,
    ComingSchema,
    CorrectionSchema,
    EditMinutesSchema,
    ItemSchema,
    LiveSittingSchema,
    MoveSittingSchema,
    NewQuestionSchema,
    PublishedMinutesSchema,
    SentConvocationSchema,
    SettleQuestionSchema,
    ShownQuestionPageSchema,
    SupportsSchema,
)
from civic.councils.sittings.showing import ShownQuestion, show_questions, show_sitting
from civic.kernel.pagination import Page
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery

blueprint = ApiBlueprint("sittings_api", __name__)


@blueprint.operation(
    "GET",
    "/sittings/<int:sitting_id>/live",
    summary="A sitting as anybody follows it: its agenda, what is open, what is asked, the quorum",
    answer=LiveSittingSchema,
)
def show_live(sitting_id: int) -> dict[str, Any]:
    return _live(sitting_id)


@blueprint.operation(
    "POST", "/sittings/<int:sitting_id>/items", summary="Put an item at the end of the agenda", body=ItemSchema, answer=LiveSittingSchema, status=201
)  # fmt: skip
def add_item(sitting_id: int, body: dict[str, Any]) -> dict[str, Any]:
    agenda.add_item(current_actor(), sitting_id=sitting_id, **body)
    return _live(sitting_id)


@blueprint.operation(
    "POST",
    "/sittings/<int:sitting_id>/convocations",
    summary="Call the members: all of them where something changed, else those who were not called",
    answer=SentConvocationSchema,
    status=201,
)
def send_convocation(sitting_id: int) -> dict[str, int]:
    return {"id": convocation.send_convocation(current_actor(), sitting_id=sitting_id)}


@blueprint.operation(
    "PUT", "/sittings/<int:sitting_id>/attendance", summary="Say that one comes, once", answer=ComingSchema
)
def say_coming(sitting_id: int) -> dict[str, int]:
    return {"coming": registration.say_coming(current_actor(), sitting_id=sitting_id)}


@blueprint.operation(
    "DELETE", "/sittings/<int:sitting_id>/attendance", summary="Give one's place back", answer=ComingSchema
)
def say_not_coming(sitting_id: int) -> dict[str, int]:
    return {"coming": registration.say_not_coming(current_actor(), sitting_id=sitting_id)}


@blueprint.operation(
    "PUT",
    "/sittings/<int:sitting_id>/seats/<int:seat_id>/answer",
    summary="Say whether a member will be there",
    body=AnswerCallSchema,
)
def answer_call(sitting_id: int, seat_id: int, body: dict[str, Any]) -> None:
    registration.answer_call(current_actor(), sitting_id=sitting_id, seat_id=seat_id, **body)


@blueprint.operation(
    "POST", "/sittings/<int:sitting_id>/opening", summary="Open a sitting: who presides, who is there", body=BeginSittingSchema, answer=LiveSittingSchema
)  # fmt: skip
def open_sitting(sitting_id: int, body: dict[str, Any]) -> dict[str, Any]:
    leading.open_sitting(current_actor(), sitting_id=sitting_id, **body)
    return _live(sitting_id)


@blueprint.operation(
    "PUT", "/sittings/<int:sitting_id>/roll", summary="Say anew who is there", body=CallTheRollSchema, answer=LiveSittingSchema
)  # fmt: skip
def call_roll(sitting_id: int, body: dict[str, Any]) -> dict[str, Any]:
    leading.call_roll(current_actor(), sitting_id=sitting_id, **body)
    return _live(sitting_id)


@blueprint.operation(
    "PUT", "/sittings/<int:sitting_id>/state", summary="Suspend, resume or close a sitting", body=MoveSittingSchema, answer=LiveSittingSchema
)  # fmt: skip
def move_sitting(sitting_id: int, body: dict[str, Any]) -> dict[str, Any]:
    moves = {
        "suspended": leading.suspend_sitting,
        "open": leading.resume_sitting,
        "closed": leading.close_sitting,
    }
    moves[body["state"]](current_actor(), sitting_id=sitting_id)
    return _live(sitting_id)


@blueprint.operation(
    "POST", "/agenda-items/<int:item_id>/opening", summary="Open an item; one is open at most", answer=LiveSittingSchema
)  # fmt: skip
def open_item(item_id: int) -> dict[str, Any]:
    return _live(leading.open_item(current_actor(), item_id=item_id))


@blueprint.operation(
    "POST", "/agenda-items/<int:item_id>/closing", summary="Close the open item", answer=LiveSittingSchema
)
def close_item(item_id: int) -> dict[str, Any]:
    return _live(leading.close_item(current_actor(), item_id=item_id))


@blueprint.operation(
    "GET", "/agenda-items/<int:item_id>/questions", summary="All that was asked on an item", query=PageQuery, answer=ShownQuestionPageSchema
)  # fmt: skip
def list_questions(item_id: int, query: dict[str, Any]) -> Page[ShownQuestion]:
    return show_questions(
        current_actor(), item_id=item_id, number=query["page"], size=query["page_size"]
    ).page


@blueprint.operation(
    "POST", "/agenda-items/<int:item_id>/questions", summary="Ask something about the open item", body=AskQuestionSchema, answer=NewQuestionSchema, status=201
)  # fmt: skip
def ask_question(item_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"id": asking.ask_question(current_actor(), item_id=item_id, **body)}


@blueprint.operation(
    "PUT", "/sitting-questions/<int:question_id>/support", summary="Support a question, once", answer=SupportsSchema
)  # fmt: skip
def support_question(question_id: int) -> dict[str, int]:
    return {"supports": asking.support_question(current_actor(), question_id=question_id)}


@blueprint.operation(
    "DELETE", "/sitting-questions/<int:question_id>/support", summary="Take one's support back", answer=SupportsSchema
)  # fmt: skip
def withdraw_support(question_id: int) -> dict[str, int]:
    return {"supports": asking.withdraw_support(current_actor(), question_id=question_id)}


@blueprint.operation(
    "PUT", "/sitting-questions/<int:question_id>/outcome", summary="Mark a question as answered, or set it aside with a reason", body=SettleQuestionSchema
)  # fmt: skip
def settle_question(question_id: int, body: dict[str, Any]) -> None:
    asking.settle_question(current_actor(), question_id=question_id, **body)


@blueprint.operation(
    "POST", "/sittings/<int:sitting_id>/minutes", summary="Draft the minutes from what happened", status=204
)
def draft_minutes(sitting_id: int) -> None:
    recording.draft_minutes(current_actor(), sitting_id=sitting_id, words=draft_of)


@blueprint.operation(
    "PUT", "/sittings/<int:sitting_id>/minutes", summary="Correct the draft", body=EditMinutesSchema
)
def edit_minutes(sitting_id: int, body: dict[str, Any]) -> None:
    recording.edit_minutes(current_actor(), sitting_id=sitting_id, words=vote_words, **body)


@blueprint.operation(
    "PUT", "/sittings/<int:sitting_id>/minutes/approval", summary="Write down who approved the minutes, and when", body=ApproveMinutesSchema
)  # fmt: skip
def approve_minutes(sitting_id: int, body: dict[str, Any]) -> None:
    recording.approve_minutes(current_actor(), sitting_id=sitting_id, **body)


@blueprint.operation(
    "POST", "/sittings/<int:sitting_id>/minutes/publication", summary="Publish approved minutes, and freeze them", answer=PublishedMinutesSchema
)  # fmt: skip
def publish_minutes(sitting_id: int) -> SittingMinutes:
    recording.publish_minutes(current_actor(), sitting_id=sitting_id)
    return recording.get_published_minutes(current_actor(), sitting_id)


@blueprint.operation(
    "POST", "/sittings/<int:sitting_id>/minutes/corrections", summary="Add a dated correction below published minutes", body=CorrectionSchema
)  # fmt: skip
def add_correction(sitting_id: int, body: dict[str, Any]) -> None:
    recording.add_correction(current_actor(), sitting_id=sitting_id, **body)


@blueprint.operation(
    "GET", "/sittings/<int:sitting_id>/minutes", summary="Published minutes, with their fingerprint", answer=PublishedMinutesSchema
)  # fmt: skip
def get_minutes(sitting_id: int) -> SittingMinutes:
    return recording.get_published_minutes(current_actor(), sitting_id)


def _live(sitting_id: int) -> dict[str, Any]:
    view = show_sitting(current_actor(), sitting_id=sitting_id)
    room = queries.find_room(sitting_id)
    return {
        "id": view.id,
        "council_id": view.council.id,
        "title": view.sitting.title,
        "state": view.state.value,
        "presided_by": view.live.presided_by if view.live else "",
        "opened_at": view.live.opened_at if view.live else None,
        "closed_at": view.live.closed_at if view.live else None,
        "quorum": view.quorum,
        "open_item_id": view.current.id if view.current else None,
        "open_vote_id": view.voting.id if view.voting else None,
        "coming": room.coming if room else 0,
        "places": room.places if room else None,
        "items": [
            {**vars(item), "state": item.state.value, "vote_ids": [vote.id for vote in item.votes]}
            for item in view.items
        ],
    }

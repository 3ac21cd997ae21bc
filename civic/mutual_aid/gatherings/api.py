"""The JSON API of gatherings: what is to come, places in shifts, and what an association does."""

from typing import Any

from civic.kernel.clock import utc_now
from civic.kernel.pagination import Page
from civic.mutual_aid.gatherings import queries, service
from civic.mutual_aid.gatherings.queries import ListedGathering, ShownGathering
from civic.mutual_aid.gatherings.schemas import (
    AddShiftSchema,
    ChangeGatheringSchema,
    DraftGatheringSchema,
    ExpectedSchema,
    GatheringSchema,
    ListedGatheringSchema,
    PlaceSchema,
    SetPlacesSchema,
    TakePlaceSchema,
)
from civic.territories import queries as territories
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery, page_schema

blueprint = ApiBlueprint("gatherings_api", __name__)


@blueprint.operation(
    "GET",
    "/gatherings",
    summary="What associations organise and is to come, the soonest first; and the drafts of one's own associations",
    query=PageQuery,
    answer=page_schema(ListedGatheringSchema),
)
def list_gatherings(query: dict[str, Any]) -> Page[ListedGathering]:
    return queries.list_gatherings(
        territories.get_town().id,
        now=utc_now(),
        actor=current_actor(),
        number=query["page"],
        size=query["page_size"],
    )


@blueprint.operation(
    "POST",
    "/gatherings",
    summary="Prepare a gathering in the name of an association",
    body=DraftGatheringSchema,
    answer=GatheringSchema,
    status=201,
)
def draft_gathering(body: dict[str, Any]) -> ShownGathering:
    return _present(service.draft_gathering(current_actor(), town_id=territories.get_town().id, **body))


@blueprint.operation(
    "GET",
    "/gatherings/<int:gathering_id>",
    summary="One gathering, with its shifts and one's own places in them",
    answer=GatheringSchema,
)
def get_gathering(gathering_id: int) -> ShownGathering:
    return _present(gathering_id)


@blueprint.operation(
    "PUT",
    "/gatherings/<int:gathering_id>",
    summary="Write anew what a gathering is, and where",
    body=ChangeGatheringSchema,
    answer=GatheringSchema,
)
def change_gathering(gathering_id: int, body: dict[str, Any]) -> ShownGathering:
    service.change_gathering(current_actor(), gathering_id=gathering_id, **body)
    return _present(gathering_id)


@blueprint.operation(
    "POST",
    "/gatherings/<int:gathering_id>/shifts",
    summary="Add a time, what is done then, and how many are needed",
    body=AddShiftSchema,
    answer=GatheringSchema,
    status=201,
)
def add_shift(gathering_id: int, body: dict[str, Any]) -> ShownGathering:
    service.add_shift(current_actor(), gathering_id=gathering_id, **body)
    return _present(gathering_id)


@blueprint.operation(
    "PUT",
    "/gatherings/<int:gathering_id>/shifts/<int:shift_id>/places",
    summary="Say how many are needed; places that are added go first to those who wait",
    body=SetPlacesSchema,
    answer=GatheringSchema,
)
def set_places(gathering_id: int, shift_id: int, body: dict[str, Any]) -> ShownGathering:
    service.set_places(current_actor(), gathering_id=gathering_id, shift_id=shift_id, **body)
    return _present(gathering_id)


@blueprint.operation(
    "POST",
    "/gatherings/<int:gathering_id>/publication",
    summary="Let everybody read a gathering, and come",
    answer=GatheringSchema,
)
def publish_gathering(gathering_id: int) -> ShownGathering:
    service.publish_gathering(current_actor(), gathering_id=gathering_id)
    return _present(gathering_id)


@blueprint.operation(
    "POST",
    "/gatherings/<int:gathering_id>/cancellation",
    summary="Call a gathering off; everybody who had a place, or waited, is told",
    answer=GatheringSchema,
)
def cancel_gathering(gathering_id: int) -> ShownGathering:
    service.cancel_gathering(current_actor(), gathering_id=gathering_id)
    return _present(gathering_id)


@blueprint.operation(
    "POST",
    "/gatherings/<int:gathering_id>/expected",
    summary="Show the association who is expected, and who waits; written down each time",
    answer=ExpectedSchema,
    is_kept=False,
)
def see_places(gathering_id: int) -> dict[str, Any]:
    places = service.see_places(current_actor(), gathering_id=gathering_id)
    return {
        "people": [{"shift_id": place.shift_id, "name": name, "state": place.state} for place, name in places]
    }


@blueprint.operation(
    "PUT",
    "/shifts/<int:shift_id>/place",
    summary="Have a place in a shift, or, where it is full and one says so, wait for one",
    body=TakePlaceSchema,
    answer=PlaceSchema,
)
def take_place(shift_id: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"state": service.take_place(current_actor(), shift_id=shift_id, **body)}


@blueprint.operation(
    "DELETE", "/shifts/<int:shift_id>/place", summary="Give one's place up, or leave the waiting list"
)
def give_up_place(shift_id: int) -> None:
    service.give_up_place(current_actor(), shift_id=shift_id)


def _present(gathering_id: int) -> ShownGathering:
    return queries.present_gathering(current_actor(), gathering_id)

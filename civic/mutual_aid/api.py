"""The JSON API of mutual aid."""

from typing import Any

from civic.kernel.access import require
from civic.kernel.pagination import Page
from civic.mutual_aid import queries
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.queries import FollowedRequest, PublicRequest, PublishedOffer
from civic.mutual_aid.rules import ConsentMode
from civic.mutual_aid.schemas import (
    AskForHelpSchema,
    BoardQuery,
    CancelRequestSchema,
    FollowedRequestSchema,
    ListedRequestSchema,
    OfferHelpSchema,
    OfferSchema,
    OfferStateSchema,
    RequestsQuery,
    RequestWordsSchema,
    offer_details,
    request_details,
)
from civic.mutual_aid.service import corrections, offers, requests
from civic.territories import queries as territories
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import page_schema

blueprint = ApiBlueprint("mutual_aid_api", __name__)


@blueprint.operation(
    "GET", "/offers", summary="Offers that hold", query=BoardQuery, answer=page_schema(OfferSchema)
)
def list_offers(query: dict[str, Any]) -> Page[PublishedOffer]:
    return queries.list_offers(
        category=query["category"],
        territory_id=query["territory_id"],
        number=query["page"],
        size=query["page_size"],
    )


@blueprint.operation(
    "POST", "/offers", summary="Offer help", body=OfferHelpSchema, answer=OfferSchema, status=201
)
def offer_help(body: dict[str, Any]) -> PublishedOffer:
    offer_id = offers.offer_help(
        current_actor(),
        territory_id=territories.get_town().id,
        details=offer_details(body),
        organisation_id=body["organisation_id"],
        accepts_charter=body["accepts_charter"],
        age=body["age"],
    )
    return queries.present_offer(queries.get_offer(offer_id))


@blueprint.operation("GET", "/offers/<int:offer_id>", summary="One offer", answer=OfferSchema)
def get_offer(offer_id: int) -> PublishedOffer:
    return queries.present_offer(queries.get_visible_offer(current_actor(), offer_id))


@blueprint.operation(
    "PUT",
    "/offers/<int:offer_id>/state",
    summary="Pause an offer, take it up again, or end it",
    body=OfferStateSchema,
    answer=OfferSchema,
)
def set_offer_state(offer_id: int, body: dict[str, Any]) -> PublishedOffer:
    offers.set_offer_state(current_actor(), offer_id=offer_id, state=body["state"])
    return queries.present_offer(queries.get_offer(offer_id))


@blueprint.operation(
    "GET",
    "/requests",
    summary="Requests that seek somebody, as others may know them; or one's own",
    query=RequestsQuery,
    answer=page_schema(ListedRequestSchema),
)
def list_requests(query: dict[str, Any]) -> Page[Any]:
    actor = current_actor()
    if query["mine"]:
        return queries.list_requests_of(actor.id, number=query["page"], size=query["page_size"])
    require(actor, MutualAidAction.LIST_REQUESTS, territories.get_town().id)
    listed: Page[PublicRequest] = queries.list_open_requests(
        category=query["category"],
        territory_id=query["territory_id"],
        number=query["page"],
        size=query["page_size"],
    )
    return listed


@blueprint.operation(
    "POST",
    "/requests",
    summary="Ask for help, or, as an agent, for a person who telephoned and agreed",
    body=AskForHelpSchema,
    answer=FollowedRequestSchema,
    status=201,
)
def ask_for_help(body: dict[str, Any]) -> FollowedRequest:
    actor, details = current_actor(), request_details(body)
    request_id = (
        requests.ask_for_help(actor, details=details)
        if body["consent"] is None
        else requests.ask_for_another(actor, details=details, consent=ConsentMode(body["consent"]))
    )
    return queries.present_request(queries.get_request(request_id))


@blueprint.operation(
    "GET",
    "/requests/<int:request_id>",
    summary="A request that one follows",
    answer=FollowedRequestSchema,
)
def get_request(request_id: int) -> FollowedRequest:
    return queries.present_request(requests.get_followed_request(current_actor(), request_id))


@blueprint.operation(
    "PATCH",
    "/requests/<int:request_id>",
    summary="Correct what volunteers read of a request, while it seeks somebody",
    body=RequestWordsSchema,
    answer=FollowedRequestSchema,
)
def change_request(request_id: int, body: dict[str, Any]) -> FollowedRequest:
    corrections.change_request(current_actor(), request_id=request_id, title=body["title"], text=body["text"])
    return queries.present_request(queries.get_request(request_id))


@blueprint.operation(
    "POST",
    "/requests/<int:request_id>/cancellation",
    summary="Cancel a request; everybody concerned is told",
    body=CancelRequestSchema,
    answer=FollowedRequestSchema,
)
def cancel_request(request_id: int, body: dict[str, Any]) -> FollowedRequest:
    requests.cancel_request(current_actor(), request_id=request_id, state_seen=body["state_seen"])
    return queries.present_request(queries.get_request(request_id))

"""Councils over JSON, to read."""

from typing import Any

from civic.councils import queries
from civic.councils.models import Council
from civic.councils.schemas import CouncilSchema, OneCouncilSchema, SittingSchema
from civic.kernel.clock import utc_now
from civic.kernel.pagination import Page
from civic.web.api import ApiBlueprint
from civic.web.schemas import PageQuery, page_schema

blueprint = ApiBlueprint("councils_api", __name__)


@blueprint.operation(
    "GET", "/councils", summary="Neighbourhood councils", query=PageQuery, answer=page_schema(CouncilSchema)
)
def list_councils(query: dict[str, Any]) -> Page[Council]:
    return queries.list_councils(number=query["page"], size=query["page_size"])


@blueprint.operation(
    "GET", "/councils/<int:council_id>", summary="One council, its seats and coming sittings", answer=OneCouncilSchema
)  # fmt: skip
def get_council(council_id: int) -> dict[str, Any]:
    council = queries.get_council(council_id)
    return {
        "id": council.id,
        "territory_id": council.territory_id,
        "name": council.name,
        "most_proxies": council.most_proxies,
        "page_source": council.page_source,
        "seats": [
            {
                "id": held.seat.id,
                "name": held.name,
                "role": held.seat.role.value,
                "origin": held.seat.origin.value,
                "since": held.seat.since,
            }
            for held in queries.list_seats(council.id)
        ],
        "coming_sittings": queries.list_coming_sittings(council.id, at=utc_now(), with_drafts=False),
    }


@blueprint.operation(
    "GET", "/councils/<int:council_id>/sittings", summary="Past sittings and their minutes", query=PageQuery, answer=page_schema(SittingSchema)
)  # fmt: skip
def list_sittings(council_id: int, query: dict[str, Any]) -> Page[Any]:
    council = queries.get_council(council_id)
    return queries.list_past_sittings(
        council.id, at=utc_now(), with_drafts=False, number=query["page"], size=query["page_size"]
    )

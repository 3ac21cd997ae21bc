"""Territories over JSON: communes and neighbourhoods, where a position is, and the addresses that begin like what is typed."""

from typing import Any

from civic.kernel.geometry import Position
from civic.kernel.pagination import Page
from civic.territories import queries
from civic.territories.errors import PositionOutside
from civic.territories.models import Territory
from civic.territories.schemas import (
    AddressesSchema,
    AddressQuery,
    PageQuery,
    PositionQuery,
    TerritoryPageSchema,
    TerritorySchema,
    TerritoryWithOutlineSchema,
)
from civic.web.api import ApiBlueprint

blueprint = ApiBlueprint("territories_api", __name__)


@blueprint.operation(
    "GET",
    "/territories",
    summary="List the commune and its neighbourhoods",
    query=PageQuery,
    answer=TerritoryPageSchema,
)
def list_territories(query: dict[str, Any]) -> Page[Territory]:
    return queries.list_territories_page(number=query["page"], size=query["page_size"])


@blueprint.operation(
    "GET",
    "/territories/<int:territory_id>",
    summary="Read a territory, with its outline",
    answer=TerritoryWithOutlineSchema,
)
def get_territory(territory_id: int) -> Territory:
    return queries.get_territory(territory_id)


@blueprint.operation(
    "GET",
    "/territories/locate",
    summary="Find the neighbourhood that holds a position",
    query=PositionQuery,
    answer=TerritorySchema,
)
def locate(query: dict[str, Any]) -> Territory:
    place = queries.find_neighbourhood_at(Position(query["longitude"], query["latitude"]))
    if place is None:
        raise PositionOutside
    return place


@blueprint.operation(
    "GET",
    "/territories/addresses",
    summary="Find addresses of the commune by what is typed",
    query=AddressQuery,
    answer=AddressesSchema,
)
def list_addresses(query: dict[str, Any]) -> dict[str, Any]:
    return {"items": queries.suggest_addresses(query["q"])}

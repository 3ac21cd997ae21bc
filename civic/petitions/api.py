"""JSON API of petitions."""

from dataclasses import asdict
from typing import Any

from civic.kernel.clock import utc_now
from civic.kernel.pagination import Page
from civic.petitions import queries
from civic.petitions.queries import PetitionView
from civic.petitions.rules import PetitionRules
from civic.petitions.schemas import (
    CountedSheetSchema,
    CountSheetSchema,
    DecidePetitionSchema,
    LaunchPetitionSchema,
    ListPetitionsQuery,
    NamePageSchema,
    PetitionIdSchema,
    PetitionPageSchema,
    PetitionRulesSchema,
    PetitionSchema,
    PetitionStandingSchema,
    PetitionTextSchema,
    PlanPetitionSchema,
    RefusePetitionSchema,
    ShownRulesSchema,
    SignPetitionSchema,
)
from civic.petitions.service import deciding, launching, signing
from civic.petitions.service.reading import get_visible_petition
from civic.petitions.service.signing import CountedSheet, Standing
from civic.territories import queries as territories
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery

blueprint = ApiBlueprint("petitions_api", __name__)


@blueprint.operation(
    "GET",
    "/petitions",
    summary="List the petitions that are open, or were",
    query=ListPetitionsQuery,
    answer=PetitionPageSchema,
)
def list_petitions(query: dict[str, Any]) -> Page[PetitionView]:
    now = utc_now()
    page = queries.list_petitions(at=now, which=query["state"], number=query["page"], size=query["page_size"])
    return Page(queries.view_petitions(page.items, at=now), page.number, page.size, page.total)


@blueprint.operation(
    "GET",
    "/petitions/<int:petition_id>",
    summary="Read a petition: its rules, its count by channel, what the council decided",
    answer=PetitionSchema,
)
def get_petition(petition_id: int) -> PetitionView:
    return queries.view_petition(get_visible_petition(current_actor(), petition_id), at=utc_now())


@blueprint.operation(
    "POST",
    "/territories/<int:territory_id>/petitions",
    summary="Send a petition to the town hall, which looks at it before it opens",
    body=LaunchPetitionSchema,
    answer=PetitionIdSchema,
    status=201,
)
def submit_petition(territory_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"id": launching.submit_petition(current_actor(), territory_id=territory_id, **body)}


@blueprint.operation(
    "PUT",
    "/petitions/<int:petition_id>",
    summary="Write one's petition again, before it opens",
    body=PetitionTextSchema,
)
def revise_petition(petition_id: int, body: dict[str, Any]) -> None:
    launching.revise_petition(current_actor(), petition_id=petition_id, **body)


@blueprint.operation(
    "DELETE", "/petitions/<int:petition_id>", summary="Give one's petition up, before it opens"
)
def withdraw_petition(petition_id: int) -> None:
    launching.withdraw_petition(current_actor(), petition_id=petition_id)


@blueprint.operation(
    "POST",
    "/petitions/<int:petition_id>/admission",
    summary="Open a petition to signatures, for agents and moderators",
)
def admit_petition(petition_id: int) -> None:
    launching.admit_petition(current_actor(), petition_id=petition_id)


@blueprint.operation(
    "POST",
    "/petitions/<int:petition_id>/refusal",
    summary="Refuse to open a petition: under which rule, and what its author can do",
    body=RefusePetitionSchema,
)
def refuse_petition(petition_id: int, body: dict[str, Any]) -> None:
    launching.refuse_petition(current_actor(), petition_id=petition_id, **body)


@blueprint.operation(
    "PUT",
    "/petitions/<int:petition_id>/signature",
    summary="Sign a petition, or change whether one's name is read and whether one is told; once a person",
    body=SignPetitionSchema,
    answer=PetitionStandingSchema,
)
def sign_petition(petition_id: int, body: dict[str, Any]) -> Standing:
    return signing.sign_petition(current_actor(), petition_id=petition_id, **body)


@blueprint.operation(
    "DELETE",
    "/petitions/<int:petition_id>/signature",
    summary="Take back one's signature, until the end",
    answer=PetitionStandingSchema,
)
def withdraw_signature(petition_id: int) -> Standing:
    return signing.withdraw_signature(current_actor(), petition_id=petition_id)


@blueprint.operation(
    "GET",
    "/petitions/<int:petition_id>/names",
    summary="List the names of those who agreed that theirs is read",
    query=PageQuery,
    answer=NamePageSchema,
)
def list_names(petition_id: int, query: dict[str, Any]) -> Page[str]:
    get_visible_petition(current_actor(), petition_id)
    return queries.list_shown_names(petition_id, number=query["page"], size=query["page_size"])


@blueprint.operation(
    "POST",
    "/petitions/<int:petition_id>/sheets",
    summary="Type a sheet of paper: names and dates of birth are compared, and not kept; for agents",
    body=CountSheetSchema,
    answer=CountedSheetSchema,
    status=201,
)
def count_sheet(petition_id: int, body: dict[str, Any]) -> CountedSheet:
    return signing.count_sheet(current_actor(), petition_id=petition_id, **body)


@blueprint.operation(
    "DELETE",
    "/petitions/<int:petition_id>/sheets/<int:sheet_id>",
    summary="Take a sheet out of the count, to type it again",
)
def remove_sheet(petition_id: int, sheet_id: int) -> None:
    signing.remove_sheet(current_actor(), petition_id=petition_id, sheet_id=sheet_id)


@blueprint.operation(
    "PUT",
    "/petitions/<int:petition_id>/agenda",
    summary="Say on which day the council speaks of a petition",
    body=PlanPetitionSchema,
)
def plan_petition(petition_id: int, body: dict[str, Any]) -> None:
    deciding.plan_petition(current_actor(), petition_id=petition_id, **body)


@blueprint.operation(
    "POST",
    "/petitions/<int:petition_id>/decision",
    summary="Publish what the council decided; it changes no more",
    body=DecidePetitionSchema,
)
def decide_petition(petition_id: int, body: dict[str, Any]) -> None:
    deciding.decide_petition(current_actor(), petition_id=petition_id, **body)


@blueprint.operation(
    "GET",
    "/territories/<int:territory_id>/petition-rules",
    summary="How a commune takes petitions",
    answer=ShownRulesSchema,
)
def show_rules(territory_id: int) -> dict[str, Any]:
    territories.get_territory(territory_id)
    settings = queries.find_settings(territory_id)
    if settings is None:
        return {"is_open": False, "needed": None, **dict.fromkeys(asdict(PetitionRules()))}
    return {"is_open": settings.is_open, "needed": settings.rules.needed, **asdict(settings.rules)}


@blueprint.operation(
    "PUT",
    "/territories/<int:territory_id>/petition-rules",
    summary="Say how the commune takes petitions from now on; those that are open keep theirs",
    body=PetitionRulesSchema,
)
def set_rules(territory_id: int, body: dict[str, Any]) -> None:
    deciding.set_rules(current_actor(), territory_id=territory_id, **body)

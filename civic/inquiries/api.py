"""JSON API of public inquiries."""

from typing import Any

from civic.extensions import limiter
from civic.inquiries import lines, queries
from civic.inquiries.limits import DEPOSITS_LIMIT, DEPOSITS_SCOPE, who_is_limited
from civic.inquiries.lines import LineView
from civic.inquiries.queries import InquiryView
from civic.inquiries.schemas import (
    DepositSchema,
    InquiryDocumentsSchema,
    InquiryIdSchema,
    InquiryPageSchema,
    InquiryPlanSchema,
    InquirySchema,
    ListInquiriesQuery,
    MaskSchema,
    ObservationNumberSchema,
    ObservationPageSchema,
    ObservationSchema,
    ProlongSchema,
    RegisterQuery,
    RevisedPlanSchema,
    TypeObservationSchema,
)
from civic.inquiries.service import conducting, depositing, preparing
from civic.inquiries.service.reading import get_visible_inquiry
from civic.kernel.clock import utc_now
from civic.kernel.pagination import Page
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("inquiries_api", __name__)


@blueprint.operation(
    "GET",
    "/inquiries",
    summary="List the public inquiries that are announced, open or over",
    query=ListInquiriesQuery,
    answer=InquiryPageSchema,
)
def list_inquiries(query: dict[str, Any]) -> Page[InquiryView]:
    now = utc_now()
    page = queries.list_inquiries(at=now, which=query["state"], number=query["page"], size=query["page_size"])
    return Page(
        [queries.view_inquiry(each, at=now) for each in page.items], page.number, page.size, page.total
    )


@blueprint.operation(
    "GET",
    "/inquiries/<int:inquiry_id>",
    summary="Read a public inquiry: its dates, its state, its commissioner, its conclusions",
    answer=InquirySchema,
)
def get_inquiry(inquiry_id: int) -> InquiryView:
    return queries.view_inquiry(get_visible_inquiry(current_actor(), inquiry_id), at=utc_now())


@blueprint.operation(
    "GET",
    "/inquiries/<int:inquiry_id>/documents",
    summary="List the documents of an inquiry, each with its SHA-256",
    answer=InquiryDocumentsSchema,
)
def list_documents(inquiry_id: int) -> dict[str, Any]:
    return {"items": queries.list_documents(get_visible_inquiry(current_actor(), inquiry_id))}


@blueprint.operation(
    "GET",
    "/inquiries/<int:inquiry_id>/observations",
    summary="List the observations of a register, in their order, whatever way they came",
    query=RegisterQuery,
    answer=ObservationPageSchema,
)
def list_observations(inquiry_id: int, query: dict[str, Any]) -> Page[LineView]:
    get_visible_inquiry(current_actor(), inquiry_id)
    page = lines.list_lines(
        inquiry_id, channel=query["channel"], number=query["page"], size=query["page_size"]
    )
    return Page(lines.view_lines(page.items), page.number, page.size, page.total)


@blueprint.operation(
    "GET",
    "/inquiries/<int:inquiry_id>/observations/<int:number>",
    summary="Read an observation",
    answer=ObservationSchema,
)
def get_observation(inquiry_id: int, number: int) -> LineView:
    get_visible_inquiry(current_actor(), inquiry_id)
    return lines.view_lines([lines.get_observation(inquiry_id, number)])[0]


@blueprint.operation(
    "POST",
    "/territories/<int:territory_id>/inquiries",
    summary="Write a public inquiry, as a draft, for the town hall",
    body=InquiryPlanSchema,
    answer=InquiryIdSchema,
    status=201,
)
def draft_inquiry(territory_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"id": preparing.draft_inquiry(current_actor(), territory_id=territory_id, **body)}


@blueprint.operation(
    "PUT",
    "/inquiries/<int:inquiry_id>",
    summary="Write an inquiry again, before it is announced",
    body=RevisedPlanSchema,
)
def revise_inquiry(inquiry_id: int, body: dict[str, Any]) -> None:
    preparing.revise_inquiry(current_actor(), inquiry_id=inquiry_id, **body)


@blueprint.operation(
    "POST",
    "/inquiries/<int:inquiry_id>/announcement",
    summary="Publish the notice of an inquiry; it opens and closes by its dates",
)
def announce_inquiry(inquiry_id: int) -> None:
    preparing.announce_inquiry(current_actor(), inquiry_id=inquiry_id)


@blueprint.operation(
    "POST",
    "/inquiries/<int:inquiry_id>/observations",
    summary="Deposit an observation, while the register is open",
    body=DepositSchema,
    answer=ObservationNumberSchema,
    status=201,
    is_kept=False,  # an answer kept for a retry says which account deposited which line; sending_key does as well
)
@limiter.shared_limit(DEPOSITS_LIMIT, DEPOSITS_SCOPE, key_func=who_is_limited)
def deposit_observation(inquiry_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"number": depositing.deposit(current_actor(), inquiry_id=inquiry_id, **body)}


@blueprint.operation(
    "POST",
    "/inquiries/<int:inquiry_id>/typed-observations",
    summary="Type what came by mail, by letter, on paper or by mouth, for agents and the commissioner",
    body=TypeObservationSchema,
    answer=ObservationNumberSchema,
    status=201,
)
def type_observation(inquiry_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"number": depositing.type_observation(current_actor(), inquiry_id=inquiry_id, **body)}


@blueprint.operation(
    "POST",
    "/inquiries/<int:inquiry_id>/observations/<int:number>/mask",
    summary="Mask a passage, the name or a file of an observation; the reason is published",
    body=MaskSchema,
)
def mask_observation(inquiry_id: int, number: int, body: dict[str, Any]) -> None:
    conducting.mask_observation(current_actor(), inquiry_id=inquiry_id, number=number, **body)


@blueprint.operation(
    "POST",
    "/inquiries/<int:inquiry_id>/prolongation",
    summary="Prolong an inquiry, once, by the commissioner's reasoned decision",
    body=ProlongSchema,
)
def prolong_inquiry(inquiry_id: int, body: dict[str, Any]) -> None:
    conducting.prolong(current_actor(), inquiry_id=inquiry_id, **body)

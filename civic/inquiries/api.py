"""JSON API of public inquiries."""

from dataclasses import asdict
from typing import Any, BinaryIO

from civic.extensions import limiter
from civic.inquiries import lines, queries
from civic.inquiries.access import InquiriesAction
from civic.inquiries.errors import ReportNotPublished
from civic.inquiries.limits import DEPOSITS_LIMIT, DEPOSITS_SCOPE, who_is_limited
from civic.inquiries.lines import LineView
from civic.inquiries.models import Inquiry
from civic.inquiries.queries import InquiryView
from civic.inquiries.read_schemas import (
    InquiryDocumentsSchema,
    InquiryIdSchema,
    InquiryPageSchema,
    InquiryReportSchema,
    InquirySchema,
    InquirySessionsSchema,
    InquiryThemesSchema,
    ObservationNumberSchema,
    ObservationPageSchema,
    ObservationSchema,
    SortedCountSchema,
    StudiedObservationPageSchema,
    StudiedThemesSchema,
)
from civic.inquiries.rules import REPORT_PARTS, seen_of
from civic.inquiries.schemas import (
    AddDocumentSchema,
    AddThemeSchema,
    AnswerThemeSchema,
    DepositSchema,
    InquiryPlanSchema,
    ListInquiriesQuery,
    MaskSchema,
    NoteSchema,
    ProlongSchema,
    RegisterQuery,
    ReportSchema,
    RevisedPlanSchema,
    SortNumbersSchema,
    StudyQuery,
    TypeObservationSchema,
    WriteThemeSchema,
)
from civic.inquiries.service import conducting, depositing, dossier, preparing
from civic.inquiries.service.reading import ensure_may_see_themes, get_visible_inquiry
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.kernel.pagination import Page
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.large_files import largest_document_bytes

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
    "POST",
    "/inquiries/<int:inquiry_id>/documents",
    summary="Add a PDF to the dossier, or the opening order, for the town hall; larger than 3 MB, by the page",
    body=AddDocumentSchema,
    answer=InquiryIdSchema,
    status=201,
    file="document",
)
def add_document(inquiry_id: int, body: dict[str, Any], file: bytes) -> dict[str, int]:
    return {"id": dossier.add_document(current_actor(), inquiry_id=inquiry_id, file=file, **body)}


@blueprint.operation(
    "GET",
    "/inquiries/<int:inquiry_id>/sessions",
    summary="List when and where the commissioner receives whoever comes",
    answer=InquirySessionsSchema,
)
def list_sessions(inquiry_id: int) -> dict[str, Any]:
    return {"items": queries.list_sessions(get_visible_inquiry(current_actor(), inquiry_id).id)}


@blueprint.operation(
    "GET",
    "/inquiries/<int:inquiry_id>/themes",
    summary="List the themes with the project owner's answers, which are published with the report; none before",
    answer=InquiryThemesSchema,
)
def list_published_themes(inquiry_id: int) -> dict[str, Any]:
    return {"items": lines.list_published_themes(get_visible_inquiry(current_actor(), inquiry_id))}


@blueprint.operation(
    "GET",
    "/inquiries/<int:inquiry_id>/report",
    summary="Read the report: the commissioner's conclusions, its documents, the project owner's answers",
    answer=InquiryReportSchema,
)
def get_report(inquiry_id: int) -> dict[str, Any]:
    """Raises ReportNotPublished."""
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    if inquiry.reported_at is None:
        raise ReportNotPublished
    documents = [each for each in queries.list_documents(inquiry) if each.part in REPORT_PARTS]
    told = {"verdict": inquiry.verdict, "reserves": inquiry.reserves, "reported_at": inquiry.reported_at}
    return {**told, "documents": documents, "answers": lines.list_published_themes(inquiry)}


@blueprint.operation(
    "POST",
    "/inquiries/<int:inquiry_id>/report",
    summary="Publish the report, the conclusions and the answers to the themes; they change no more",
    body=ReportSchema,
    files={"report": True, "conclusions": True, "reply": False},
)
def publish_report(inquiry_id: int, body: dict[str, Any], files: dict[str, BinaryIO | None]) -> None:
    conducting.publish_report(
        current_actor(),
        inquiry_id=inquiry_id,
        files={part: files[part.value] for part in REPORT_PARTS},
        most_bytes=largest_document_bytes(),
        **body,
    )


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


# What the commissioner studies, and the town hall answers


def _studied(inquiry_id: int) -> tuple[Inquiry, bool]:
    """Return an inquiry whose themes the actor may read, and whether she studies it."""
    actor = current_actor()
    inquiry = get_visible_inquiry(actor, inquiry_id)
    ensure_may_see_themes(actor, inquiry)
    return inquiry, can(actor, InquiriesAction.STUDY, inquiry)


@blueprint.operation(
    "GET",
    "/inquiries/<int:inquiry_id>/study/themes",
    summary="List the themes as they are studied, for the commissioner and the town hall",
    answer=StudiedThemesSchema,
)
def list_studied_themes(inquiry_id: int) -> dict[str, Any]:
    """Her appraisals are the commissioner's."""
    inquiry, may_study = _studied(inquiry_id)
    items = []
    for theme in lines.list_themes(inquiry.id):
        own = {"appraisal": theme.appraisal, "seen": seen_of(theme.note, theme.appraisal)}
        hers = own if may_study else {"appraisal": None, "seen": None}
        items.append({**asdict(theme), **hers, "answer_seen": seen_of(theme.answer)})
    return {"items": items}


@blueprint.operation(
    "GET",
    "/inquiries/<int:inquiry_id>/study/observations",
    summary="List the observations with their themes and notes, for the commissioner and the town hall",
    query=StudyQuery,
    answer=StudiedObservationPageSchema,
)
def list_studied_observations(inquiry_id: int, query: dict[str, Any]) -> Page[LineView]:
    inquiry, may_study = _studied(inquiry_id)
    page = lines.list_lines(
        inquiry.id,
        channel=query["channel"],
        theme_id=query["theme"] or None,
        is_unsorted=query["theme"] == 0,
        number=query["page"],
        size=query["page_size"],
    )
    items = lines.view_lines(page.items, is_studied=True, has_notes=may_study)
    return Page(items, page.number, page.size, page.total)


@blueprint.operation(
    "POST",
    "/inquiries/<int:inquiry_id>/themes",
    summary="Add a theme, for the commissioner",
    body=AddThemeSchema,
    answer=InquiryIdSchema,
    status=201,
)
def add_theme(inquiry_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"id": conducting.add_theme(current_actor(), inquiry_id=inquiry_id, **body)}


@blueprint.operation(
    "PUT",
    "/inquiries/<int:inquiry_id>/themes/<int:theme_id>",
    summary="Write what the commissioner makes of a theme",
    body=WriteThemeSchema,
)
def write_theme(inquiry_id: int, theme_id: int, body: dict[str, Any]) -> None:
    conducting.write_theme(current_actor(), inquiry_id=inquiry_id, theme_id=theme_id, **body)


@blueprint.operation(
    "DELETE",
    "/inquiries/<int:inquiry_id>/themes/<int:theme_id>",
    summary="Take a theme out; its observations are to sort again",
)
def remove_theme(inquiry_id: int, theme_id: int) -> None:
    conducting.remove_theme(current_actor(), inquiry_id=inquiry_id, theme_id=theme_id)


@blueprint.operation(
    "POST",
    "/inquiries/<int:inquiry_id>/themes/<int:theme_id>/observations",
    summary="Put observations in a theme, or take them out of it",
    body=SortNumbersSchema,
    answer=SortedCountSchema,
)
def sort_observations(inquiry_id: int, theme_id: int, body: dict[str, Any]) -> dict[str, int]:
    actor = current_actor()
    count = conducting.sort_observations(actor, inquiry_id=inquiry_id, theme_id=theme_id, **body)
    return {"count": count}


@blueprint.operation(
    "PUT",
    "/inquiries/<int:inquiry_id>/themes/<int:theme_id>/answer",
    summary="Write the project owner's answer to a theme: a draft until the report",
    body=AnswerThemeSchema,
)
def answer_theme(inquiry_id: int, theme_id: int, body: dict[str, Any]) -> None:
    conducting.answer_theme(current_actor(), inquiry_id=inquiry_id, theme_id=theme_id, **body)


@blueprint.operation(
    "PUT",
    "/inquiries/<int:inquiry_id>/observations/<int:number>/note",
    summary="Note something beside an observation, for the commissioner alone",
    body=NoteSchema,
)
def write_note(inquiry_id: int, number: int, body: dict[str, Any]) -> None:
    conducting.write_note(current_actor(), inquiry_id=inquiry_id, number=number, **body)


@blueprint.operation(
    "DELETE",
    "/inquiries/<int:inquiry_id>/observations/<int:number>/mask",
    summary="Read a masked observation whole again",
)
def lift_mask(inquiry_id: int, number: int) -> None:
    conducting.lift_mask(current_actor(), inquiry_id=inquiry_id, number=number)

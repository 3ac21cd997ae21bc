"""What everybody reads: the list, an inquiry, its notice, its dossier, its register, and the check of a fingerprint."""

from functools import partial
from pathlib import Path

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import ValidationError

from civic.inquiries import lines, queries
from civic.inquiries.access import InquiriesAction
from civic.inquiries.checking import command as check_register
from civic.inquiries.errors import ObservationNotFound
from civic.inquiries.models import Inquiry
from civic.inquiries.queries import ListFilter
from civic.inquiries.routes.door import blueprint, documents_by_part
from civic.inquiries.rules import Channel
from civic.inquiries.schemas import CheckSchema, ListInquiriesFilter, RegisterFilter
from civic.inquiries.service.reading import get_visible_inquiry, may_see_themes, read_document, read_file
from civic.inquiries.whole_register import register_as_json
from civic.kernel.access import can
from civic.kernel.calendars import CalendarEvent
from civic.kernel.clock import utc_now
from civic.territories import queries as territories
from civic.web.calendars import calendar_answer, public_url, uid_of
from civic.web.files import text_file, text_in_pieces
from civic.web.forms import Form, load_filters
from civic.web.identity import current_actor
from civic.web.large_files import pieces_response
from civic.web.printed_links import printed_link
from civic.web.sent_files import IMAGE, download_response, image_response

SCRIPT = Path(check_register.__file__)


@blueprint.get("/enquetes-publiques")
def list_inquiries() -> str:
    filters, now, actor = load_filters(ListInquiriesFilter), utc_now(), current_actor()
    page = queries.list_inquiries(at=now, which=filters["etat"], number=filters["page"])
    mine = queries.list_conducted(actor.id) if actor.is_signed_in else []
    town = territories.find_town()
    return render_template(
        "inquiries/list.html",
        page=page,
        inquiries=[queries.view_inquiry(each, at=now) for each in page.items],
        mine=[queries.view_inquiry(each, at=now) for each in mine],
        counts=queries.count_inquiries(at=now),
        which=filters["etat"],
        filters=list(ListFilter),
        may_write=town is not None and can(actor, InquiriesAction.WRITE_INQUIRY, town.id),
    )


@blueprint.get("/enquetes-publiques/<int:inquiry_id>")
def show_inquiry(inquiry_id: int) -> str:
    actor, now = current_actor(), utc_now()
    inquiry = get_visible_inquiry(actor, inquiry_id)
    view = queries.view_inquiry(inquiry, at=now)
    return render_template(
        "inquiries/show.html",
        inquiry=view,
        documents=documents_by_part(queries.list_documents(inquiry)),
        sessions=queries.list_sessions(inquiry_id),
        places=_places(inquiry),
        counts=lines.count_by_channel(inquiry_id),
        closing_head=lines.find_closing_head(inquiry) if now >= inquiry.closes_at else None,
        answered=lines.list_published_themes(inquiry),
        now=now,
        may_write=can(actor, InquiriesAction.WRITE_INQUIRY, inquiry),
        may_type=can(actor, InquiriesAction.TYPE_OBSERVATION, inquiry),
        may_study=may_see_themes(actor, inquiry),
        may_prolong=can(actor, InquiriesAction.PROLONG, inquiry),
        may_report=can(actor, InquiriesAction.PUBLISH_REPORT, inquiry),
    )


def _places(inquiry: Inquiry) -> list[str]:
    names = territories.names_of(set(inquiry.neighbourhood_ids))
    return sorted(names.values())


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/avis")
def show_notice(inquiry_id: int) -> str:
    """The notice, as a page to print."""
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    return render_template(
        "inquiries/notice.html",
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        sessions=queries.list_sessions(inquiry_id),
        places=_places(inquiry),
        link=printed_link(url_for(".show_inquiry", inquiry_id=inquiry_id)),
    )


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/dossier")
def show_dossier(inquiry_id: int) -> str:
    """The list of the documents, with their fingerprints, as a page to print: it is joined to the dossier on paper."""
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    return render_template(
        "inquiries/dossier.html",
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        documents=[
            each for each in queries.list_documents(inquiry) if each.part.value in ("order", "dossier")
        ],
        link=printed_link(url_for(".show_inquiry", inquiry_id=inquiry_id)),
    )


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/permanences.ics")
def download_sessions(inquiry_id: int) -> Response:
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    address = public_url() + url_for(".show_inquiry", inquiry_id=inquiry_id)
    events = [
        CalendarEvent(
            uid_of("inquiry-session", each.id),
            gettext("Permanence du commissaire enquêteur : %(title)s", title=inquiry.title),
            each.starts_at,
            each.ends_at,
            each.changed_at,
            address,
            place=each.place,
        )
        for each in queries.list_sessions(inquiry_id)
    ]
    return calendar_answer(events, f"permanences-{inquiry_id}")


@blueprint.get("/enquetes-publiques/documents/<int:document_id>")
def download_document(document_id: int) -> Response:
    document = read_document(current_actor(), document_id)
    if document.content is None:
        pieces = partial(queries.read_piece, document_id)
        return pieces_response(pieces, document.digest, document.size_bytes, title=document.title)
    return download_response(document.content, document.digest, title=document.title)


@blueprint.get("/enquetes-publiques/pieces/<int:file_id>")
def download_file(file_id: int) -> Response:
    """What is joined to an observation: a PDF to download, or an image."""
    file, content = read_file(file_id)
    if file.mimetype == IMAGE:
        return image_response(content, file.digest)
    return download_response(content, file.digest, title=f"piece-{file.rank}")


# The register


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/registre")
def show_register(inquiry_id: int) -> str:
    inquiry, filters = get_visible_inquiry(current_actor(), inquiry_id), load_filters(RegisterFilter)
    now = utc_now()
    page = lines.list_lines(inquiry_id, channel=filters["voie"], number=filters["page"])
    return render_template(
        "inquiries/register.html",
        inquiry=queries.view_inquiry(inquiry, at=now),
        page=page,
        lines=lines.view_lines(page.items),
        counts=lines.count_by_channel(inquiry_id),
        channels=list(Channel),
        channel=filters["voie"],
        closing_head=lines.find_closing_head(inquiry) if now >= inquiry.closes_at else None,
        now=now,
    )


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/registre/<int:number>")
def show_observation(inquiry_id: int, number: int) -> str:
    actor = current_actor()
    inquiry = get_visible_inquiry(actor, inquiry_id)
    row = lines.get_observation(inquiry_id, number)
    return render_template(
        "inquiries/observation.html",
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        line=lines.view_lines([row])[0],
        may_mask=can(actor, InquiriesAction.MASK_OBSERVATION, inquiry),
    )


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/registre.json")
def download_register(inquiry_id: int) -> Response:
    """The whole register, as anybody checks it, whatever its length."""
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    return text_in_pieces(register_as_json(inquiry), "application/json", f"registre-{inquiry_id}.json")


@blueprint.get("/enquetes-publiques/verifier_registre.py")
def download_script() -> Response:
    return text_file(SCRIPT.read_text(encoding="utf-8"), "text/x-python", "verifier_registre.py")


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/verification")
def show_check(inquiry_id: int) -> ResponseReturnValue:
    """Compute again the fingerprint of an observation, and compare it with that of a proof."""
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    asked = _typed_check()
    found = None
    if asked.value("number") and asked.value("fingerprint") and not asked.errors:
        try:
            row = lines.get_observation(inquiry_id, int(asked.value("number")))
            found = (row, lines.check_line(row), row.fingerprint == asked.value("fingerprint"))
        except ObservationNotFound as refusal:
            asked.errors["number"] = [gettext(refusal.message)]
    return render_template(
        "inquiries/check.html",
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        form=asked,
        found=found,
        line=lines.view_lines([found[0]])[0] if found else None,
    )


def _typed_check() -> Form:
    """Read what the address asks to check: as it is typed, with what is to correct."""
    given = {name: request.args[name].strip() for name in ("number", "fingerprint") if request.args.get(name)}
    if not given:
        return Form()
    given["fingerprint"] = given.get("fingerprint", "").lower()
    try:
        CheckSchema().load({name: value for name, value in given.items() if value})
    except ValidationError as error:
        return Form(dict(given), {name: list(said) for name, said in error.normalized_messages().items()})
    return Form(dict(given))

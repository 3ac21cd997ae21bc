"""The commissioner's decision to prolong, and her report: typed by her, or by an agent for her."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.inquiries import queries
from civic.inquiries.access import InquiriesAction
from civic.inquiries.models import Inquiry
from civic.inquiries.routes.door import blueprint
from civic.inquiries.rules import REPORT_PARTS
from civic.inquiries.schemas import LONGEST_DECISION, ProlongSchema, ReportSchema
from civic.inquiries.service import conducting
from civic.inquiries.service.reading import get_visible_inquiry
from civic.inquiries.words import VERDICT_WORDS
from civic.kernel.access import Action, require
from civic.kernel.clock import utc_now
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.languages import form_instant
from civic.web.large_files import largest_document_bytes, largest_document_megabytes, sent_file


def _allowed(inquiry_id: int, action: Action) -> Inquiry:
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    require(current_actor(), action, inquiry)
    return inquiry


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/prolongation")
def show_prolongation(inquiry_id: int) -> str:
    inquiry = _allowed(inquiry_id, InquiriesAction.PROLONG)
    return _prolongation_page(inquiry_id, Form({"closes_at": form_instant(inquiry.closes_at)}))


def _prolongation_page(inquiry_id: int, form: Form) -> str:
    inquiry = _allowed(inquiry_id, InquiriesAction.PROLONG)
    return render_template(
        "inquiries/prolongation.html",
        form=form,
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        longest=LONGEST_DECISION,
    )


@blueprint.post("/enquetes-publiques/<int:inquiry_id>/prolongation")
def prolong(inquiry_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("L’enquête est prolongée. L’avis et le registre ont leur nouvelle date."), "success")
        return redirect(url_for(".show_inquiry", inquiry_id=inquiry_id))

    return submit_form(
        ProlongSchema,
        command=lambda data: conducting.prolong(current_actor(), inquiry_id=inquiry_id, **data),
        done=done,
        again=lambda form: _prolongation_page(inquiry_id, form),
        is_sent_once=True,
    )


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/rapport")
def show_report(inquiry_id: int) -> str:
    return _report_page(inquiry_id, Form())


def _report_page(inquiry_id: int, form: Form) -> str:
    inquiry = _allowed(inquiry_id, InquiriesAction.PUBLISH_REPORT)
    return render_template(
        "inquiries/report.html",
        form=form,
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        verdicts=[{"value": key.value, "label": gettext(said)} for key, said in VERDICT_WORDS.items()],
        longest=LONGEST_DECISION,
        most_megabytes=largest_document_megabytes(),
    )


@blueprint.post("/enquetes-publiques/<int:inquiry_id>/rapport")
def publish_report(inquiry_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        files = {part: sent_file(part.value) for part in REPORT_PARTS}
        conducting.publish_report(
            current_actor(), inquiry_id=inquiry_id, files=files, most_bytes=largest_document_bytes(), **data
        )

    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("Le rapport et les conclusions sont publiés."), "success")
        return redirect(url_for(".show_inquiry", inquiry_id=inquiry_id, _anchor="rapport"))

    return submit_form(
        ReportSchema,
        command=command,
        done=done,
        again=lambda form: _report_page(inquiry_id, form),
    )

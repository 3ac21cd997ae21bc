"""The documents of a consultation: the panel that residents read, the page on which the town hall adds them, the files."""

from functools import partial
from pathlib import PurePath
from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations.access import ConsultationsAction
from civic.consultations.composing_pages import STEPS, editable
from civic.consultations.documents import queries, service
from civic.consultations.documents.errors import DocumentNotFound
from civic.consultations.documents.rules import Kind
from civic.consultations.documents.schemas import (
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    DocumentWordsFormSchema,
    DocumentWordsSchema,
    MoveDocumentSchema,
)
from civic.consultations.documents.service import MOST_DOCUMENTS
from civic.consultations.panels import Panel, consultation_panel
from civic.consultations.queries import ConsultationView
from civic.consultations.rules import ConsultationState
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import can
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.large_files import (
    largest_document_bytes,
    largest_document_megabytes,
    pieces_response,
    sent_file,
    takes_large_files,
)
from civic.web.schemas import NothingSchema
from civic.web.sent_files import download_response, image_response

blueprint = Blueprint("consultation_documents", __name__)

SMALL = "petite"
LIMITS = {"title": LONGEST_TITLE, "description": LONGEST_DESCRIPTION, "documents": MOST_DOCUMENTS}


@consultation_panel(order=4)
def documents_panel(view: ConsultationView) -> Panel | None:
    """What there is to read before taking part. Who writes the consultation is led to add some, also where there is none."""
    documents = queries.list_documents(view.id)
    may_write = can(current_actor(), ConsultationsAction.WRITE_CONSULTATION, view.territory_id)
    if not documents and not may_write:
        return None
    values = {"documents": documents, "consultation_id": view.id, "may_write": may_write}
    return Panel("consultations/_documents_panel.html", values, anchor="documents")


@blueprint.get("/consultations/<int:consultation_id>/documents")
def show_documents(consultation_id: int) -> str:
    return _page(consultation_id, Form())


@blueprint.post("/consultations/<int:consultation_id>/documents")
def add_document(consultation_id: int) -> ResponseReturnValue:
    sent, file = request.files.get("document"), sent_file("document")

    def named(values: dict[str, Any]) -> dict[str, Any]:
        """A document that nobody named has the name of its file."""
        stem = PurePath((sent.filename if sent else None) or "").stem.replace("_", " ")
        return {**values, "title": values.get("title") or stem[:LONGEST_TITLE]}

    return submit_form(
        DocumentWordsSchema,
        command=lambda data: service.add_document(
            current_actor(),
            consultation_id=consultation_id,
            file=file or b"",
            most_bytes=largest_document_bytes(),
            **data,
        ),
        done=lambda _: _done(consultation_id, gettext("Le document est ajouté.")),
        again=lambda form: _page(consultation_id, _about_the_file(form)),
        fill=named,
    )


@blueprint.post("/consultations/<int:consultation_id>/documents/<int:attachment_id>")
def rename_document(consultation_id: int, attachment_id: int) -> ResponseReturnValue:
    def again(form: Form) -> str:
        listed = {each.id: each for each in queries.list_documents(consultation_id)}
        stored: dict[str, Any] = {SEEN: None}
        if document := listed.get(attachment_id):
            words = {"title": document.title, "description": document.description}
            stored = {name: words[name] for name in words if name in form.values} | {SEEN: document.seen}
        return _page(consultation_id, compared(form, stored), which=attachment_id)

    return submit_form(
        DocumentWordsFormSchema,
        command=lambda data: service.rename_document(
            current_actor(), consultation_id=consultation_id, document_id=attachment_id, **data
        ),
        done=lambda _: _done(consultation_id, gettext("C’est enregistré.")),
        again=again,
    )


@blueprint.post("/consultations/<int:consultation_id>/documents/<int:attachment_id>/ordre")
def move_document(consultation_id: int, attachment_id: int) -> ResponseReturnValue:
    return submit_form(
        MoveDocumentSchema,
        command=lambda data: service.move_document(
            current_actor(), consultation_id=consultation_id, document_id=attachment_id, **data
        ),
        done=lambda _: _shown(consultation_id, f"document-{attachment_id}"),
        again=partial(_page, consultation_id),
    )


@blueprint.post("/consultations/<int:consultation_id>/documents/<int:attachment_id>/retrait")
def remove_document(consultation_id: int, attachment_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: service.remove_document(
            current_actor(), consultation_id=consultation_id, document_id=attachment_id
        ),
        done=lambda _: _done(consultation_id, gettext("Le document est retiré.")),
        again=partial(_page, consultation_id),
    )


@blueprint.get("/consultations/documents/<int:attachment_id>/document.pdf")
def download_document(attachment_id: int) -> Response:
    content, document = service.read_document(current_actor(), attachment_id, Kind.PDF)
    if content is None:
        pieces = partial(queries.read_piece, attachment_id)
        return pieces_response(pieces, document.digest, document.size_bytes, title=document.title)
    return download_response(content, document.digest, title=document.title)


@blueprint.get("/consultations/documents/<int:attachment_id>/image.webp")
def show_picture(attachment_id: int) -> Response:
    is_small = request.args.get("taille") == SMALL
    content, document = service.read_document(current_actor(), attachment_id, Kind.PICTURE, is_small=is_small)
    if content is None:
        raise DocumentNotFound
    return image_response(content, document.digest)


def register(app: Flask) -> None:
    """Who may write a consultation may send it a large document."""

    def may_send(consultation_id: int) -> bool:
        actor = current_actor()
        return can(
            actor, ConsultationsAction.WRITE_CONSULTATION, get_visible_consultation(actor, consultation_id)
        )

    takes_large_files(app, "consultation_documents.add_document", may_send)


def _about_the_file(form: Form) -> Form:
    """There is one box for the file, whatever it was read as."""
    if "photograph" in form.errors:
        form.errors["document"] = form.errors.pop("photograph")
    return form


def _done(consultation_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return _shown(consultation_id)


def _shown(consultation_id: int, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for(".show_documents", consultation_id=consultation_id, _anchor=anchor))


def _page(consultation_id: int, form: Form, *, which: int | None = None) -> str:
    consultation = editable(consultation_id)
    return render_template(
        "consultations/documents.html",
        consultation=consultation,
        is_published=consultation.state is ConsultationState.PUBLISHED,
        documents=queries.list_documents(consultation_id),
        steps=STEPS,
        form=form,
        which=which,
        limits=LIMITS,
        most_megabytes=largest_document_megabytes(),
    )

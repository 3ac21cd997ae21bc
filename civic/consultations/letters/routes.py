"""Letters of a consultation: the panel and the list that residents read, the page on which the town hall writes one."""

import hashlib
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations import queries as consultations
from civic.consultations.access import ConsultationsAction
from civic.consultations.letters import queries, service
from civic.consultations.letters.schemas import (
    LONGEST_BODY,
    LONGEST_TITLE,
    LettersShownQuery,
    PostLetterSchema,
)
from civic.consultations.panels import Panel, consultation_panel
from civic.consultations.queries import ConsultationView
from civic.consultations.rules import Status
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.kernel.text import markdown_to_html
from civic.web.forms import Form, load_filters, read_form, read_part, submit_form
from civic.web.identity import current_actor
from civic.web.kept_pages import same_for_strangers
from civic.web.schemas import NothingSchema

blueprint = Blueprint("letters", __name__)

LIMITS = {"title": LONGEST_TITLE, "body": LONGEST_BODY}
FEW = 3


@consultation_panel(order=3)
def letters_panel(view: ConsultationView) -> Panel | None:
    """The last letters. Who may write one is led to it, also where there is none."""
    if view.status is Status.DRAFT:
        return None
    page = queries.list_letters(view.id, size=FEW)
    may_write = can(current_actor(), ConsultationsAction.WRITE_CONSULTATION, view.territory_id)
    if not page.total and not may_write:
        return None
    values = {"page": page, "consultation_id": view.id, "may_write": may_write}
    return Panel("letters/_panel.html", values, anchor="lettres")


def _common(consultation_id: int) -> dict[str, Any]:
    actor = current_actor()
    consultation = get_visible_consultation(actor, consultation_id)
    return {
        "consultation": consultations.view_consultation(consultation, at=utc_now()),
        "may_write": can(actor, ConsultationsAction.WRITE_CONSULTATION, consultation),
    }


@blueprint.get("/consultations/<int:consultation_id>/lettres")
@same_for_strangers
def list_letters(consultation_id: int) -> str:
    common = _common(consultation_id)
    return render_template(
        "letters/list.html",
        **common,
        page=queries.list_letters(consultation_id, number=load_filters(LettersShownQuery)["page"]),
        page_address=lambda number: url_for(".list_letters", consultation_id=consultation_id, page=number),
    )


@blueprint.get("/consultations/lettres/<int:letter_id>")
@same_for_strangers
def show_letter(letter_id: int) -> str:
    return _letter_page(Form(), letter_id)


def _letter_page(form: Form, letter_id: int) -> str:
    letter = service.get_visible_letter(current_actor(), letter_id)
    return render_template("letters/show.html", **_common(letter.consultation_id), form=form, letter=letter)


@blueprint.get("/consultations/<int:consultation_id>/lettres/nouvelle")
def show_new_letter(consultation_id: int) -> str:
    service.ensure_may_send(current_actor(), consultation_id)
    return _write_page(Form(), consultation_id)


@blueprint.post("/consultations/<int:consultation_id>/lettres/nouvelle")
def send_letter(consultation_id: int) -> ResponseReturnValue:
    """Nothing is sent before it was shown as it will be read: the first time that a text comes, the page comes back with it."""

    def done(letter_id: int) -> ResponseReturnValue:
        flash(
            gettext("C’est envoyé. Chacun sera prévenu au rythme qu’il a choisi, en un seul message."),
            "success",
        )
        return redirect(url_for(".show_letter", letter_id=letter_id))

    def command(data: dict[str, Any]) -> int:
        return service.send_letter(
            current_actor(), consultation_id=consultation_id, title=data["title"], body=data["body"]
        )

    form = read_form(PostLetterSchema)
    data, _ = read_part(PostLetterSchema(), form.values)
    if data and data["seen"] != _digest(data):
        service.ensure_may_send(current_actor(), consultation_id)
        form.values["seen"] = _digest(data)
        return _write_page(form, consultation_id, shown=data)
    return submit_form(
        PostLetterSchema,
        command=command,
        done=done,
        again=lambda form: _write_page(form, consultation_id),
        is_sent_once=True,
    )


def _digest(data: dict[str, Any]) -> str:
    """Return what names a text that was shown, to be sent with it."""
    return hashlib.sha256(f"{data['title']}\n{data['body']}".encode()).hexdigest()


def _write_page(form: Form, consultation_id: int, *, shown: dict[str, Any] | None = None) -> str:
    return render_template(
        "letters/write.html",
        **_common(consultation_id),
        form=form,
        limits=LIMITS,
        shown={"title": shown["title"], "body_html": markdown_to_html(shown["body"])} if shown else None,
    )


@blueprint.post("/consultations/lettres/<int:letter_id>/retrait")
def take_back_letter(letter_id: int) -> ResponseReturnValue:
    def done(consultation_id: int) -> ResponseReturnValue:
        flash(
            gettext("La lettre est retirée. Ceux qui n’en avaient pas encore reçu la nouvelle ne la recevront pas."), "success"
        )  # fmt: skip
        return redirect(url_for(".list_letters", consultation_id=consultation_id))

    return submit_form(
        NothingSchema,
        command=lambda _: service.take_back_letter(current_actor(), letter_id=letter_id),
        done=done,
        again=lambda form: _letter_page(form, letter_id),
    )

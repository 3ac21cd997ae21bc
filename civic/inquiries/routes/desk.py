"""The desk of the town hall: an inquiry is written, its commissioner named, its dossier and its sessions put together, then announced."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.inquiries import queries, rules
from civic.inquiries.access import InquiriesAction
from civic.inquiries.models import Inquiry
from civic.inquiries.routes.door import blueprint, documents_by_part, town_id
from civic.inquiries.schemas import (
    LONGEST_SEAT,
    LONGEST_SUBJECT,
    LONGEST_TITLE,
    MOST_COMMISSIONERS,
    AddDocumentFormSchema,
    CommissionersSchema,
    InquiryPlanSchema,
    MoveDocumentSchema,
    RevisedPlanSchema,
    SessionSchema,
    VisitorsSchema,
)
from civic.inquiries.service import dossier, preparing
from civic.inquiries.service.reading import get_visible_inquiry
from civic.inquiries.words import PART_WORDS, REGIME_WORDS, title_of_file
from civic.kernel.access import require
from civic.kernel.clock import utc_now
from civic.territories import queries as territories
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, page_number, submit_form
from civic.web.identity import current_actor
from civic.web.languages import elided, form_instant
from civic.web.large_files import largest_document_bytes, largest_document_megabytes, sent_file
from civic.web.schemas import NothingSchema


@blueprint.get("/bureau/enquetes-publiques")
def list_desk() -> str:
    require(current_actor(), InquiriesAction.WRITE_INQUIRY, town_id())
    page, now = queries.list_desk({town_id()}, number=page_number()), utc_now()
    return render_template(
        "inquiries/desk.html",
        page=page,
        inquiries=[queries.view_inquiry(each, at=now) for each in page.items],
        today=rules.day_of(now),
    )


# Writing


@blueprint.get("/bureau/enquetes-publiques/nouvelle")
def show_new_inquiry() -> str:
    town = territories.find_town()
    authority = elided(gettext("La commune de %(town)s", town=town.name), town.name) if town else ""
    return _write_page(Form({"regime": "unassessed", "owner": authority, "authority": authority}))


def _write_page(form: Form, inquiry: Inquiry | None = None) -> str:
    require(current_actor(), InquiriesAction.WRITE_INQUIRY, inquiry or town_id())
    return render_template(
        "inquiries/write.html",
        form=form,
        inquiry=queries.view_inquiry(inquiry, at=utc_now()) if inquiry else None,
        seen=inquiry.seen if inquiry else "",
        was_changed=bool(inquiry and form.value("seen") not in ("", inquiry.seen)),
        regimes=[{"value": key.value, "label": gettext(said)} for key, said in REGIME_WORDS.items()],
        places=[
            {"value": str(place.id), "label": place.name}
            for place in territories.list_neighbourhoods(town_id())
        ],
        longest={"title": LONGEST_TITLE, "subject": LONGEST_SUBJECT, "seat": LONGEST_SEAT},
    )


@blueprint.post("/bureau/enquetes-publiques/nouvelle")
def draft_inquiry() -> ResponseReturnValue:
    def done(inquiry_id: int) -> ResponseReturnValue:
        flash(gettext("Le brouillon est enregistré. Voici ce qui manque avant de l’annoncer."), "success")
        return redirect(url_for(".prepare_inquiry", inquiry_id=inquiry_id))

    return submit_form(
        InquiryPlanSchema,
        command=lambda data: preparing.draft_inquiry(current_actor(), territory_id=town_id(), **data),
        done=done,
        again=_write_page,
        is_sent_once=True,
    )


@blueprint.get("/bureau/enquetes-publiques/<int:inquiry_id>/modifier")
def show_edit_inquiry(inquiry_id: int) -> ResponseReturnValue:
    """Announced, it is not written again: its page says what can be done."""
    inquiry = _own(inquiry_id)
    if not rules.permits(inquiry.state_at(utc_now()), rules.Act.REVISE):
        return redirect(url_for(".prepare_inquiry", inquiry_id=inquiry_id))
    values: dict[str, Any] = {
        name: getattr(inquiry, name)
        for name in ("title", "owner", "authority", "order_number", "seat", "email")
    }
    values |= {"subject": inquiry.subject_source, "regime": inquiry.regime.value}
    values |= {"opens_at": form_instant(inquiry.opens_at), "closes_at": form_instant(inquiry.closes_at)}
    values |= {"order_on": inquiry.order_on.isoformat()}
    values["neighbourhood_ids"] = [str(each) for each in inquiry.neighbourhood_ids]
    return _write_page(Form(values), inquiry)


@blueprint.post("/bureau/enquetes-publiques/<int:inquiry_id>/modifier")
def revise_inquiry(inquiry_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("C’est enregistré."), "success")
        return redirect(url_for(".prepare_inquiry", inquiry_id=inquiry_id))

    return submit_form(
        RevisedPlanSchema,
        command=lambda data: preparing.revise_inquiry(current_actor(), inquiry_id=inquiry_id, **data),
        done=done,
        again=lambda form: _write_page(form, _own(inquiry_id)),
        is_sent_once=True,
    )


# Preparing


@blueprint.get("/bureau/enquetes-publiques/<int:inquiry_id>")
def prepare_inquiry(inquiry_id: int) -> str:
    return _prepare_page(inquiry_id, Form())


def _prepare_page(inquiry_id: int, form: Form, *, which: str = "") -> str:
    """``which``: the form of the page that was refused."""
    inquiry, now = _own(inquiry_id), utc_now()
    view = queries.view_inquiry(inquiry, at=now)
    return render_template(
        "inquiries/prepare.html",
        form=form,
        which=which,
        inquiry=view,
        commissioners=form if which == "commissioners" else _named(inquiry),
        numbers=range(1, MOST_COMMISSIONERS + 1),
        documents=documents_by_part(queries.list_documents(inquiry)),
        parts=[
            {"value": part.value, "label": gettext(PART_WORDS[part])}
            for part in (rules.Part.DOSSIER, rules.Part.ORDER)
        ],
        sessions=queries.list_sessions(inquiry_id),
        lacking=rules.lacking(queries.what_is_prepared(inquiry), at=now) if view.permits("announce") else [],
        now=now,
        most_megabytes=largest_document_megabytes(),
    )


def _named(inquiry: Inquiry) -> Form:
    values: dict[str, Any] = {}
    for rank, each in enumerate(inquiry.commissioners[:MOST_COMMISSIONERS], start=1):
        values[f"name_{rank}"] = each.name
        if each.person_id is not None:
            values[f"email_{rank}"] = accounts.get_person(each.person_id).email or ""
    return Form({**values, SEEN: inquiry.seen_named})


def _back(inquiry_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for(".prepare_inquiry", inquiry_id=inquiry_id, _anchor=anchor))


@blueprint.post("/bureau/enquetes-publiques/<int:inquiry_id>/commissaires")
def name_commissioners(inquiry_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("C’est enregistré."), "success")
        return _back(inquiry_id, "commissaires")

    def again(form: Form) -> str:
        nobody = dict.fromkeys(CommissionersSchema().fields, "")
        stored = {**nobody, **_named(_own(inquiry_id)).values}
        return _prepare_page(inquiry_id, compared(form, stored), which="commissioners")

    return submit_form(
        CommissionersSchema,
        command=lambda data: preparing.name_commissioners(current_actor(), inquiry_id=inquiry_id, **data),
        done=done,
        again=again,
    )


@blueprint.post("/bureau/enquetes-publiques/<int:inquiry_id>/dossier")
def add_document(inquiry_id: int) -> ResponseReturnValue:
    def done(document_id: int) -> ResponseReturnValue:
        flash(gettext("Le document est ajouté."), "success")
        return _back(inquiry_id, "dossier")

    return submit_form(
        AddDocumentFormSchema,
        command=lambda data: dossier.add_document(
            current_actor(),
            inquiry_id=inquiry_id,
            file=sent_file("document"),
            most_bytes=largest_document_bytes(),
            part=data["part"],
            title=data["title"] or _usual_title(inquiry_id, data["part"]),
        ),
        done=done,
        again=lambda form: _prepare_page(inquiry_id, form, which="document"),
    )


def _usual_title(inquiry_id: int, part: rules.Part) -> str:
    """Return what a document is called that the clerk did not name: the order has a number, another document its file."""
    if part is rules.Part.ORDER:
        return gettext("Arrêté n° %(number)s", number=_own(inquiry_id).order_number)
    sent = request.files.get("document")
    return title_of_file(sent.filename or "" if sent else "") or gettext("Pièce du dossier")


@blueprint.post("/bureau/enquetes-publiques/<int:inquiry_id>/dossier/<int:document_id>/retrait")
def remove_document(inquiry_id: int, document_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: dossier.remove_document(
            current_actor(), inquiry_id=inquiry_id, document_id=document_id
        ),
        done=lambda nothing: _back(inquiry_id, "dossier"),
        again=lambda form: _prepare_page(inquiry_id, form),
    )


@blueprint.post("/bureau/enquetes-publiques/<int:inquiry_id>/dossier/<int:document_id>/ordre")
def move_document(inquiry_id: int, document_id: int) -> ResponseReturnValue:
    return submit_form(
        MoveDocumentSchema,
        command=lambda data: dossier.move_document(
            current_actor(), inquiry_id=inquiry_id, document_id=document_id, **data
        ),
        done=lambda nothing: _back(inquiry_id, "dossier"),
        again=lambda form: _prepare_page(inquiry_id, form),
    )


@blueprint.post("/bureau/enquetes-publiques/<int:inquiry_id>/permanences")
def add_session(inquiry_id: int) -> ResponseReturnValue:
    def done(session_id: int) -> ResponseReturnValue:
        flash(gettext("La permanence est ajoutée."), "success")
        return _back(inquiry_id, "permanences")

    return submit_form(
        SessionSchema,
        command=lambda data: dossier.add_session(current_actor(), inquiry_id=inquiry_id, **data),
        done=done,
        again=lambda form: _prepare_page(inquiry_id, form, which="session"),
        is_sent_once=True,
    )


@blueprint.post("/bureau/enquetes-publiques/<int:inquiry_id>/permanences/<int:session_id>/retrait")
def remove_session(inquiry_id: int, session_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: dossier.remove_session(
            current_actor(), inquiry_id=inquiry_id, session_id=session_id
        ),
        done=lambda nothing: _back(inquiry_id, "permanences"),
        again=lambda form: _prepare_page(inquiry_id, form),
    )


@blueprint.post("/bureau/enquetes-publiques/<int:inquiry_id>/permanences/<int:session_id>/personnes")
def count_visitors(inquiry_id: int, session_id: int) -> ResponseReturnValue:
    return submit_form(
        VisitorsSchema,
        command=lambda data: dossier.count_visitors(
            current_actor(), inquiry_id=inquiry_id, session_id=session_id, **data
        ),
        done=lambda nothing: redirect(url_for(".show_sessions", inquiry_id=inquiry_id)),
        again=lambda form: _sessions_page(inquiry_id, form, refused=session_id),
    )


@blueprint.get("/bureau/enquetes-publiques/<int:inquiry_id>/permanences")
def show_sessions(inquiry_id: int) -> str:
    """How many people came to each session, typed after it by an agent or by the commissioner."""
    return _sessions_page(inquiry_id, Form())


def _sessions_page(inquiry_id: int, form: Form, *, refused: int | None = None) -> str:
    inquiry, now = get_visible_inquiry(current_actor(), inquiry_id), utc_now()
    require(current_actor(), InquiriesAction.TYPE_OBSERVATION, inquiry)
    return render_template(
        "inquiries/sessions.html",
        form=form,
        refused=refused,
        inquiry=queries.view_inquiry(inquiry, at=now),
        sessions=queries.list_sessions(inquiry_id),
        now=now,
    )


@blueprint.post("/bureau/enquetes-publiques/<int:inquiry_id>/annonce")
def announce_inquiry(inquiry_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(
            gettext("L’enquête est annoncée. Le registre s’ouvrira et se fermera tout seul, à ses heures."),
            "success",
        )
        return redirect(url_for(".show_inquiry", inquiry_id=inquiry_id))

    return submit_form(
        NothingSchema,
        command=lambda _: preparing.announce_inquiry(current_actor(), inquiry_id=inquiry_id),
        done=done,
        again=lambda form: _prepare_page(inquiry_id, form),
    )


@blueprint.post("/bureau/enquetes-publiques/<int:inquiry_id>/reprise")
def take_back_inquiry(inquiry_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("L’enquête n’est plus annoncée : corrigez-la, puis annoncez-la de nouveau."), "success")
        return redirect(url_for(".prepare_inquiry", inquiry_id=inquiry_id))

    return submit_form(
        NothingSchema,
        command=lambda _: preparing.take_back_inquiry(current_actor(), inquiry_id=inquiry_id),
        done=done,
        again=lambda form: _prepare_page(inquiry_id, form),
    )


def _own(inquiry_id: int) -> Inquiry:
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    require(current_actor(), InquiriesAction.WRITE_INQUIRY, inquiry)
    return inquiry

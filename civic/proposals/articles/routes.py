"""The text of the town hall: the page on which it is written, the panel in which residents read it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations.access import ConsultationsAction
from civic.consultations.composing_pages import editable
from civic.consultations.models import Consultation
from civic.consultations.panels import Panel, consultation_panel
from civic.consultations.queries import ConsultationView, get_consultation
from civic.consultations.readiness import Part, publication_part
from civic.consultations.rules import ConsultationState
from civic.consultations.templates import ARTICLE
from civic.kernel.access import can
from civic.kernel.text import markdown_to_html
from civic.proposals import queries as proposals
from civic.proposals.articles import queries, rules, service
from civic.proposals.articles.schemas import LONGEST_TEXT, TownTextSchema
from civic.web.forms import Form, read_form, submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("articles", __name__)

LOOK = "look"
"""The button that shows how the text is cut: it saves nothing."""


@consultation_panel(order=18)
def articles_panel(view: ConsultationView) -> Panel | None:
    """The articles, as residents read them; of a draft, as they will be."""
    if view.template != ARTICLE:
        return None
    actor = current_actor()
    published = queries.list_articles(view.id)
    is_draft = get_consultation(view.id).state is ConsultationState.DRAFT  # a preview shows it as published
    written = rules.split_text(queries.read_text(view.id).source)[0] if is_draft else []
    may_write = (
        is_draft
        and view.published_at is None
        and can(actor, ConsultationsAction.WRITE_CONSULTATION, view.territory_id)
    )
    if not published and not may_write and not written:
        return None
    values = {
        "articles": proposals.view_proposals(published, reader_id=actor.person_id) if published else [],
        "written": _drawn(written),
        "consultation_id": view.id,
        "may_write": may_write,
    }
    return Panel("articles/_panel.html", values, anchor="articles")


@publication_part
def articles_part(consultation: Consultation) -> Part | None:
    """Where nothing is written, the consultation cannot be published: ``subscribers`` says so as well."""
    if consultation.template != ARTICLE:
        return None
    is_missing = not queries.read_text(consultation.id).source.strip()
    return Part(
        gettext("Le texte, article par article"),
        gettext(
            "Il n’est pas encore écrit : collez-le en entier, il est découpé à ses titres. Sans lui, la consultation ne peut pas être publiée."
        )
        if is_missing
        else gettext(
            "Les habitants soutiennent chaque article, ou disent pourquoi non. Une fois la consultation publiée, il ne change plus."
        ),
        gettext("Écrire les articles") if is_missing else gettext("Modifier les articles"),
        url_for("articles.show_articles", consultation_id=consultation.id),
        is_missing=is_missing,
    )


@blueprint.get("/consultations/<int:consultation_id>/articles")
def show_articles(consultation_id: int) -> str:
    text = queries.read_text(editable(consultation_id).id)
    return _page(consultation_id, Form({"source": text.source, "version": text.version}))


@blueprint.post("/consultations/<int:consultation_id>/articles")
def save_articles(consultation_id: int) -> ResponseReturnValue:
    if LOOK in request.form:
        return _page(consultation_id, read_form(TownTextSchema))

    def done(version: int) -> ResponseReturnValue:
        flash(gettext("Le texte est enregistré. Les habitants ne le voient pas encore."), "success")
        return redirect(url_for(".show_articles", consultation_id=consultation_id))

    return submit_form(
        TownTextSchema,
        command=lambda data: service.write_text(current_actor(), consultation_id=consultation_id, **data),
        done=done,
        again=lambda form: _page(consultation_id, form),
    )


def _page(consultation_id: int, form: Form) -> str:
    """Where somebody saved meanwhile, their text is shown, and saving again then replaces it knowingly."""
    consultation = editable(consultation_id)
    stored = queries.read_text(consultation_id)
    source = str(form.value("source"))
    articles, before = rules.split_text(source)
    return render_template(
        "articles/write.html",
        consultation=consultation,
        is_published=consultation.state is ConsultationState.PUBLISHED,
        form=form,
        stored=stored,
        is_stale=str(form.value("version")) != str(stored.version),
        articles=_drawn(articles),
        before=before,
        problems=[gettext(sentence, **values) for sentence, values in rules.problems_of(source)],
        longest=LONGEST_TEXT,
    )


def _drawn(articles: list[rules.Article]) -> list[dict[str, Any]]:
    return [{"title": each.title, "body_html": markdown_to_html(each.body)} for each in articles]

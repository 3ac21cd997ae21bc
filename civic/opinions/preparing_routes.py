"""The page on which the town hall writes the first statements, and what residents will see of them."""

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations.composing_pages import editable
from civic.consultations.rules import Activity, ConsultationState, hidden_until
from civic.kernel.clock import utc_now
from civic.opinions.errors import StatementNotFound
from civic.opinions.rules import MOST_PREPARED
from civic.opinions.schemas import (
    LONGEST_STATEMENT,
    CorrectStatementSchema,
    MoveStatementSchema,
    PreparedPreviewQuery,
    SubmitStatementSchema,
)
from civic.opinions.service import preparing
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint(
    "prepared_statements",
    __name__,
    url_prefix="/consultations/<int:consultation_id>/affirmations/preparation",
)


@blueprint.get("")
def show_prepared(consultation_id: int) -> str:
    return _page(consultation_id, Form())


@blueprint.post("")
def prepare_statement(consultation_id: int) -> ResponseReturnValue:
    return submit_form(
        SubmitStatementSchema,
        command=lambda data: preparing.prepare_statement(
            current_actor(), consultation_id=consultation_id, **data
        ),
        done=lambda _: _done(consultation_id, gettext("L’affirmation est ajoutée."), "ajouter"),
        again=partial(_page, consultation_id),
        is_sent_once=True,
    )


@blueprint.post("/<int:statement_id>")
def correct_statement(consultation_id: int, statement_id: int) -> ResponseReturnValue:
    def again(form: Form) -> str:
        listed = {each.id: each for each in preparing.list_prepared(current_actor(), consultation_id)}
        if statement_id not in listed:
            return _page(consultation_id, Form({}, form.errors))
        stored = {"body": listed[statement_id].body, SEEN: listed[statement_id].seen}
        return _page(consultation_id, compared(form, stored), which=statement_id)

    return submit_form(
        CorrectStatementSchema,
        command=lambda data: preparing.correct_statement(
            current_actor(), consultation_id=consultation_id, statement_id=statement_id, **data
        ),
        done=lambda _: _done(consultation_id, gettext("C’est enregistré.")),
        again=again,
    )


@blueprint.post("/<int:statement_id>/ordre")
def move_statement(consultation_id: int, statement_id: int) -> ResponseReturnValue:
    return submit_form(
        MoveStatementSchema,
        command=lambda data: preparing.move_statement(
            current_actor(), consultation_id=consultation_id, statement_id=statement_id, **data
        ),
        done=lambda _: _shown(consultation_id, f"affirmation-{statement_id}"),
        again=partial(_page, consultation_id),
    )


@blueprint.post("/<int:statement_id>/retrait")
def remove_statement(consultation_id: int, statement_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: preparing.remove_statement(
            current_actor(), consultation_id=consultation_id, statement_id=statement_id
        ),
        done=lambda _: _done(consultation_id, gettext("L’affirmation est retirée.")),
        again=partial(_page, consultation_id),
    )


@blueprint.get("/apercu")
def show_preview(consultation_id: int) -> str:
    """What residents will see at the opening, one statement at a time; nothing can be sent from it."""
    consultation = editable(consultation_id)
    statements = preparing.list_prepared(current_actor(), consultation_id)
    number = load_filters(PreparedPreviewQuery)["numero"]
    if statements and number > len(statements):
        raise StatementNotFound
    return render_template(
        "opinions/prepared_preview.html",
        consultation=consultation,
        statement=statements[number - 1] if statements else None,
        number=number,
        total=len(statements),
        hidden_until=hidden_until(consultation.phases, at=utc_now()),
        longest=LONGEST_STATEMENT,
    )


def _done(consultation_id: int, sentence: str, anchor: str | None = None) -> ResponseReturnValue:
    flash(sentence, "success")
    return _shown(consultation_id, anchor)


def _shown(consultation_id: int, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for(".show_prepared", consultation_id=consultation_id, _anchor=anchor))


def _page(consultation_id: int, form: Form, *, which: int | None = None) -> str:
    consultation = editable(consultation_id)
    values: dict[str, Any] = {
        "is_published": consultation.state is ConsultationState.PUBLISHED,
        "is_open": preparing.is_preparing(consultation, at=utc_now()),
        "permits_reactions": any(Activity.REACT in phase.activities for phase in consultation.phases),
    }
    return render_template(
        "opinions/prepared.html",
        consultation=consultation,
        statements=preparing.list_prepared(current_actor(), consultation_id),
        form=form,
        which=which,
        longest=LONGEST_STATEMENT,
        most=MOST_PREPARED,
        **values,
    )

"""Pages of the statements: one at a time, all of them, and adding one."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.consultations.rules import Activity, permits
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.opinions import queries
from civic.opinions.access import OpinionsAction
from civic.opinions.rules import Counts, StatementOrder
from civic.opinions.schemas import (
    LONGEST_STATEMENT,
    ReactFormSchema,
    StatementListQuery,
    SubmitStatementSchema,
)
from civic.opinions.service import reacting
from civic.web.api import load_query
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("opinions", __name__)


@blueprint.get("/consultations/<int:consultation_id>/affirmations")
def show_next(consultation_id: int) -> str:
    return _next_page(consultation_id, Form())


def _next_page(consultation_id: int, form: Form) -> str:
    actor = current_actor()
    consultation = get_visible_consultation(actor, consultation_id)
    is_open = permits(consultation.phases, Activity.REACT, at=utc_now())
    return render_template(
        "opinions/next.html",
        consultation=consultation,
        is_open=is_open,
        may_react=is_open and can(actor, OpinionsAction.REACT, consultation),
        statement=queries.find_next_statement(consultation_id, actor.person_id) if is_open else None,
        reacted=queries.count_own_reactions(consultation_id, actor.person_id) if actor.person_id else 0,
        total=queries.count_statements(consultation_id),
        longest=LONGEST_STATEMENT,
        form=form,
    )


@blueprint.post("/affirmations/<int:statement_id>/reaction")
def react(statement_id: int) -> ResponseReturnValue:
    consultation_id = queries.get_statement(statement_id).consultation_id

    def command(data: dict[str, Any]) -> None:
        reacting.react(current_actor(), statement_id=statement_id, stance=data["reaction"].stance)

    return submit_form(
        ReactFormSchema,
        command=command,
        done=lambda nothing: redirect(
            url_for("opinions.show_next", consultation_id=consultation_id) + "#affirmation"
        ),
        again=lambda form: _next_page(consultation_id, form),
    )


@blueprint.post("/consultations/<int:consultation_id>/affirmations")
def submit_statement(consultation_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        return reacting.submit_statement(current_actor(), consultation_id=consultation_id, body=data["body"])

    def done(statement_id: int) -> ResponseReturnValue:
        flash(_("Votre affirmation est publiée : d’autres habitants vont y réagir."), "success")
        return redirect(url_for("opinions.show_next", consultation_id=consultation_id))

    return submit_form(
        SubmitStatementSchema,
        command=command,
        done=done,
        again=lambda form: _next_page(consultation_id, form),
        is_sent_once=True,
    )


@blueprint.get("/consultations/<int:consultation_id>/affirmations/toutes")
def show_all(consultation_id: int) -> str:
    actor = current_actor()
    consultation = get_visible_consultation(actor, consultation_id)
    query = load_query(StatementListQuery)
    page = queries.list_statements(
        consultation_id, order=query["sort"], number=query["page"], size=query["page_size"]
    )
    ids = [statement.id for statement in page.items]
    return render_template(
        "opinions/all.html",
        consultation=consultation,
        page=page,
        counts={s.id: Counts(s.agree_count, s.disagree_count, s.pass_count) for s in page.items},
        stances=queries.own_stances(actor.person_id, ids) if actor.person_id else {},
        sort=query["sort"],
        orders=StatementOrder,
        is_open=permits(consultation.phases, Activity.REACT, at=utc_now()),
        participants=queries.count_participants(consultation_id),
        reactions=queries.count_reactions(consultation_id),
        url_for_page=lambda number: url_for(
            "opinions.show_all", consultation_id=consultation_id, sort=query["sort"].value, page=number
        ),
    )

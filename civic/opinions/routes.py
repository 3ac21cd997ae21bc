"""Pages of the statements: one at a time, all of them, and adding one."""

from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.consultations.rules import Activity, hidden_until, permits
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.opinions import map_pages, preparing_api, preparing_routes, queries
from civic.opinions import publication as _publication  # noqa: F401  registers what the page that publishes says
from civic.opinions.access import OpinionsAction
from civic.opinions.models import Statement
from civic.opinions.rules import Counts, StatementOrder, order_shown, reactions_missing
from civic.opinions.schemas import (
    LONGEST_STATEMENT,
    ReactFormSchema,
    ReactQuery,
    StatementListQuery,
    SubmitStatementSchema,
)
from civic.opinions.service import reacting
from civic.web.api import load_query
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("opinions", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(preparing_routes.blueprint)
    app.register_blueprint(preparing_api.blueprint)


for _path, _page in (
    ("/consultations/<int:consultation_id>/opinions", map_pages.show_map),
    ("/consultations/<int:consultation_id>/opinions.csv", map_pages.download_opinions),
    ("/affirmations/<int:statement_id>", map_pages.show_statement),
):
    blueprint.add_url_rule(_path, view_func=_page)


@blueprint.get("/consultations/<int:consultation_id>/affirmations")
def show_next(consultation_id: int) -> str:
    return _next_page(consultation_id, Form())


def _next_page(consultation_id: int, form: Form) -> str:
    actor = current_actor()
    consultation = get_visible_consultation(actor, consultation_id)
    now = utc_now()
    is_open = permits(consultation.phases, Activity.REACT, at=now)
    until = hidden_until(consultation.phases, at=now)
    reacted = queries.count_own_reactions(consultation_id, actor.person_id) if actor.person_id else 0
    total = queries.count_statements(consultation_id)
    return render_template(
        "opinions/next.html",
        consultation=consultation,
        is_open=is_open,
        may_react=is_open and can(actor, OpinionsAction.REACT, consultation),
        statement=queries.find_next_statement(consultation_id, actor.person_id, is_hidden=until is not None)
        if is_open
        else None,
        reacted=reacted,
        total=total,
        missing=reactions_missing(reacted=reacted, statements=total),
        before=_reacted_before(consultation_id),
        hidden_until=until,
        longest=LONGEST_STATEMENT,
        form=form,
    )


def _reacted_before(consultation_id: int) -> tuple[Statement, str] | None:
    """Return the statement that the reader just reacted to, and what she said of it, where the address names it."""
    actor = current_actor()
    statement_id = load_filters(ReactQuery)["avant"]
    if statement_id is None or actor.person_id is None:
        return None
    stance = queries.own_stances(actor.person_id, [statement_id]).get(statement_id)
    statement = queries.find_statement(statement_id)
    if stance is None or statement is None or statement.consultation_id != consultation_id:
        return None
    return statement, stance.name.lower()


@blueprint.post("/affirmations/<int:statement_id>/reaction")
def react(statement_id: int) -> ResponseReturnValue:
    consultation_id = queries.get_statement(statement_id).consultation_id

    def command(data: dict[str, Any]) -> None:
        reacting.react(current_actor(), statement_id=statement_id, stance=data["reaction"].stance)

    return submit_form(
        ReactFormSchema,
        command=command,
        done=lambda nothing: redirect(
            url_for(
                "opinions.show_next",
                consultation_id=consultation_id,
                avant=statement_id,
                _anchor="affirmation",
            )
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
    until = hidden_until(consultation.phases, at=utc_now())
    order = order_shown(query["sort"], is_hidden=until is not None)
    page = queries.list_statements(
        consultation_id, order=order, number=query["page"], size=query["page_size"]
    )
    ids = [statement.id for statement in page.items]
    return render_template(
        "opinions/all.html",
        consultation=consultation,
        page=page,
        counts={s.id: Counts(s.agree_count, s.disagree_count, s.pass_count) for s in page.items}
        if until is None
        else {},
        hidden_until=until,
        stances=queries.own_stances(actor.person_id, ids) if actor.person_id else {},
        sort=order,
        orders=StatementOrder,
        is_open=permits(consultation.phases, Activity.REACT, at=utc_now()),
        participants=queries.count_participants(consultation_id),
        reactions=queries.count_reactions(consultation_id),
        url_for_page=lambda number: url_for(
            "opinions.show_all", consultation_id=consultation_id, sort=order.value, page=number
        ),
    )

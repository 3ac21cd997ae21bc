"""Pages of polls: reading and voting, then what agents and councillors prepare."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations.panels import Panel, consultation_panel
from civic.consultations.queries import ConsultationView
from civic.kernel.access import require
from civic.plain_language.forms import CHECK_BUTTON, reading_of
from civic.plain_language.schemas import LONGEST_PLAIN_TEXT
from civic.territories import queries as territories
from civic.voting import opening_routes, result_pages
from civic.voting.access import VotingAction
from civic.voting.asking import FEWEST_CHOICES, MOST_CHOICES
from civic.voting.ballot_forms import ballot_schema
from civic.voting.ballot_papers import asked_by, labels_of, papers_of, so_far
from civic.voting.presentation import (
    CHANNELS,
    TABS,
    channel_label,
    form_values,
    in_groups,
    percentage,
)
from civic.voting.question_schemas import LONGEST_LABEL, LONGEST_QUESTION, LONGEST_TEXT
from civic.voting.register import api as register_api
from civic.voting.register import routes as register_routes
from civic.voting.register.checking import ReceiptChecked
from civic.voting.register.queries import find_last_line
from civic.voting.rules import (
    AssistedChannel,
    BallotChannel,
    PollStatus,
)
from civic.voting.schemas import (
    LONGEST_DESCRIPTION,
    CheckReceiptSchema,
    ListPollsQuery,
    ListRollQuery,
    OpenPollSchema,
    PollFormSchema,
    choice_rows,
    plan_from,
)
from civic.voting.service import ballots, polls, reading
from civic.voting.service.ballots import CastReceipt, CheckedReceipt
from civic.voting.service.reading import PollView, Standing
from civic.voting.telling.numbers import file_size, money
from civic.web.files import text_file
from civic.web.forms import Form, load_filters, read_form, submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("voting", __name__, url_prefix="/scrutins")

ADD_CHOICE = "add_choice"
ROWS_ADDED = 2
SHOWN_AGAIN = {ADD_CHOICE, CHECK_BUTTON}
"""Buttons of the form that save nothing, and work without a script."""

LIMITS = {
    "question": LONGEST_QUESTION,
    "description": LONGEST_DESCRIPTION,
    "plain_text": LONGEST_PLAIN_TEXT,
    "label": LONGEST_LABEL,
    "text": LONGEST_TEXT,
}
SHOWN_ONCE = "voting_receipt"
"""Name in the session, which is on the voter's own device, of the receipt that the next page shows and forgets."""
_SHOWN_NOTHING = {"receipt": None, "signed": None, "is_assisted": False}


def register(app: Flask) -> None:
    for helper in (percentage, in_groups, channel_label, money, file_size):
        app.jinja_env.filters[helper.__name__] = helper
    app.register_blueprint(opening_routes.blueprint)
    app.register_blueprint(register_routes.blueprint)
    app.register_blueprint(register_api.blueprint)


@consultation_panel(order=10)
def show_polls(consultation: ConsultationView) -> Panel | None:
    """The polls about a consultation, on its page; nothing where there are none."""
    about = reading.list_polls_about("consultation", consultation.id)
    return Panel("voting/_consultation_panel.html", {"polls": about}, anchor="scrutins") if about else None


@blueprint.get("")
def list_polls() -> str:
    actor = current_actor()
    filters = load_filters(ListPollsQuery)
    page = reading.list_polls(
        actor, status=filters["status"], territory_id=filters["territory_id"], number=filters["page"]
    )
    may_prepare = bool(reading.preparable_ids(actor))
    return render_template(
        "voting/list.html",
        page=page,
        filters=filters,
        tabs=[tab for tab in TABS if tab[0] is not PollStatus.DRAFT or may_prepare],
        places=[(place.id, place.name) for place in territories.list_neighbourhoods()],
        may_prepare=may_prepare,
    )


@blueprint.get("/<int:poll_id>")
def show_poll(poll_id: int) -> str:
    view = _view(poll_id)
    return render_template(
        "voting/poll.html",
        view=view,
        poll=view.summary,
        asked=asked_by(view),
        register_head=find_last_line(poll_id),
    )


@blueprint.get("/<int:poll_id>/essentiel")
def show_essential(poll_id: int) -> str:
    view = _view(poll_id)
    return render_template("voting/essential.html", view=view, poll=view.summary)


@blueprint.get("/<int:poll_id>/bulletin")
def show_ballot_paper(poll_id: int) -> ResponseReturnValue:
    view = _view(poll_id)
    if view.is_sealed:
        return redirect(url_for("voting_booth.show_booth", poll_id=poll_id))
    if view.standing is not Standing.MAY_VOTE:
        return redirect(url_for(".show_poll", poll_id=poll_id))  # which says the rule that refuses
    return _ballot_page(Form(), view)


@blueprint.post("/<int:poll_id>/bulletin")
def cast_ballot(poll_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> CastReceipt:
        return ballots.cast_ballot(current_actor(), poll_id=poll_id, answers=data["answers"])

    return submit_form(
        ballot_schema(_view(poll_id).plan.questions),
        command=command,
        done=_show_receipt_next,
        again=lambda form: _ballot_page(form, _view(poll_id)),
    )


@blueprint.get("/<int:poll_id>/recepisse")
def show_receipt(poll_id: int) -> Response:
    kept = session.get(SHOWN_ONCE) or {}
    shown = session.pop(SHOWN_ONCE) if kept.get("poll_id") == poll_id else {}
    page = render_template("voting/receipt.html", poll=_view(poll_id).summary, **_SHOWN_NOTHING | shown)
    return Response(page, headers={"Cache-Control": "no-store"})


@blueprint.get("/recepisse")
def show_receipt_check() -> str:
    return _check_page(Form())


@blueprint.post("/recepisse")
def check_receipt() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> CheckedReceipt | ReceiptChecked:
        return ballots.check_code_or_receipt(text=data["receipt"])

    def done(found: CheckedReceipt | ReceiptChecked) -> str:
        return _check_page(
            Form(), found
        )  # not redirected: a receipt is kept out of addresses, hence of histories

    return submit_form(CheckReceiptSchema, command=command, done=done, again=_check_page)


@blueprint.get("/<int:poll_id>/regles.json")
def download_rules(poll_id: int) -> Response:
    text = reading.export_rules(current_actor(), poll_id=poll_id)
    return text_file(text, "application/json", f"scrutin-{poll_id}-regles.json")


for _path, _page in (
    ("/<int:poll_id>/resultat", result_pages.show_result),
    ("/<int:poll_id>/resultat/<int:position>", result_pages.show_question_result),
    ("/<int:poll_id>/resultat/<int:position>/<int:option>", result_pages.show_option_result),
    ("/<int:poll_id>/resultat/<int:position>/bulletins", result_pages.download_question_ballots),
    ("/<int:poll_id>/resultat/<int:position>/resultat.json", result_pages.download_question_result),
    ("/<int:poll_id>/bulletins.csv", result_pages.download_ballots),
    ("/recompter.py", result_pages.download_recount_script),
):
    blueprint.add_url_rule(_path, view_func=_page)


# What agents and councillors do


@blueprint.get("/nouveau")
def show_new_poll() -> str:
    _require_preparer()
    return _edit_page(Form({"shows_turnout": "true"}), None)


@blueprint.post("/nouveau")
def prepare_poll() -> ResponseReturnValue:
    _require_preparer()
    if SHOWN_AGAIN & request.form.keys():
        return _edit_page(read_form(PollFormSchema), None)

    def command(data: dict[str, Any]) -> int:
        return polls.prepare_poll(current_actor(), plan=plan_from(data))

    return submit_form(
        PollFormSchema, command=command, done=_saved, again=lambda form: _edit_page(form, None)
    )


@blueprint.get("/<int:poll_id>/modifier")
def show_edit_poll(poll_id: int) -> str:
    view = _draft(poll_id)
    return _edit_page(Form(form_values(view.plan)), poll_id)


@blueprint.post("/<int:poll_id>/modifier")
def change_poll(poll_id: int) -> ResponseReturnValue:
    view = _view(poll_id)
    if SHOWN_AGAIN & request.form.keys():
        return _edit_page(read_form(PollFormSchema), poll_id)

    def command(data: dict[str, Any]) -> int:
        plan = replace(plan_from(data), subject_kind=view.plan.subject_kind, subject_id=view.plan.subject_id)
        polls.change_poll(current_actor(), poll_id=poll_id, plan=plan)
        return poll_id

    return submit_form(
        PollFormSchema, command=command, done=_saved, again=lambda form: _edit_page(form, poll_id)
    )


@blueprint.post("/<int:poll_id>/suppression")
def delete_draft(poll_id: int) -> ResponseReturnValue:
    polls.delete_draft(current_actor(), poll_id=poll_id)
    flash(gettext("Le brouillon est supprimé."), "success")
    return redirect(url_for(".list_polls", status=PollStatus.DRAFT.value))


@blueprint.get("/<int:poll_id>/ouverture")
def show_opening(poll_id: int) -> str:
    return _opening_page(Form(), poll_id)


@blueprint.post("/<int:poll_id>/ouverture")
def open_poll(poll_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> str:
        return polls.open_poll(current_actor(), poll_id=poll_id, expected_hash=data["rules_hash"])

    def done(rules_hash: str) -> ResponseReturnValue:
        flash(
            gettext("Le scrutin est figé et publié. Le vote ouvre et ferme de lui-même à ses heures."),
            "success",
        )
        return redirect(url_for(".show_poll", poll_id=poll_id))

    return submit_form(
        OpenPollSchema, command=command, done=done, again=lambda form: _opening_page(form, poll_id)
    )


@blueprint.get("/<int:poll_id>/liste-electorale")
def show_roll(poll_id: int) -> str:
    filters = load_filters(ListRollQuery)
    roll = reading.show_roll(current_actor(), poll_id=poll_id, text=filters["q"], number=filters["page"])
    return render_template("voting/roll.html", roll=roll, view=_view(poll_id), text=filters["q"])


@blueprint.get("/<int:poll_id>/liste-electorale/<int:person_id>/bulletin")
def show_desk_ballot(poll_id: int, person_id: int) -> str:
    return _desk_page(Form({"channel": AssistedChannel.DESK.value}), poll_id, person_id)


@blueprint.post("/<int:poll_id>/liste-electorale/<int:person_id>/bulletin")
def register_ballot(poll_id: int, person_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> CastReceipt:
        return ballots.register_ballot(
            current_actor(),
            poll_id=poll_id,
            person_id=person_id,
            answers=data["answers"],
            channel=data["channel"],
        )

    return submit_form(
        ballot_schema(_view(poll_id).plan.questions, is_assisted=True),
        command=command,
        done=lambda receipt: _show_receipt_next(receipt, is_assisted=True),
        again=lambda form: _desk_page(form, poll_id, person_id),
    )


def _view(poll_id: int) -> PollView:
    return reading.show_poll(current_actor(), poll_id=poll_id)


def _draft(poll_id: int) -> PollView:
    view = _view(poll_id)
    require(current_actor(), VotingAction.PREPARE_POLL, view.summary.territory_id)
    return view


def _require_preparer() -> None:
    """Whoever prepares polls somewhere sees the form; the service asks for the territory that she chooses."""
    town = territories.find_town()
    actor = current_actor()
    if not reading.preparable_ids(actor):
        require(actor, VotingAction.PREPARE_POLL, town.id if town else 0)


def _saved(poll_id: int) -> ResponseReturnValue:
    flash(gettext("Le brouillon est enregistré. Relisez-le, puis ouvrez le scrutin."), "success")
    return redirect(url_for(".show_poll", poll_id=poll_id))


def _show_receipt_next(receipt: CastReceipt, *, is_assisted: bool = False) -> ResponseReturnValue:
    session[SHOWN_ONCE] = {
        "poll_id": receipt.poll_id,
        "receipt": receipt.receipt,
        "signed": receipt.signed,
        "is_assisted": is_assisted,
    }
    return redirect(url_for(".show_receipt", poll_id=receipt.poll_id))


def _ballot_page(form: Form, view: PollView) -> str:
    papers = papers_of(view.summary.id, view.plan.questions, reader_id=current_actor().person_id)
    return render_template(
        "voting/ballot.html",
        form=form,
        view=view,
        poll=view.summary,
        papers=papers,
        labels=labels_of(papers),
        so_far=so_far,
    )


def _check_page(form: Form, found: CheckedReceipt | ReceiptChecked | None = None) -> str:
    return render_template("voting/check.html", form=form, found=found)


def _edit_page(form: Form, poll_id: int | None) -> str:
    view = _draft(poll_id) if poll_id else None
    ids = reading.preparable_ids(current_actor())
    rows = choice_rows(form.values)
    adds_rows = ADD_CHOICE in request.form
    count = min(MOST_CHOICES, max(FEWEST_CHOICES + 1, len(rows)) + (ROWS_ADDED if adds_rows else 0))
    return render_template(
        "voting/edit.html",
        form=form,
        view=view,
        places=[(place.id, place.name) for place in territories.list_territories() if place.id in ids],
        rows=[*rows, *[{}] * (count - len(rows))],
        can_add=count < MOST_CHOICES,
        is_adding=adds_rows,
        reading=reading_of(form),
        limits=LIMITS,
    )


def _opening_page(form: Form, poll_id: int) -> str:
    view = _view(poll_id)
    preview = reading.preview_freeze(current_actor(), poll_id=poll_id)
    return render_template(
        "voting/opening.html", form=form, view=view, poll=view.summary, preview=preview, asked=asked_by(view)
    )


def _desk_page(form: Form, poll_id: int, person_id: int) -> str:
    view, name = reading.show_desk(current_actor(), poll_id=poll_id, person_id=person_id)
    papers = papers_of(poll_id, view.plan.questions)
    channels = [
        {"value": channel.value, "label": gettext(CHANNELS[BallotChannel(channel)])}
        for channel in AssistedChannel
    ]
    return render_template(
        "voting/desk.html",
        form=form,
        view=view,
        poll=view.summary,
        name=name,
        person_id=person_id,
        channels=channels,
        papers=papers,
        labels=labels_of(papers),
        so_far=so_far,
    )

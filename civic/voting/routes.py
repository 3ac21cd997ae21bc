"""Pages of polls: reading and voting, then what agents and councillors prepare."""

from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations.panels import Panel, consultation_panel
from civic.consultations.queries import ConsultationView
from civic.consultations.rules import Activity, call_for
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.territories import queries as territories
from civic.voting import opening_routes, preparing_pages, queries, replay_pages, result_pages
from civic.voting import publication_part as _publication_part  # noqa: F401  registers what the page that publishes says
from civic.voting.access import VotingAction
from civic.voting.ballot_forms import ballot_schema
from civic.voting.ballot_papers import asked_by, labels_of, papers_of, so_far
from civic.voting.poll_form import CONSULTATION
from civic.voting.presentation import (
    CHANNELS,
    TABS,
    channel_label,
    in_groups,
    percentage,
)
from civic.voting.queries import CarriedVoice
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
    CheckReceiptSchema,
    ListPollsQuery,
    ListRollQuery,
)
from civic.voting.service import ballots, reading, rolls
from civic.voting.service.ballots import CastReceipt, CheckedReceipt
from civic.voting.service.reading import PollView, Standing
from civic.voting.telling.numbers import file_size, money
from civic.web.files import text_file
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("voting", __name__, url_prefix="/scrutins")

SHOWN_ONCE = "voting_receipt"
"""Name in the session, which is on the voter's own device, of the receipt that the next page shows and forgets."""
_SHOWN_NOTHING = {"receipt": None, "signed": None, "is_assisted": False}


def register(app: Flask) -> None:
    for helper in (percentage, in_groups, channel_label, money, file_size):
        app.jinja_env.filters[helper.__name__] = helper
    replay_pages.describe()
    app.register_blueprint(opening_routes.blueprint)
    app.register_blueprint(register_routes.blueprint)
    app.register_blueprint(register_api.blueprint)


@consultation_panel(order=10)
def show_polls(consultation: ConsultationView) -> Panel | None:
    """The polls about a consultation, on its page; where one is still to be prepared, the way to it for who prepares polls."""
    about = reading.list_polls_about(CONSULTATION, consultation.id)
    if about:
        return Panel("voting/_consultation_panel.html", {"polls": about}, anchor="scrutins")
    call = call_for(Activity.VOTE, [phase.plan for phase in consultation.phases], at=utc_now())
    if call is None or not can(current_actor(), VotingAction.PREPARE_POLL, consultation.territory_id):
        return None
    values = {"call": call, "drafts": queries.list_drafts_about(CONSULTATION, consultation.id)}
    return Panel("voting/_vote_to_prepare.html", values, anchor="vote-a-venir")


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


@blueprint.get("/<int:poll_id>/procurations/<int:giver_id>/bulletin")
def show_carried_ballot_paper(poll_id: int, giver_id: int) -> ResponseReturnValue:
    view = _view(poll_id)
    voice = next((one for one in view.carried if one.person_id == giver_id and not one.has_voted), None)
    if voice is None or view.summary.status is not PollStatus.OPEN:
        return redirect(url_for(".show_poll", poll_id=poll_id))
    return _ballot_page(Form(), view, voice)


@blueprint.post("/<int:poll_id>/procurations/<int:giver_id>/bulletin")
def cast_carried_ballot(poll_id: int, giver_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> CastReceipt:
        return ballots.cast_carried_ballot(
            current_actor(), poll_id=poll_id, giver_id=giver_id, answers=data["answers"]
        )

    def again(form: Form) -> str:
        view = _view(poll_id)
        voice = next((one for one in view.carried if one.person_id == giver_id), None)
        return _ballot_page(form, view, voice)

    return submit_form(
        ballot_schema(_view(poll_id).plan.questions), command=command, done=_show_receipt_next, again=again
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
    ("/recompter", result_pages.show_recount_help),
    ("/recompter.py", result_pages.download_recount_script),
):
    blueprint.add_url_rule(_path, view_func=_page)


# What agents and councillors do

for _path, _methods in (
    ("/nouveau", (preparing_pages.show_new_poll, preparing_pages.prepare_poll)),
    ("/<int:poll_id>/modifier", (preparing_pages.show_edit_poll, preparing_pages.change_poll)),
    ("/<int:poll_id>/suppression", (None, preparing_pages.delete_draft)),
    ("/<int:poll_id>/ouverture", (preparing_pages.show_opening, preparing_pages.open_poll)),
    ("/rejouer", (replay_pages.show_replay_file, replay_pages.replay_file)),
    ("/rejouer/<int:work_id>", (replay_pages.show_file_replayed, None)),
    ("/<int:poll_id>/resultat/<int:position>/rejouer", (replay_pages.show_replay, replay_pages.start_replay)),
):
    for _method, _prepare in zip(("GET", "POST"), _methods, strict=True):
        if _prepare is not None:
            blueprint.add_url_rule(_path, view_func=_prepare, methods=[_method])


@blueprint.get("/<int:poll_id>/liste-electorale")
def show_roll(poll_id: int) -> str:
    filters = load_filters(ListRollQuery)
    roll = rolls.show_roll(current_actor(), poll_id=poll_id, text=filters["q"], number=filters["page"])
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


def _show_receipt_next(receipt: CastReceipt, *, is_assisted: bool = False) -> ResponseReturnValue:
    session[SHOWN_ONCE] = {
        "poll_id": receipt.poll_id,
        "receipt": receipt.receipt,
        "signed": receipt.signed,
        "is_assisted": is_assisted,
    }
    return redirect(url_for(".show_receipt", poll_id=receipt.poll_id))


def _ballot_page(form: Form, view: PollView, voice: CarriedVoice | None = None) -> str:
    papers = papers_of(view.summary.id, view.plan.questions, reader_id=current_actor().person_id)
    return render_template(
        "voting/ballot.html",
        form=form,
        view=view,
        poll=view.summary,
        voice=voice,
        papers=papers,
        labels=labels_of(papers),
        so_far=so_far,
        may_still_vote=_may_still_vote(view, voice),
    )


def _may_still_vote(view: PollView, voice: CarriedVoice | None) -> bool:
    """Say whether to show the paper: not to who voted meanwhile in another tab, nor once the poll has closed."""
    if voice is not None:
        return not voice.has_voted and view.summary.status is PollStatus.OPEN
    return view.standing is Standing.MAY_VOTE


def _check_page(form: Form, found: CheckedReceipt | ReceiptChecked | None = None) -> str:
    return render_template("voting/check.html", form=form, found=found)


def _desk_page(form: Form, poll_id: int, person_id: int) -> str:
    view, name = rolls.show_desk(current_actor(), poll_id=poll_id, person_id=person_id)
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

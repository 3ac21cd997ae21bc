"""Pages of sealed polls that anybody reads, and the booth. The same for everybody: no page here depends on who votes what."""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from civic.voting.booth import desk_routes, paper_routes
from civic.voting.booth.presentation import booth_files, booth_questions
from civic.voting.booth.schemas import BoxQuery, SealedBallotSchema
from civic.voting.booth.service import casting, reading
from civic.voting.booth.service.casting import SealedReceipt
from civic.voting.service import reading as polls
from civic.voting.service.reading import PollView
from civic.web.errors import is_api_request
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("voting_booth", __name__, url_prefix="/scrutins")
blueprint.register_blueprint(desk_routes.blueprint)
blueprint.register_blueprint(paper_routes.blueprint)

SHOWN_ONCE = "voting_sealed_receipt"
"""Name in the session, which is on the voter's own device, of the receipt that the next page shows."""


@blueprint.get("/<int:poll_id>/isoloir")
def show_booth(poll_id: int) -> str:
    return _booth_page(Form(), poll_id)


@blueprint.post("/<int:poll_id>/isoloir")
def cast_sealed_ballot(poll_id: int) -> ResponseReturnValue:
    """The page's script sends what it sealed; without it, a person sends what ``belenios-tool`` wrote."""

    def command(data: dict[str, Any]) -> SealedReceipt:
        return casting.cast_sealed_ballot(current_actor(), poll_id=poll_id, ballot=data["ballot"])

    return submit_form(
        SealedBallotSchema,
        command=command,
        done=_show_receipt_next,
        again=lambda form: _booth_page(form, poll_id),
    )


def _show_receipt_next(receipt: SealedReceipt) -> ResponseReturnValue:
    session[SHOWN_ONCE] = vars(receipt)
    address = url_for(".show_sealed_receipt", poll_id=receipt.poll_id)
    if is_api_request():
        return jsonify({"tracker": receipt.tracker, "receipt_url": address}), 201
    return redirect(address)


@blueprint.get("/<int:poll_id>/isoloir/recepisse")
def show_sealed_receipt(poll_id: int) -> Response:
    kept = session.get(SHOWN_ONCE) or {}
    receipt = session.pop(SHOWN_ONCE) if kept.get("poll_id") == poll_id else None
    page = render_template(
        "voting/booth/receipt.html",
        receipt=receipt,
        poll=_view(poll_id).summary,
        sealed=reading.show_sealed(current_actor(), poll_id=poll_id),
    )
    return Response(page, headers={"Cache-Control": "no-store"})


@blueprint.get("/<int:poll_id>/urne")
def show_box(poll_id: int) -> str:
    filters = load_filters(BoxQuery)
    tracker = filters["suivi"].strip()
    box = reading.list_box(current_actor(), poll_id=poll_id, tracker=tracker, number=filters["page"])
    return render_template(
        "voting/booth/box.html",
        box=box,
        tracker=tracker,
        poll=_view(poll_id).summary,
        sealed=reading.show_sealed(current_actor(), poll_id=poll_id),
    )


@blueprint.get("/<int:poll_id>/urne.bel")
def download_archive(poll_id: int) -> Response:
    name, content = reading.write_archive(current_actor(), poll_id=poll_id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(b"".join(content), content_type="application/x-belenios", headers=headers)


@blueprint.get("/<int:poll_id>/head.json")
def download_head(poll_id: int) -> Response:
    text = reading.write_head(current_actor(), poll_id=poll_id)
    headers = {"Content-Disposition": 'attachment; filename="head.json"'}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


@blueprint.get("/<int:poll_id>/election.json")
def download_election(poll_id: int) -> Response:
    """Its bytes are hashed in each ballot: served as they are, without a line end."""
    text = reading.read_election_text(current_actor(), poll_id=poll_id)
    return Response(text, content_type="application/json; charset=utf-8")


@blueprint.get("/isoloir/programmes")
def show_booth_files() -> str:
    return render_template("voting/booth/files.html", files=booth_files())


def _booth_page(form: Form, poll_id: int) -> str:
    view = _view(poll_id)
    sealed = reading.show_sealed(current_actor(), poll_id=poll_id)
    return render_template(
        "voting/booth/ballot.html",
        form=form,
        view=view,
        poll=view.summary,
        sealed=sealed,
        questions=booth_questions(view, sealed.sealed.election or ""),
    )


def _view(poll_id: int) -> PollView:
    return polls.show_poll(current_actor(), poll_id=poll_id)

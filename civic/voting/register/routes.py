"""Pages of the register of a poll, and what becomes of a signed receipt: printed, saved, mailed."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.signing import public_key_pem
from civic.voting.errors import CopyUnreadable
from civic.voting.register import checking, following
from civic.voting.register.presentation import (
    copy_words,
    damage_words,
    register_when,
    register_words,
    short_hash,
)
from civic.voting.register.schemas import (
    CompareCopySchema,
    FollowRegisterSchema,
    RegisterQuery,
    SignedReceiptSchema,
)
from civic.voting.service import reading
from civic.web.files import text_file
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.printed_links import drawn_code, printed_link

blueprint = Blueprint("voting_register", __name__, url_prefix="/scrutins")

LARGEST_COPY_BYTES = 4 * 1024 * 1024


@blueprint.record_once
def add_filters(state: Any) -> None:
    for helper in (register_words, register_when, short_hash, damage_words):
        state.app.jinja_env.filters[helper.__name__] = helper


@blueprint.get("/<int:poll_id>/registre")
def show_register(poll_id: int) -> str:
    return _register_page(poll_id, Form())


@blueprint.get("/<int:poll_id>/registre.jsonl")
def download_register(poll_id: int) -> Response:
    text = checking.export_register(current_actor(), poll_id=poll_id)
    return text_file(text, "application/jsonl", f"scrutin-{poll_id}-registre.jsonl")


@blueprint.get("/<int:poll_id>/recepisses.txt")
def download_receipts(poll_id: int) -> Response:
    text = checking.export_receipts(current_actor(), poll_id=poll_id)
    return text_file(text, "text/plain", f"scrutin-{poll_id}-recepisses.txt")


@blueprint.post("/<int:poll_id>/registre/comparaison")
def compare_copy(poll_id: int) -> ResponseReturnValue:
    """Compare the register with a copy that somebody kept. Nothing of the copy stays here."""

    def command(data: dict[str, Any]) -> dict[str, Any]:
        return copy_words(checking.compare_copy(current_actor(), poll_id=poll_id, copy=_sent_copy()))

    return submit_form(
        CompareCopySchema,
        command=command,
        done=lambda found: _register_page(poll_id, Form(), found),
        again=lambda form: _register_page(poll_id, form),
    )


@blueprint.post("/<int:poll_id>/registre/suivi")
def follow_register(poll_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> bool:
        following.follow_register(current_actor(), poll_id=poll_id, follows=data["follows"])
        return bool(data["follows"])

    def done(follows: bool) -> ResponseReturnValue:
        told = (
            gettext("Vous recevrez la tête du registre par courriel, une fois par jour au plus.")
            if follows
            else gettext("Vous ne recevrez plus ce registre par courriel.")
        )
        flash(told, "success")
        return redirect(url_for(".show_register", poll_id=poll_id, _anchor="suivre"))

    return submit_form(
        FollowRegisterSchema,
        command=command,
        done=done,
        again=lambda form: _register_page(poll_id, form),
    )


@blueprint.get("/recepisses-cle.pem")
def download_key() -> Response:
    return text_file(public_key_pem(), "application/x-pem-file", "recepisses-cle.pem")


# A receipt travels in a form, never in an address: it stays out of histories and logs


@blueprint.post("/recepisse/impression")
def print_receipt() -> ResponseReturnValue:
    def done(receipt: Any) -> ResponseReturnValue:
        poll = reading.show_poll(current_actor(), poll_id=receipt.poll).summary
        page = render_template(
            "voting/register/printed_receipt.html",
            receipt=receipt,
            poll=poll,
            code=drawn_code(receipt.text),
            check_address=printed_link(url_for("voting.show_receipt_check")).address,
        )
        return _unkept(page)

    return _with_receipt(done)


@blueprint.post("/recepisse/fichier")
def download_receipt() -> ResponseReturnValue:
    def done(receipt: Any) -> ResponseReturnValue:
        answer = text_file(receipt.text + "\n", "text/plain", f"recepisse-{receipt.code}.txt")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return _with_receipt(done)


@blueprint.post("/recepisse/courriel")
def mail_receipt() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        return checking.mail_receipt(current_actor(), text=data["receipt"])

    def done(poll_id: int) -> ResponseReturnValue:
        flash(gettext("Votre récépissé part à l’adresse de votre compte."), "success")
        return redirect(url_for("voting.show_poll", poll_id=poll_id))

    return submit_form(SignedReceiptSchema, command=command, done=done, again=_refused_receipt)


def _with_receipt(done: Any) -> ResponseReturnValue:
    return submit_form(
        SignedReceiptSchema,
        command=lambda data: checking.ensure_our_receipt(data["receipt"]),
        done=done,
        again=_refused_receipt,
    )


def _refused_receipt(form: Form) -> str:
    return render_template("voting/check.html", form=form, found=None)


def _register_page(poll_id: int, form: Form, found: dict[str, Any] | None = None) -> str:
    filters = load_filters(RegisterQuery)
    actor = current_actor()
    view = reading.show_poll(actor, poll_id=poll_id)
    register = checking.show_register(
        actor, poll_id=poll_id, acts_only=filters["acts"], number=filters["page"]
    )
    return render_template(
        "voting/register/register.html",
        view=view,
        poll=view.summary,
        register=register,
        acts_only=filters["acts"],
        form=form,
        found=found,
    )


def _sent_copy() -> str:
    file = request.files.get("copy")
    content = file.read(LARGEST_COPY_BYTES) if file else b""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""
    if not text.strip():
        raise CopyUnreadable(fields={"copy": [CopyUnreadable.message]})
    return text


def _unkept(page: str) -> Response:
    return Response(page, headers={"Cache-Control": "no-store"})

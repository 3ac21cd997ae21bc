"""Pages by which agents prepare a sealed poll, then have its box opened."""

import csv
import io
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from marshmallow import ValidationError

from civic.kernel.errors import N_, Invalid
from civic.kernel.spreadsheets import as_cell
from civic.voting.booth.schemas import (
    AuthoritySchema,
    ConfirmCodesSchema,
    DecryptionSchema,
    GroupSchema,
    TrusteeSchema,
)
from civic.voting.booth.service import opening, preparing, reading
from civic.voting.service import reading as polls
from civic.web.editing import compared
from civic.web.errors import in_words, is_api_request
from civic.web.forms import Form, errors_of_refusal, submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("desk", __name__)

BYTE_ORDER_MARK = "\ufeff"
CHOOSE_A_FILE = N_("Choisissez un fichier.")


@blueprint.get("/<int:poll_id>/secret")
def show_sealing(poll_id: int) -> str:
    return _sealing_page(Form(), poll_id)


@blueprint.post("/<int:poll_id>/secret/sceller")
def seal_poll(poll_id: int) -> ResponseReturnValue:
    preparing.seal_poll(current_actor(), poll_id=poll_id)
    return _back(poll_id, gettext("Ce brouillon est maintenant un vote scellé. Suivez les étapes."))


@blueprint.post("/<int:poll_id>/secret/separer")
def unseal_poll(poll_id: int) -> ResponseReturnValue:
    preparing.unseal_poll(current_actor(), poll_id=poll_id)
    return _back(poll_id, gettext("Ce brouillon est de nouveau un vote séparé."))


@blueprint.post("/<int:poll_id>/secret/tiers")
def name_authority(poll_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        preparing.name_authority(current_actor(), poll_id=poll_id, name=data["authority"], seen=data["seen"])

    def again(form: Form) -> str:
        view = preparing.show_sealing(current_actor(), poll_id=poll_id)
        stored = {"authority": view.sealed.authority, "seen": view.sealed.seen} if view else {}
        return _sealing_page(compared(form, stored), poll_id)

    return submit_form(
        AuthoritySchema,
        command=command,
        done=lambda _: _back(poll_id, gettext("Le nom du tiers est enregistré.")),
        again=again,
    )


@blueprint.get("/<int:poll_id>/secret/personnes.csv")
def download_names(poll_id: int) -> Response:
    names = preparing.list_names(current_actor(), poll_id=poll_id)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([gettext("Nom"), gettext("Quartier")])
    writer.writerows([[as_cell(cell) for cell in line] for line in names])
    headers = {"Content-Disposition": f'attachment; filename="scrutin-{poll_id}-lettres.csv"'}
    content = BYTE_ORDER_MARK + text.getvalue()
    return Response(content, content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.post("/<int:poll_id>/secret/codes")
def send_codes(poll_id: int) -> ResponseReturnValue:
    try:
        preparing.send_codes(current_actor(), poll_id=poll_id, text=_sent_text("codes"))
    except Invalid as refusal:
        return _refused(refusal, poll_id)
    return redirect(url_for(".preview_codes", poll_id=poll_id))


@blueprint.get("/<int:poll_id>/secret/codes")
def preview_codes(poll_id: int) -> str:
    preview = preparing.preview_codes(current_actor(), poll_id=poll_id)
    return render_template("voting/booth/codes.html", preview=preview, poll=_summary(poll_id))


@blueprint.post("/<int:poll_id>/secret/codes/confirmation")
def confirm_codes(poll_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        return preparing.confirm_codes(current_actor(), poll_id=poll_id, digest=data["digest"])

    def done(count: int) -> ResponseReturnValue:
        return _back(poll_id, ngettext("%(num)s code repris.", "%(num)s codes repris.", count))

    return submit_form(
        ConfirmCodesSchema, command=command, done=done, again=lambda form: _sealing_page(form, poll_id)
    )


@blueprint.post("/<int:poll_id>/secret/depositaires")
def add_trustee(poll_id: int) -> ResponseReturnValue:
    return _with_file(
        poll_id,
        "key",
        TrusteeSchema,
        lambda data: preparing.add_trustee(current_actor(), poll_id=poll_id, **data),
        gettext("Dépositaire ajouté : sa clé prouve qu’il ou elle en détient la part secrète."),
    )


@blueprint.post("/<int:poll_id>/secret/groupe")
def set_group(poll_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        names = [name.strip() for name in data["names"].splitlines() if name.strip()]
        preparing.set_group(current_actor(), poll_id=poll_id, names=names, text=data["group"])

    return _with_file(
        poll_id, "group", GroupSchema, command, gettext("Le groupe de dépositaires est enregistré.")
    )


@blueprint.post("/<int:poll_id>/secret/depositaires/suppression")
def remove_trustees(poll_id: int) -> ResponseReturnValue:
    preparing.remove_trustees(current_actor(), poll_id=poll_id)
    return _back(poll_id, gettext("La liste des dépositaires est vide."))


# After the closing


@blueprint.get("/<int:poll_id>/urne/ouverture")
def show_box_opening(poll_id: int) -> str:
    return _opening_page(Form(), poll_id)


@blueprint.post("/<int:poll_id>/urne/ouverture")
def give_decryption(poll_id: int) -> ResponseReturnValue:
    try:
        data = DecryptionSchema().load({**_typed(), "file": _sent_text("file")})
        is_open = opening.give_decryption(
            current_actor(), poll_id=poll_id, trustee=data["trustee"], text=data["file"]
        )
    except Invalid as refusal:
        if is_api_request():
            raise
        return _opening_page(Form(_typed(), errors_of_refusal(refusal)), poll_id), 422
    if is_open:
        flash(gettext("L’urne est ouverte : le résultat est publié."), "success")
        return redirect(url_for("voting.show_result", poll_id=poll_id))
    flash(gettext("Le fichier est vérifié et ajouté à l’urne."), "success")
    return redirect(url_for(".show_box_opening", poll_id=poll_id))


def _opening_page(form: Form, poll_id: int) -> str:
    sealed = reading.show_sealed(current_actor(), poll_id=poll_id)
    return render_template("voting/booth/opening.html", form=form, sealed=sealed, poll=_summary(poll_id))


def _with_file(poll_id: int, name: str, schema: Any, command: Any, told: str) -> ResponseReturnValue:
    """Read a form that comes with a text file, which its schema reads as one of its fields."""
    try:
        command(schema().load({**_typed(), name: _sent_text(name)}))
    except ValidationError as error:
        return _sealing_page(Form(_typed(), dict(error.normalized_messages())), poll_id), 422
    except Invalid as refusal:
        return _refused(refusal, poll_id)
    return _back(poll_id, told)


def _typed() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name != "csrf_token" and value}


def _sent_text(name: str) -> str:
    """Return the text of the file that was sent. Raises Invalid."""
    file = request.files.get(name)
    if file is None or not file.filename:
        raise Invalid(fields={name: [CHOOSE_A_FILE]})
    return file.read().decode("utf-8-sig", errors="replace")


def _refused(refusal: Invalid, poll_id: int) -> ResponseReturnValue:
    if is_api_request():
        raise refusal
    return _sealing_page(Form(_typed(), errors_of_refusal(refusal)), poll_id), 422


def _sealing_page(form: Form, poll_id: int) -> str:
    sealing = preparing.show_sealing(current_actor(), poll_id=poll_id)
    lacks = [in_words(lack) for lack in sealing.lacks] if sealing else []
    return render_template(
        "voting/booth/sealing.html", form=form, sealing=sealing, lacks=lacks, poll=_summary(poll_id)
    )


def _summary(poll_id: int) -> Any:
    return polls.show_poll(current_actor(), poll_id=poll_id).summary


def _back(poll_id: int, told: str) -> ResponseReturnValue:
    flash(told, "success")
    return redirect(url_for(".show_sealing", poll_id=poll_id))

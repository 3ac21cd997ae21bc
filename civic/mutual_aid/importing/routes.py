"""Pages of the import of offers: the agents', and the one on which a person says yes or no."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.kernel.access import require
from civic.kernel.errors import N_
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.errors import CharterMissing
from civic.mutual_aid.importing import queries, service
from civic.mutual_aid.importing.rules import Column, ImportedState
from civic.mutual_aid.importing.schemas import ColumnsSchema, ConfirmOfferSchema, ImportOffersSchema
from civic.territories import queries as territories
from civic.web.errors import in_words
from civic.web.files import text_file
from civic.web.forms import Form, page_number, submit_file, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("offer_import", __name__, url_prefix="/entraide/import")

MODEL = (
    (
        N_("Nom"),
        N_("Courriel"),
        N_("Téléphone"),
        N_("Aide"),
        N_("En une ligne"),
        N_("Précisions"),
        N_("Quartier"),
    ),
    (
        N_("Camille Exemple"),
        "camille@exemple.fr",
        "06 00 00 00 00",
        N_("Courses"),
        N_("Je fais vos courses avec ma voiture"),
        N_("Le samedi matin"),
        "",
    ),
)
"""Always in French: these are headings that the import recognises."""
COLUMNS = {
    Column.NAME: N_("Le nom de la personne"),
    Column.FIRST_NAME: N_("Son prénom, s’il est à part"),
    Column.EMAIL: N_("Son adresse électronique"),
    Column.PHONE: N_("Son téléphone"),
    Column.CATEGORY: N_("L’aide proposée"),
    Column.TITLE: N_("L’offre, en une ligne"),
    Column.TEXT: N_("Des précisions"),
    Column.PLACE: N_("Le quartier"),
}


@blueprint.get("")
def show_import() -> str:
    return _import_page(Form())


def _import_page(form: Form) -> str:
    require(current_actor(), MutualAidAction.IMPORT_OFFERS, territories.get_town().id)
    page = queries.list_imports(territories.get_town().id, number=page_number())
    return render_template("offer_import/import.html", form=form, page=page)


@blueprint.get("/modele.csv")
def download_model() -> Response:
    require(current_actor(), MutualAidAction.IMPORT_OFFERS, territories.get_town().id)
    rows = "".join(";".join(row) + "\r\n" for row in MODEL)
    return text_file("\ufeff" + rows, "text/csv", "modele-offres-d-aide.csv")


@blueprint.post("")
def send_file() -> ResponseReturnValue:
    return submit_file(
        command=lambda name, content: service.send_file(
            current_actor(), town_id=territories.get_town().id, file_name=name, content=content
        ),
        done=lambda import_id: redirect(url_for("offer_import.show_file", import_id=import_id)),
        again=_import_page,
    )


@blueprint.get("/<int:import_id>")
def show_file(import_id: int) -> str:
    return _file_page(import_id, Form())


def _file_page(import_id: int, form: Form) -> str:
    sent = service.see_import(current_actor(), import_id)
    if sent.done_at is not None:
        return render_template(
            "offer_import/done.html",
            sent=sent,
            form=form,
            page=queries.list_imported(sent.id, number=page_number()),
            counts={state.value: count for state, count in queries.count_imported(sent.id).items()},
            waiting=ImportedState.TO_CONFIRM,
        )
    lines = queries.read_import(sent)
    told = [
        (line, *([in_words(each) for each in kind] for kind in (line.errors, line.warnings, line.doubts)))
        for line in lines
    ]
    return render_template(
        "offer_import/preview.html",
        sent=sent,
        form=form,
        lines=told,
        counts={
            "right": sum(not line.errors and not line.doubts for line in lines),
            "wrong": sum(bool(line.errors) for line in lines),
            "doubtful": sum(bool(line.doubts) and not line.errors for line in lines),
        },
        headings=queries.headings_of(sent),
        chosen={column.value: index + 1 for column, index in queries.columns_of(sent).items()},
        column_names=[(column.value, gettext(words)) for column, words in COLUMNS.items()],
    )


@blueprint.post("/<int:import_id>/colonnes")
def choose_columns(import_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        columns = {column: data[column.value] - 1 for column in Column if data[column.value] is not None}
        service.choose_columns(current_actor(), import_id=import_id, columns=columns)

    def done(_: None) -> ResponseReturnValue:
        flash(gettext("Le fichier est relu avec ces colonnes."), "success")
        return redirect(url_for("offer_import.show_file", import_id=import_id))

    return submit_form(
        ColumnsSchema, command=command, done=done, again=lambda form: _file_page(import_id, form)
    )


@blueprint.post("/<int:import_id>")
def import_offers(import_id: int) -> ResponseReturnValue:
    def done(count: int) -> ResponseReturnValue:
        said = ngettext(
            "%(num)s offre importée. La personne est invitée à confirmer.",
            "%(num)s offres importées. Chaque personne est invitée à confirmer.",
            count,
        )
        flash(said, "success")
        return redirect(url_for("offer_import.show_file", import_id=import_id))

    return submit_form(
        ImportOffersSchema,
        command=lambda data: service.import_offers(current_actor(), import_id=import_id, **data),
        done=done,
        again=lambda form: _file_page(import_id, form),
    )


@blueprint.post("/offres/<int:imported_id>/oui")
def confirm_by_telephone(imported_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        _ensure_charter(data)
        return service.confirm_by_telephone(current_actor(), imported_id=imported_id, age=data["age"])

    return _answered(ConfirmOfferSchema, imported_id, command, gettext("L’offre est en ligne."))


@blueprint.post("/offres/<int:imported_id>/non")
def refuse_by_telephone(imported_id: int) -> ResponseReturnValue:
    def command(_: dict[str, Any]) -> None:
        service.refuse_by_telephone(current_actor(), imported_id=imported_id)

    said = gettext("C’est noté : ce que le fichier disait de cette personne est effacé.")
    return _answered(NothingSchema, imported_id, command, said)


def _answered(schema: Any, imported_id: int, command: Any, said: str) -> ResponseReturnValue:
    import_id = queries.get_imported(imported_id).import_id

    def done(_: Any) -> ResponseReturnValue:
        flash(said, "success")
        return redirect(url_for("offer_import.show_file", import_id=import_id))

    return submit_form(schema, command=command, done=done, again=lambda form: _file_page(import_id, form))


def _ensure_charter(data: dict[str, Any]) -> None:
    if not data["accepts_charter"]:
        raise CharterMissing(fields={"accepts_charter": [CharterMissing.message]})


# The person herself, by the link of a mail


@blueprint.get("/accord/<token>")
def show_confirmation(token: str) -> str:
    """Reading confirms nothing."""
    return _confirmation_page(token, Form())


def _confirmation_page(token: str, form: Form) -> str:
    imported = queries.get_by_token(token)
    places = territories.names_of({imported.place_id}) if imported.place_id else {}
    return render_template(
        "offer_import/confirmation.html",
        imported=imported,
        token=token,
        form=form,
        place=next(iter(places.values()), ""),
    )


@blueprint.post("/accord/<token>/oui")
def confirm(token: str) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        _ensure_charter(data)
        return service.confirm_by_link(token=token, age=data["age"])

    def done(offer_id: int) -> ResponseReturnValue:
        flash(
            gettext(
                "Votre offre est en ligne. Merci ! Pour la modifier, connectez-vous avec votre adresse (« Mot de passe oublié » la première fois)."
            ),
            "success",
        )
        return redirect(url_for("mutual_aid.show_offer", offer_id=offer_id))

    return submit_form(
        ConfirmOfferSchema, command=command, done=done, again=lambda form: _confirmation_page(token, form)
    )


@blueprint.post("/accord/<token>/non")
def refuse(token: str) -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(gettext("C’est noté : ce que nous savions de vous est effacé."), "success")
        return redirect(url_for("mutual_aid.show_board"))

    return submit_form(
        NothingSchema,
        command=lambda _: service.refuse_by_link(token=token),
        done=done,
        again=lambda form: _confirmation_page(token, form),
    )

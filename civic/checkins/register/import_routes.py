"""Pages of the import of a register kept in a spreadsheet."""

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.checkins.access import CheckinsAction
from civic.checkins.register import importing, queries
from civic.checkins.register.door import blueprint
from civic.checkins.register.lines import Column
from civic.checkins.register.schemas import ImportRegisterSchema, RegisterColumnsSchema
from civic.kernel.access import require
from civic.kernel.errors import N_
from civic.territories import queries as territories
from civic.web.errors import in_words
from civic.web.files import text_file
from civic.web.forms import Form, page_number, submit_file, submit_form
from civic.web.identity import current_actor

COLUMNS = {
    Column.FAMILY_NAME: N_("Nom"),
    Column.FIRST_NAMES: N_("Prénoms"),
    Column.BORN_ON: N_("Date de naissance"),
    Column.GROUND: N_("Motif (âge, inaptitude, handicap)"),
    Column.ADDRESS: N_("Adresse"),
    Column.PLACE: N_("Quartier"),
    Column.PHONE: N_("Téléphone"),
    Column.ASKED_BY: N_("Qui a demandé (elle-même, représentant, tiers)"),
    Column.ASKER: N_("Nom et qualité du demandeur"),
    Column.ASKED_ON: N_("Date de la demande"),
    Column.RELATIVE_NAME: N_("Personne à prévenir"),
    Column.RELATIVE_PHONE: N_("Téléphone de la personne à prévenir"),
    Column.HOME_SERVICE: N_("Service à domicile"),
}
MODEL = (
    (
        N_("Nom"), N_("Prénoms"), N_("Date de naissance"), N_("Motif"), N_("Adresse"), N_("Quartier"), N_("Téléphone"),
        N_("Demande par"), N_("Nom du demandeur"), N_("Date de la demande"), N_("Personne à prévenir"),
        N_("Téléphone de la personne à prévenir"), N_("Service à domicile"),
    ),
    (
        N_("Exemple"), "Odette", "14/03/1941", N_("Âge"), N_("12 rue des Lilas"), "", "02 00 00 00 00", N_("Tiers"),
        N_("Jeanne Exemple, sa fille"), "02/06/2026", "Jeanne Exemple", "06 00 00 00 00", "",
    ),
)  # fmt: skip
"""Always in French: these are headings that the import recognises."""


@blueprint.get("/import")
def show_import() -> str:
    return _import_page(Form())


def _import_page(form: Form) -> str:
    town = territories.get_town()
    require(current_actor(), CheckinsAction.KEEP_REGISTER, town.id)
    page = queries.list_imports(town.id, number=page_number())
    return render_template("checkins/import.html", form=form, page=page)


@blueprint.get("/import/modele.csv")
def download_model() -> Response:
    require(current_actor(), CheckinsAction.KEEP_REGISTER, territories.get_town().id)
    return text_file(
        "\ufeff" + "".join(";".join(row) + "\r\n" for row in MODEL), "text/csv", "modele-registre.csv"
    )


@blueprint.post("/import")
def send_file() -> ResponseReturnValue:
    return submit_file(
        command=lambda name, content: importing.send_file(
            current_actor(), town_id=territories.get_town().id, file_name=name, content=content
        ),
        done=lambda file_id: redirect(url_for("register.show_file", file_id=file_id)),
        again=_import_page,
    )


@blueprint.get("/import/<int:file_id>")
def show_file(file_id: int) -> str:
    return _file_page(file_id, Form())


def _file_page(file_id: int, form: Form) -> str:
    sent = importing.see_import(current_actor(), file_id=file_id)
    if sent.done_at is not None:
        return render_template("checkins/import_done.html", sent=sent)
    lines = importing.read_import(sent)
    found = {line.entry.territory_id for line in lines if line.entry is not None}
    return render_template(
        "checkins/import_preview.html",
        sent=sent,
        form=form,
        lines=[
            (line, [in_words(each) for each in line.errors], [in_words(each) for each in line.warnings])
            for line in lines
        ],
        counts={
            "right": sum(line.entry is not None and not line.is_known for line in lines),
            "wrong": sum(line.entry is None for line in lines),
            "known": sum(line.is_known for line in lines),
        },
        places=territories.names_of(found),
        headings=importing.headings_of(sent),
        chosen={column.value: index + 1 for column, index in importing.columns_of(sent).items()},
        column_names=[(column.value, gettext(words)) for column, words in COLUMNS.items()],
    )


@blueprint.post("/import/<int:file_id>/colonnes")
def choose_columns(file_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        columns = {column: data[column.value] - 1 for column in Column if data[column.value] is not None}
        importing.choose_columns(current_actor(), file_id=file_id, columns=columns)

    def done(_: None) -> ResponseReturnValue:
        flash(gettext("Le fichier est relu avec ces colonnes."), "success")
        return redirect(url_for("register.show_file", file_id=file_id))

    return submit_form(
        RegisterColumnsSchema, command=command, done=done, again=lambda form: _file_page(file_id, form)
    )


@blueprint.post("/import/<int:file_id>")
def import_register(file_id: int) -> ResponseReturnValue:
    def done(count: int) -> ResponseReturnValue:
        said = ngettext(
            "%(num)s personne inscrite. Sa lettre reste à envoyer.",
            "%(num)s personnes inscrites. Leurs lettres restent à envoyer.",
            count,
        )
        flash(said, "success")
        return redirect(url_for("register.list_register", state="to_tell"))

    return submit_form(
        ImportRegisterSchema,
        command=lambda data: importing.import_register(current_actor(), file_id=file_id, **data),
        done=done,
        again=lambda form: _file_page(file_id, form),
    )

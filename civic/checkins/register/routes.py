"""Pages of who keeps the register: the list, a person, her letter, the export for the prefect."""

import csv
import io
from dataclasses import asdict
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.checkins.access import CheckinsAction
from civic.checkins.register import import_routes as _import_routes  # noqa: F401  registers the pages of the import
from civic.checkins.register import queries, service, words
from civic.checkins.register.door import blueprint
from civic.checkins.register.models import RegisterEntry
from civic.checkins.register.rules import (
    LETTER_WITHIN,
    AskedBy,
    Entry,
    Ground,
    Leaving,
    Way,
    is_letter_late,
    is_to_check,
)
from civic.checkins.register.schemas import (
    ChangeEntrySchema,
    EntrySchema,
    ExportSchema,
    RegisterQuery,
    RemoveEntrySchema,
)
from civic.kernel.access import require
from civic.kernel.clock import town_today
from civic.kernel.errors import N_
from civic.kernel.spreadsheets import as_cell
from civic.territories import queries as territories
from civic.web.editing import compared
from civic.web.files import text_file
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

EXPORTED = (
    N_("Nom"),
    N_("Prénoms"),
    N_("Date de naissance"),
    N_("Inscrite au titre de"),
    N_("Adresse"),
    N_("Téléphone"),
    N_("Personne à prévenir"),
    N_("Téléphone de la personne à prévenir"),
    N_("Service à domicile"),
    N_("Date de la demande"),
    N_("Demande faite par"),
    N_("Nom et qualité du demandeur"),
)
"""Always in French, for the services of the State."""


@blueprint.get("")
def list_register() -> str:
    town = territories.get_town()
    asked = load_filters(RegisterQuery)
    state = asked["state"] if asked["state"] in queries.STATES else "all"
    page = service.list_register(
        current_actor(), town_id=town.id, text=asked["q"], state=state, number=asked["page"]
    )
    today = town_today()
    return render_template(
        "checkins/register.html",
        page=page,
        asked=asked,
        chosen=state,
        counts={name: queries.count_entries(town.id, state=name, on=today) for name in queries.STATES},
        places=territories.names_of({entry.territory_id for entry in page.items}),
        late={entry.id for entry in page.items if is_letter_late(entry.asked_on, entry.told_on, on=today)},
        stale={entry.id for entry in page.items if is_to_check(entry.checked_on, on=today)},
    )


@blueprint.get("/inscription")
def show_new_entry() -> str:
    require(current_actor(), CheckinsAction.KEEP_REGISTER, territories.get_town().id)
    today = town_today().isoformat()
    return _entry_form(Form({"asked_on": today, "asked_by": "herself", "way": "spoken"}))


def _entry_form(form: Form, row: RegisterEntry | None = None) -> str:
    return render_template(
        "checkins/entry_form.html",
        form=form,
        entry=row,
        grounds=list(Ground),
        askers=list(AskedBy),
        ways=list(Way),
        places=territories.list_places(),
        today=town_today().isoformat(),
    )


@blueprint.post("/inscription")
def add_entry() -> ResponseReturnValue:
    town_id = territories.get_town().id
    require(current_actor(), CheckinsAction.KEEP_REGISTER, town_id)

    def command(data: dict[str, Any]) -> int:
        email = data.pop("email")
        return service.add_entry(current_actor(), town_id=town_id, entry=Entry(**data), email=email)

    def done(entry_id: int) -> ResponseReturnValue:
        flash(gettext("La personne est inscrite. Imprimez sa lettre : elle part sous huit jours."), "success")
        return redirect(url_for("register.show_entry", entry_id=entry_id))

    return submit_form(EntrySchema, command=command, done=done, again=_entry_form)


@blueprint.get("/<int:entry_id>")
def show_entry(entry_id: int) -> str:
    return _entry_page(entry_id, Form())


def _entry_page(entry_id: int, form: Form) -> str:
    row = service.see_entry(current_actor(), entry_id=entry_id)
    today, sights = town_today(), queries.list_sights(row.id)
    read_by = {sight.viewer_id for sight in sights if sight.viewer_id is not None}
    return render_template(
        "checkins/entry.html",
        entry=row,
        form=form,
        place=territories.names_of({row.territory_id}).get(row.territory_id, ""),
        sights=sights,
        names=accounts.names_of(read_by | ({row.person_id} if row.person_id is not None else set())),
        reasons=list(Leaving),
        is_late=is_letter_late(row.asked_on, row.told_on, on=today),
        is_stale=is_to_check(row.checked_on, on=today),
        letter_before=row.asked_on + LETTER_WITHIN,
    )


@blueprint.get("/<int:entry_id>/modifier")
def show_entry_form(entry_id: int) -> str:
    row = service.see_entry(current_actor(), entry_id=entry_id)
    return _entry_form(Form(_stored(row)), row)


def _stored(row: RegisterEntry) -> dict[str, Any]:
    typed = asdict(queries.typed_entry(row))
    return {"seen": row.seen, **{name: str(value) for name, value in typed.items()}}


@blueprint.post("/<int:entry_id>/modifier")
def change_entry(entry_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        email, seen = data.pop("email"), data.pop("seen")
        service.change_entry(current_actor(), entry_id=entry_id, entry=Entry(**data), email=email, seen=seen)

    def again(form: Form) -> str:
        row = service.see_entry(current_actor(), entry_id=entry_id)
        return _entry_form(compared(form, _stored(row)), row)

    return submit_form(
        ChangeEntrySchema,
        command=command,
        done=lambda _: _said(entry_id, gettext("La fiche est corrigée.")),
        again=again,
    )


def _said(entry_id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("register.show_entry", entry_id=entry_id))


@blueprint.get("/<int:entry_id>/lettre")
def print_letter(entry_id: int) -> str:
    """The letter that tells the person what is written of her: printing it does not say that it left."""
    row = service.see_entry(current_actor(), entry_id=entry_id, mode="letter")
    return render_template("checkins/letter.html", entry=row, today=town_today())


@blueprint.post("/<int:entry_id>/lettre")
def acknowledge(entry_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: service.acknowledge(current_actor(), entry_id=entry_id),
        done=lambda _: _said(entry_id, gettext("C’est noté : la lettre est partie.")),
        again=lambda form: _entry_page(entry_id, form),
    )


@blueprint.post("/<int:entry_id>/verification")
def check_entry(entry_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: service.check_entry(current_actor(), entry_id=entry_id),
        done=lambda _: _said(entry_id, gettext("C’est noté : la fiche est à jour pour un an.")),
        again=lambda form: _entry_page(entry_id, form),
    )


@blueprint.post("/<int:entry_id>/compte/detacher")
def unlink_account(entry_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: service.unlink_account(current_actor(), entry_id=entry_id),
        done=lambda _: _said(entry_id, gettext("Le compte est détaché : il ne lit plus cette fiche.")),
        again=lambda form: _entry_page(entry_id, form),
    )


@blueprint.post("/<int:entry_id>/radiation")
def remove_entry(entry_id: int) -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(
            gettext("La personne n’est plus au registre. Tout ce qu’il disait d’elle est effacé."), "success"
        )
        return redirect(url_for("register.list_register"))

    return submit_form(
        RemoveEntrySchema,
        command=lambda data: service.remove_entry(current_actor(), entry_id=entry_id, **data),
        done=done,
        again=lambda form: _entry_page(entry_id, form),
    )


@blueprint.get("/export")
def show_export() -> str:
    return _export_page(Form())


def _export_page(form: Form) -> str:
    town = territories.get_town()
    require(current_actor(), CheckinsAction.EXPORT_REGISTER, town.id)
    page = queries.list_exports(town.id, number=load_filters(RegisterQuery)["page"])
    authors = {export.exported_by_id for export in page.items if export.exported_by_id is not None}
    return render_template(
        "checkins/export.html",
        form=form,
        page=page,
        names=accounts.names_of(authors),
        people=queries.count_entries(town.id, on=town_today()),
    )


@blueprint.post("/export")
def export_register() -> ResponseReturnValue:
    return submit_form(
        ExportSchema,
        command=lambda data: service.export_register(
            current_actor(), town_id=territories.get_town().id, **data
        )[1],
        done=_as_file,
        again=_export_page,
    )


def _as_file(rows: list[RegisterEntry]) -> Response:
    """The answer to the POST itself: a file whose address could be asked for again would be read without being written down."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(EXPORTED)
    for row in rows:
        entry = queries.typed_entry(row)
        writer.writerow(
            [
                as_cell(cell)
                for cell in (
                    entry.family_name,
                    entry.first_names,
                    f"{entry.born_on:%d/%m/%Y}",
                    words.GROUNDS[entry.ground],
                    entry.address,
                    entry.phone,
                    entry.relative_name,
                    entry.relative_phone,
                    entry.home_service,
                    f"{entry.asked_on:%d/%m/%Y}",
                    words.ASKED_BY[entry.asked_by],
                    entry.asker,
                )
            ]
        )
    return text_file(
        "\ufeff" + text.getvalue(), "text/csv", f"registre-nominatif-{town_today():%Y-%m-%d}.csv"
    )

"""Pages of the neighbourhoods: the map, one of them, and the agent's import of their outlines."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.access import require
from civic.kernel.errors import N_, Invalid
from civic.territories import queries, rules, service
from civic.territories.access import TerritoriesAction
from civic.territories.errors import BoundariesRefused, TerritoryNotFound
from civic.territories.models import Territory
from civic.web.errors import message_of
from civic.web.forms import Form
from civic.web.identity import current_actor

blueprint = Blueprint("territories", __name__)

WHAT_IS_THERE = (
    (N_("Les consultations"), N_("Donner son avis sur ce qui change ici."), "consultations.list_consultations", "participation"),
    (N_("Les votes"), N_("Les scrutins ouverts, et leurs résultats."), "voting.list_polls", "participation"),
    (N_("Le conseil de quartier"), N_("Ses séances et ses comptes rendus."), "councils.list_councils", "participation"),
    (N_("L’entraide"), N_("Les coups de main proposés tout près."), "mutual_aid.show_board", "solidarity"),
)  # fmt: skip
"""What may happen in a neighbourhood: label, sentence, endpoint (left out where it is not served), half of the platform."""


def _get_town() -> Territory:
    town = queries.find_town()
    if town is None:
        raise TerritoryNotFound
    return town


def _map(town: Territory, selected_id: int | None = None) -> rules.MapOutline | None:
    return rules.draw_map(
        [(place.id, place.name, place.boundary) for place in queries.list_neighbourhoods(town.id)],
        url_of=lambda place_id: url_for("territories.show_neighbourhood", territory_id=place_id),
        selected_id=selected_id,
    )


@blueprint.get("/quartiers")
def list_neighbourhoods() -> str:
    town = _get_town()
    return render_template(
        "territories/neighbourhoods.html", outline=_map(town), places=queries.list_neighbourhoods(town.id)
    )


@blueprint.get("/quartiers/<int:territory_id>")
def show_neighbourhood(territory_id: int) -> str:
    place = queries.get_territory(territory_id)
    if place.parent_id is None:
        raise TerritoryNotFound
    links = [
        {"label": gettext(label), "text": gettext(text), "half": half, "url": url_for(endpoint, territory_id=place.id)}
        for label, text, endpoint, half in WHAT_IS_THERE
        if endpoint in current_app.view_functions
    ]  # fmt: skip
    return render_template(
        "territories/neighbourhood.html",
        place=place,
        outline=_map(queries.get_territory(place.parent_id), place.id),
        addresses=queries.count_addresses(place.id),
        links=links,
    )


@blueprint.get("/bureau/quartiers")
def show_import() -> str:
    return _import_page(Form())


def _import_page(form: Form) -> str:
    town = _get_town()
    require(current_actor(), TerritoriesAction.IMPORT_BOUNDARIES, town.id)
    return render_template(
        "territories/import.html", form=form, commune=town, places=queries.list_neighbourhoods(town.id)
    )


@blueprint.post("/bureau/quartiers")
def upload_boundaries() -> ResponseReturnValue:
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(fields={"file": [N_("Choisissez un fichier.")]})
        text = file.read().decode("utf-8-sig", errors="replace")
        upload_id = service.upload_boundaries(current_actor(), commune_id=_get_town().id, text=text)
    except (BoundariesRefused, Invalid) as refusal:
        told = refusal.fields.get("file", [])
        errors = {"file": [gettext(sentence) for sentence in told] or [message_of(refusal)]}
        return _import_page(Form({}, errors)), 422
    return redirect(url_for("territories.preview_import", upload_id=upload_id))


@blueprint.get("/bureau/quartiers/import/<int:upload_id>")
def preview_import(upload_id: int) -> str:
    plan = service.preview_upload(current_actor(), upload_id=upload_id)
    drawn = rules.draw_map(
        (index, outline.name, outline.boundary)
        for index, outline in enumerate([*plan.added, *plan.changed, *plan.unchanged])
    )
    problems = [(problem.row, gettext(problem.message) % problem.values) for problem in plan.problems]
    return render_template(
        "territories/preview.html", plan=plan, outline=drawn, problems=problems, upload_id=upload_id
    )


@blueprint.post("/bureau/quartiers/import/<int:upload_id>")
def import_upload(upload_id: int) -> ResponseReturnValue:
    plan = service.import_upload(current_actor(), upload_id=upload_id)
    done = gettext(
        "Import terminé : %(added)s ajoutés, %(changed)s modifiés.",
        added=len(plan.added),
        changed=len(plan.changed),
    )
    flash(done, "success")
    return redirect(url_for("territories.show_import"))

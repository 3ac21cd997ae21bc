"""Pages of the neighbourhoods: the map, one of them, and the agent's imports of their outlines and addresses."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.extensions import socketio
from civic.kernel import work
from civic.kernel.access import require
from civic.kernel.errors import N_, Invalid
from civic.kernel.work import LongWork
from civic.territories import queries, rules
from civic.territories.access import TerritoriesAction
from civic.territories.addresses import MOST_WRONG, decode
from civic.territories.errors import AddressesRefused, TerritoryNotFound
from civic.territories.models import Territory
from civic.territories.panels import build_panels
from civic.territories.rules import Problem
from civic.territories.service import addresses
from civic.territories.service import boundaries as service
from civic.web.errors import in_words
from civic.web.forms import Form, form_of_refused_file, sent_file, submit_file
from civic.web.identity import current_actor
from civic.web.languages import whole_number
from civic.web.work import WorkWords, count_in_words, describe_work

blueprint = Blueprint("territories", __name__)

WHAT_IS_THERE: tuple[tuple[str, str, str, str, dict[str, Any], str], ...] = (
    (N_("Les consultations en cours"), N_("Donner son avis sur ce qui change ici."), "consultations.list_consultations", "neighbourhood_id", {"status": "open"}, "participation"),
    (N_("Les votes"), N_("Les scrutins ouverts, et leurs résultats."), "voting.list_polls", "territory_id", {}, "participation"),
    (N_("Le conseil de quartier"), N_("Ses séances et ses comptes rendus."), "councils.list_councils", "territory_id", {}, "participation"),
    (N_("L’entraide"), N_("Les coups de main proposés tout près."), "mutual_aid.show_board", "territory_id", {}, "solidarity"),
)  # fmt: skip
"""What may happen in a neighbourhood: label, sentence, endpoint (left out where it is not served), how its list names a
neighbourhood, what else narrows it, half of the platform."""


@blueprint.app_template_global()
def residents_of(places: Sequence[tuple[int, str]]) -> str:
    """Say in words who lives in these places (id, name); none of them, or the commune, is everybody."""
    town = queries.find_town()
    if not places or (town is not None and town.id in {key for key, _name in places}):
        return gettext("Tous les habitants de la commune")
    names = [name.removeprefix("Quartier ") for _key, name in places]
    if len(names) == 1:
        return gettext("Les habitants du quartier %(place)s", place=names[0])
    return gettext("Les habitants de ces quartiers : %(places)s", places=", ".join(names))


def _map(town: Territory, selected_id: int | None = None) -> rules.MapOutline | None:
    return rules.draw_map(
        [(place.id, place.name, place.boundary) for place in queries.list_neighbourhoods(town.id)],
        url_of=lambda place_id: url_for("territories.show_neighbourhood", territory_id=place_id),
        selected_id=selected_id,
    )


@blueprint.get("/quartiers")
def list_neighbourhoods() -> str:
    town = queries.get_town()
    return render_template(
        "territories/neighbourhoods.html", outline=_map(town), places=queries.list_neighbourhoods(town.id)
    )


@blueprint.get("/quartiers/<int:territory_id>")
def show_neighbourhood(territory_id: int) -> str:
    place = queries.get_territory(territory_id)
    if place.parent_id is None:
        raise TerritoryNotFound
    links = [
        {"label": gettext(label), "text": gettext(text), "half": half, "url": url_for(endpoint, **{name: place.id, **others})}
        for label, text, endpoint, name, others, half in WHAT_IS_THERE
        if endpoint in current_app.view_functions
    ]  # fmt: skip
    return render_template(
        "territories/neighbourhood.html",
        place=place,
        outline=_map(queries.get_territory(place.parent_id), place.id),
        panels=build_panels(place),
        links=links,
    )


@blueprint.get("/bureau/quartiers")
def show_import() -> str:
    return _import_page(Form())


def _import_page(form: Form) -> str:
    town = queries.get_town()
    require(current_actor(), TerritoriesAction.IMPORT_BOUNDARIES, town.id)
    return render_template(
        "territories/import.html", form=form, commune=town, places=queries.list_neighbourhoods(town.id)
    )


@blueprint.post("/bureau/quartiers")
def upload_boundaries() -> ResponseReturnValue:
    def command(_: str, content: bytes) -> int:
        text = content.decode("utf-8-sig", errors="replace")
        return service.upload_boundaries(current_actor(), commune_id=queries.get_town().id, text=text)

    return submit_file(
        command=command,
        done=lambda upload_id: redirect(url_for("territories.preview_import", upload_id=upload_id)),
        again=_import_page,
    )


@blueprint.get("/bureau/quartiers/import/<int:upload_id>")
def preview_import(upload_id: int) -> str:
    plan = service.preview_upload(current_actor(), upload_id=upload_id)
    drawn = rules.draw_map(
        (index, outline.name, outline.boundary)
        for index, outline in enumerate([*plan.added, *plan.changed, *plan.unchanged])
    )
    problems = [(problem.row, in_words(problem.sentence)) for problem in plan.problems]
    return render_template(
        "territories/preview.html", plan=plan, outline=drawn, problems=problems, upload_id=upload_id
    )


@blueprint.post("/bureau/quartiers/import/<int:upload_id>")
def import_upload(upload_id: int) -> ResponseReturnValue:
    plan = service.import_upload(current_actor(), upload_id=upload_id)
    added = ngettext("%(num)s quartier ajouté", "%(num)s quartiers ajoutés", len(plan.added))
    changed = ngettext("%(num)s modifié", "%(num)s modifiés", len(plan.changed))
    flash(gettext("Import terminé : %(added)s, %(changed)s.", added=added, changed=changed), "success")
    return redirect(url_for("territories.show_import"))


# Addresses


def _how_far(done: int, total: int) -> str:
    return gettext("%(done)s adresses sur %(total)s", **count_in_words(done, total))


def _outcome(done: LongWork) -> str:
    result = done.result or {}
    added, moved, unchanged, outside = (
        int(result.get(name, 0)) for name in ("added", "moved", "unchanged", "outside_neighbourhoods")
    )
    told = [
        ngettext("%(count)s adresse ajoutée", "%(count)s adresses ajoutées", added, count=whole_number(added))
    ]
    if moved:
        told.append(ngettext("%(count)s déplacée", "%(count)s déplacées", moved, count=whole_number(moved)))
    if unchanged:
        told.append(
            ngettext(
                "%(count)s déjà connue", "%(count)s déjà connues", unchanged, count=whole_number(unchanged)
            )
        )
    if outside:
        told.append(
            ngettext(
                "%(count)s hors de tout quartier",
                "%(count)s hors de tout quartier",
                outside,
                count=whole_number(outside),
            )
        )
    return ", ".join(told) + "."


describe_work(
    addresses.IMPORT_ADDRESSES,
    WorkWords(
        title=N_("Import des adresses"),
        how_far=_how_far,
        outcome=_outcome,
        on_failure=N_(
            "Ce qui est déjà importé est bon, et rien n’y est en double. Reprenez : l’import continue avec les adresses qui restent."
        ),
        next_step=lambda done: (gettext("Voir les quartiers"), url_for("territories.list_neighbourhoods")),
        back=lambda: (gettext("Adresses"), url_for("territories.show_address_import")),
    ),
)


@blueprint.get("/bureau/adresses")
def show_address_import() -> str:
    return _addresses_page(Form())


def _addresses_page(form: Form, problems: list[Problem] | None = None, problem_count: int = 0) -> str:
    town, actor = queries.get_town(), current_actor()
    require(actor, TerritoriesAction.IMPORT_BOUNDARIES, town.id)
    return render_template(
        "territories/addresses.html",
        form=form,
        commune=town,
        known_count=queries.count_addresses_of(town.id),
        problems=[(problem.row, in_words(problem.sentence)) for problem in problems or []],
        problem_count=problem_count,
        is_cut=problem_count >= MOST_WRONG,
        works=work.list_own_works(actor, kind=addresses.IMPORT_ADDRESSES, size=3),
    )


@blueprint.post("/bureau/adresses")
def upload_addresses() -> ResponseReturnValue:
    town, actor = queries.get_town(), current_actor()
    require(actor, TerritoriesAction.IMPORT_BOUNDARIES, town.id)
    try:
        name, content = sent_file()
        upload_id = addresses.upload_addresses(
            actor, commune_id=town.id, name=name, lines=decode(content), pause=lambda: socketio.sleep(0)
        )
    except AddressesRefused as refusal:
        wrong = {
            "file": [gettext("Ce fichier n’a pas été importé : voyez ci-dessous ce qui est à corriger.")]
        }
        return _addresses_page(Form({}, wrong), refusal.values["shown"], refusal.values["count"]), 422
    except Invalid as refusal:
        return _addresses_page(form_of_refused_file(refusal)), 422
    return redirect(url_for("territories.preview_addresses", upload_id=upload_id))


@blueprint.get("/bureau/adresses/import/<int:upload_id>")
def preview_addresses(upload_id: int) -> str:
    preview = addresses.preview_addresses(current_actor(), upload_id=upload_id)
    return render_template("territories/addresses_preview.html", preview=preview)


@blueprint.post("/bureau/adresses/import/<int:upload_id>")
def import_addresses(upload_id: int) -> ResponseReturnValue:
    work_id = addresses.import_uploaded_addresses(current_actor(), upload_id=upload_id)
    return redirect(url_for("web.show_work", work_id=work_id))

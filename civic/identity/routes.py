"""Pages where an agent sets the town's identity, and the two public addresses that pages are dressed with: its colours and its arms."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext

from civic.identity import queries, rules, service
from civic.identity.access import IdentityAction
from civic.identity.arms import ABSENT
from civic.identity.errors import ArmsRefused
from civic.identity.models import TownIdentity
from civic.identity.presentation import colours_from, preview_url, sheet_for
from civic.identity.rules import Half
from civic.identity.schemas import IdentitySchema, StyleSheetQuery
from civic.identity.service import COLOURS
from civic.identity.style_sheet import Colours, fingerprint, write_preview
from civic.kernel.access import require
from civic.kernel.editing import seen_of
from civic.kernel.errors import N_
from civic.territories import queries as territories
from civic.territories.models import Territory
from civic.web.appearance import read_appearance
from civic.web.assets import YEAR_SECONDS
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, read_form, submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("identity", __name__)

KEPT_FOR_EVER = f"public, max-age={YEAR_SECONDS}, immutable"
ASKED_AGAIN = "no-cache"
COLOUR_LABELS = {
    Half.PARTICIPATION: N_("Couleur de la participation"),
    Half.SOLIDARITY: N_("Couleur de l’entraide"),
}


@dataclass(frozen=True)
class Suggestion:
    """What is offered in the place of a colour that too few could read."""

    colour: str
    contrast: str


def _town() -> Territory:
    town = territories.get_town()
    require(current_actor(), IdentityAction.EDIT_IDENTITY, town.id)
    return town


# The agent's desk


@blueprint.get("/bureau/identite")
def show_form() -> str:
    return _page(_saved_form())


def _saved_form() -> Form:
    chosen = queries.find_identity(_town().id)
    values = {name: getattr(chosen, name) for name in TownIdentity.WRITTEN} if chosen else {}
    values[SEEN] = seen_of(chosen)
    for half, column in COLOURS.items():
        values[column] = values.get(column) or rules.ORIGINAL[half]
    return Form(values)


def _page(form: Form, *, arms: Form | None = None, is_preview: bool = False) -> str:
    _town()
    shown = {half: _readable(form.value(column), half) for half, column in COLOURS.items()}
    return render_template(
        "identity/form.html",
        form=form,
        arms_form=arms or Form(),
        colours=[(column, gettext(COLOUR_LABELS[half]), half.value) for half, column in COLOURS.items()],
        originals={column: rules.ORIGINAL[half] for half, column in COLOURS.items()},
        suggestions={column: found for column in COLOURS.values() if (found := _suggest(form.value(column)))},
        is_preview=is_preview,
        are_similar=rules.are_similar(*shown.values()),
        preview_url=preview_url(colours_from(shown)),
    )


def _readable(typed: Any, half: Half) -> str:
    colour = rules.read_colour(str(typed or ""))
    return rules.nearest_readable(colour) if colour else rules.ORIGINAL[half]


def _suggest(typed: Any) -> Suggestion | None:
    colour = rules.read_colour(str(typed or ""))
    if colour is None or rules.is_readable(colour):
        return None
    told = int(rules.weakest_contrast(colour) * 10) / 10  # rounded down: 4.49 is not 4.5
    return Suggestion(rules.nearest_readable(colour), str(format_decimal(told, "0.0")))


@blueprint.post("/bureau/identite")
def save() -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(gettext("C’est enregistré. Toutes les pages le montrent dès maintenant."), "success")
        return redirect(url_for("identity.show_form"))

    return submit_form(
        IdentitySchema,
        command=lambda data: service.save_identity(
            current_actor(), territory_id=_town().id, seen=data.pop(SEEN), values=data
        ),
        done=done,
        again=lambda form: _page(compared(form, _saved_form().values)),
    )


@blueprint.post("/bureau/identite/apercu")
def preview() -> ResponseReturnValue:
    """Show what was typed on pieces of real pages, and save nothing."""
    _town()
    return submit_form(
        IdentitySchema,
        command=service.ensure_readable,
        done=lambda _: _page(read_form(IdentitySchema), is_preview=True),
        again=_page,
    )


@blueprint.post("/bureau/identite/couleurs-d-origine")
def restore_colours() -> ResponseReturnValue:
    former = service.restore_colours(current_actor(), territory_id=_town().id)
    if former:
        told = gettext(
            "Les couleurs d’origine sont revenues. Si vous changez d’avis, les vôtres étaient : %(colours)s.",
            colours=", ".join(former),
        )
    else:
        told = gettext("Les couleurs d’origine étaient déjà là.")
    flash(told, "success")
    return redirect(url_for("identity.show_form"))


@blueprint.post("/bureau/identite/blason")
def save_arms() -> ResponseReturnValue:
    file = request.files.get("arms")
    try:
        if file is None or not file.filename:
            raise ArmsRefused(ABSENT, fields={"arms": [ABSENT]})
        service.save_arms(current_actor(), territory_id=_town().id, file=file.read())
    except ArmsRefused as refusal:
        errors = {"arms": [gettext(sentence) for sentence in refusal.fields["arms"]]}
        return _page(_saved_form(), arms=Form({}, errors)), 422
    flash(gettext("Le blason est en haut de toutes les pages."), "success")
    return redirect(url_for("identity.show_form"))


@blueprint.post("/bureau/identite/blason/retrait")
def remove_arms() -> ResponseReturnValue:
    service.remove_arms(current_actor(), territory_id=_town().id)
    flash(gettext("Le blason est retiré : le dessin d’origine est revenu."), "success")
    return redirect(url_for("identity.show_form"))


# What dresses every page


@blueprint.get("/identite.css")
def show_style_sheet() -> Response:
    """The style sheet of the colours in its own address: it reads no database, and two processes never disagree on it."""
    asked = StyleSheetQuery().load(request.args.to_dict())
    chosen = {half: asked[half.value] for half in Half}
    service.ensure_readable({COLOURS[half]: colour for half, colour in chosen.items()})
    colours = colours_from(chosen)
    sheet = (
        _preview_sheet(colours)
        if asked["apercu"]
        else sheet_for(colours, read_appearance(asked["apparence"]))
    )
    return _kept(Response(sheet, mimetype="text/css"), is_current=asked["v"] == fingerprint(sheet))


def _preview_sheet(colours: Colours) -> str:
    folder = Path(current_app.static_folder or "") / "css"
    light, dark = (folder / name for name in ("tokens.css", "tokens-dark.css"))
    return write_preview(
        colours,
        light_tokens=light.read_text(encoding="utf-8"),
        dark_tokens=dark.read_text(encoding="utf-8"),
    )


@blueprint.get("/identite/blason")
def show_arms() -> Response:
    town = territories.get_town()
    content, digest = queries.get_arms(town.id)
    return _kept(Response(content, mimetype="image/webp"), is_current=request.args.get("v") == digest)


def _kept(response: Response, *, is_current: bool) -> Response:
    """Have a browser keep what its address fully names for ever, and ask again for the rest."""
    response.headers["Cache-Control"] = KEPT_FOR_EVER if is_current else ASKED_AGAIN
    return response

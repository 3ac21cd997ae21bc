"""Pages that cross features: home, my space, the desk, search, and what the law has a site say."""

from datetime import timedelta

import click
from flask import Blueprint, Flask, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.checkins.campaigns.panels import may_call_now
from civic.checkins.register.queries import find_entry_of_person
from civic.kernel import work
from civic.kernel.access import can, require
from civic.kernel.clock import utc_now
from civic.kernel.editing import seen_of
from civic.mutual_aid.access import MutualAidAction
from civic.pages import service
from civic.pages.access import PagesAction
from civic.pages.accessibility import MOST_FAULTS, RGAA_CRITERIA, find_declaration, results_in_words
from civic.pages.components import describe_components
from civic.pages.desk import build_desk
from civic.pages.help_figures import figures_of
from civic.pages.layout import register_layout, works_at_town_hall
from civic.pages.models import TownHall
from civic.pages.next_step import choose_next_step
from civic.pages.queries import frame, home, my_space
from civic.pages.queries.help_figures import list_asked
from civic.pages.schemas import TownHallSchema
from civic.pages.searching import search_page
from civic.proposals.authors import queries as signing
from civic.territories import queries as territories
from civic.territories.models import Territory
from civic.territories.panels import Panel, neighbourhood_panel
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.kept_pages import same_for_strangers

blueprint = Blueprint("pages", __name__)

SECURITY_CONTACT_LASTS = timedelta(days=180)


def register(app: Flask) -> None:
    register_layout(app)


@blueprint.cli.command("reindex")
def reindex() -> None:
    """Make the search index again. Prints how many things of each kind are found."""
    for kind, count in service.reindex_everything().items():
        click.echo(f"{kind}: {count}")


@blueprint.get("/")
@same_for_strangers
def show_home() -> str:
    actor, now = current_actor(), utc_now()
    if not actor.is_signed_in:
        return render_template(
            "pages/home.html",
            open_now=home.open_now(at=now),
            outcomes=home.last_outcomes(actor),
            figures=home.count_figures(),
        )
    place = home.find_neighbourhood_of(actor)
    open_now = home.open_now(
        at=now,
        neighbourhood_id=place.id if place else None,
        shows_requests=place is not None and can(actor, MutualAidAction.LIST_REQUESTS, place.id),
    )
    waiting = home.waiting_for(actor.id, at=now)
    engaged = home.engagements_of(actor, at=now)
    desk = build_desk(actor, at=now) if works_at_town_hall(actor) else None
    return render_template(
        "pages/home_signed_in.html",
        place=place,
        step=choose_next_step(place=place, waiting=waiting, desk=desk, open_now=open_now, engaged=engaged),
        waiting=waiting,
        desk=desk,
        engaged=engaged,
        open_now=open_now,
        outcomes=home.last_outcomes(actor),
        sitting=home.find_next_sitting(place.id, at=now) if place else None,
        became=home.what_became_of(actor.id, at=now),
    )


@neighbourhood_panel
def show_what_goes_on(place: Territory) -> Panel:
    now = utc_now()
    values = {
        "open_now": home.open_now(at=now, neighbourhood_id=place.id),
        "sitting": home.find_next_sitting(place.id, at=now),
    }
    return Panel("pages/_neighbourhood_now.html", values)


@blueprint.get("/mon-espace")
def show_my_space() -> str:
    actor = current_actor()
    return render_template(
        "pages/my_space.html",
        mine=my_space.my_space(actor),
        place=home.find_neighbourhood_of(actor),
        has_moderated=my_space.has_moderated_contents(actor.id),
        has_register_entry=find_entry_of_person(actor.id) is not None,
        may_call=may_call_now(actor),
        cosignings=signing.list_asked(actor.id),
    )


@blueprint.get("/bureau")
def show_desk() -> str:
    actor = current_actor()
    require(actor, PagesAction.SEE_DESK)
    works = work.list_own_works(actor, size=3)
    return render_template("pages/desk.html", desk=build_desk(actor, at=utc_now()), works=works)


@blueprint.get("/entraide/chiffres")
def show_help_figures() -> str:
    town = territories.find_town()
    places = territories.ids_within(town.id) if town else set()
    figures = figures_of(list_asked(places, at=utc_now()), territories.names_of(places))
    return render_template("pages/help_figures.html", figures=figures)


@blueprint.get("/recherche")
@same_for_strangers
def search() -> str:
    return search_page(request.args)


# The town hall's card


@blueprint.get("/bureau/mairie")
def show_town_hall_form() -> str:
    return _town_hall_page(Form(_stored_town_hall()))


def _stored_town_hall() -> dict[str, str]:
    card = frame.find_town_hall(territories.get_town().id)
    written = {name: getattr(card, name) for name in TownHall.WRITTEN} if card else {}
    return {**written, SEEN: seen_of(card)}


def _town_hall_page(form: Form) -> str:
    require(current_actor(), PagesAction.EDIT_TOWN_HALL, territories.get_town().id)
    return render_template("pages/town_hall_form.html", form=form)


@blueprint.post("/bureau/mairie")
def save_town_hall() -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(gettext("C’est enregistré."), "success")
        return redirect(url_for("pages.show_desk"))

    return submit_form(
        TownHallSchema,
        command=lambda data: service.save_town_hall(
            current_actor(), territory_id=territories.get_town().id, seen=data.pop(SEEN), values=data
        ),
        done=done,
        again=lambda form: _town_hall_page(compared(form, _stored_town_hall())),
    )


# What the law, and good sense, have a site say


@blueprint.get("/mentions-legales")
def show_legal_notice() -> str:
    return render_template("pages/legal_notice.html")


@blueprint.get("/vos-donnees")
def show_privacy() -> str:
    return render_template("pages/privacy.html")


@blueprint.get("/aide")
def show_help() -> str:
    return render_template("pages/help.html")


@blueprint.get("/en-mots-simples")
def show_plain_words() -> str:
    return render_template("pages/plain_words.html")


@blueprint.get("/accessibilite")
def show_accessibility() -> str:
    declaration = find_declaration(today=utc_now().date())
    return render_template(
        "pages/accessibility.html",
        declaration=declaration,
        results=results_in_words(declaration) if declaration else [],
        rgaa_criteria=RGAA_CRITERIA,
        most_faults=MOST_FAULTS,
    )


@blueprint.get("/composants")
def show_components() -> str:
    """The living page: every component in every state."""
    return render_template("pages/components.html", **describe_components())


@blueprint.post("/composants")
def try_component() -> ResponseReturnValue:
    """Where the samples of the living page send: nothing is read and nothing is written."""
    flash(gettext("Ceci est un échantillon : rien n’a été envoyé."), "info")
    return redirect(url_for("pages.show_components"), 303)


@blueprint.get("/robots.txt")
def show_robots() -> Response:
    closed = ("/compte", "/mon-espace", "/bureau", "/notifications", "/signalements", "/recherche", "/api/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
def show_security_contact() -> Response:
    """Say whom to tell of a flaw (RFC 9116): the town hall, by its address or by its help page."""
    town = territories.find_town()
    card: TownHall | None = frame.find_town_hall(town.id) if town else None
    public_url = current_app.config["SETTINGS"].public_url
    contact = f"mailto:{card.email}" if card and card.email else public_url + url_for("pages.show_help")
    expires = (utc_now() + SECURITY_CONTACT_LASTS).strftime("%Y-%m-%dT00:00:00Z")
    address = public_url + url_for("pages.show_security_contact")
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires}",
        "Preferred-Languages: fr, en",
        f"Canonical: {address}",
    ]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")

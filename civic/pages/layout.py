"""What the page frame shows around every page: the town, the menu, who is signed in."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale, gettext

from civic.accounts import queries as accounts
from civic.kernel.access import Actor
from civic.kernel.errors import N_
from civic.territories import queries as territories
from civic.web.identity import current_actor
from civic.web.languages import LANGUAGES

MENU = (
    (N_("Consultations"), "consultations.list_consultations"),
    (N_("Votes"), "voting.list_polls"),
    (N_("Entraide"), "mutual_aid.show_board"),
    (N_("Conseils de quartier"), "councils.list_councils"),
)
FOOTER = (
    (N_("Mentions légales"), "pages.show_legal_notice"),
    (N_("Vos données"), "pages.show_privacy"),
    (N_("Aide"), "pages.show_help"),
    (N_("Données et API"), "web.read_api"),
)


@dataclass(frozen=True)
class Viewer:
    """Who reads the page, as the frame needs it."""

    is_signed_in: bool
    name: str
    sign_in_url: str
    sign_up_url: str
    unread_count: int = 0
    links: list[dict[str, Any]] = field(default_factory=list)


def register_layout(app: Flask) -> None:
    app.jinja_env.globals["endpoint_exists"] = lambda endpoint: endpoint in app.view_functions

    @app.context_processor
    def frame() -> dict[str, Any]:
        town = territories.find_town()
        return {
            "town": town or {"name": gettext("Notre commune")},
            "locale": str(get_locale()),
            "languages": _languages(),
            "navigation": _links(MENU),
            "footer_links": _links(FOOTER),
            "viewer": _viewer(current_actor()),
            "is_demo": current_app.config["SETTINGS"].is_demo,
            "search_url": _url("pages.search"),
            "home_url": url_for("pages.show_home"),
            "accessibility_url": _url("pages.show_accessibility"),
            "current_actor": current_actor(),
        }


def _url(endpoint: str) -> str | None:
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def _links(entries: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    blueprint = request.blueprint
    return [
        {
            "label": gettext(label),
            "url": url,
            "is_current": blueprint == endpoint.split(".")[0] and blueprint != "pages",
        }
        for label, endpoint in entries
        if (url := _url(endpoint))
    ]


def _languages() -> list[dict[str, Any]]:
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return [
        {
            "code": code,
            "label": label,
            "url": url_for("web.choose_language", code=code, next=here),
            "is_current": code == str(get_locale()),
        }
        for code, label in LANGUAGES.items()
    ]


def _viewer(actor: Actor) -> Viewer:
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    urls = {
        "sign_in_url": url_for("accounts.show_sign_in", next=here),
        "sign_up_url": url_for("accounts.show_sign_up"),
    }
    if not actor.is_signed_in:
        return Viewer(is_signed_in=False, name="", **urls)
    name = accounts.get_person(actor.id).name
    return Viewer(is_signed_in=True, name=name, links=_account_links(actor), **urls)


def _account_links(actor: Actor) -> list[dict[str, Any]]:
    entries = [(N_("Mon espace"), "pages.show_my_space"), (N_("Messages reçus"), "notifications.show_inbox")]
    if any(role in ("agent", "admin", "councillor", "moderator") for role, _ in actor.grants):
        entries.append((N_("Bureau de la mairie"), "pages.show_desk"))
    entries.append((N_("Mon compte"), "accounts.show_account"))
    return _links(tuple(entries))

"""What the page frame shows around every page: the town, the menu, who is signed in."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale, gettext

from civic.accounts import queries as accounts
from civic.accounts.models import Role
from civic.identity.presentation import face_from
from civic.kernel.access import Actor
from civic.kernel.errors import N_
from civic.pages.queries.frame import count_unread, read_town
from civic.web.appearance import COOKIE, read_appearance
from civic.web.identity import current_actor
from civic.web.languages import LANGUAGES, direction_of, language_tag

MENU = (
    (N_("Consultations"), "consultations.list_consultations"),
    (N_("Votes"), "voting.list_polls"),
    (N_("Entraide"), "mutual_aid.show_board"),
    (N_("Conseils de quartier"), "councils.list_councils"),
)
FOOTER = (
    (N_("Aide"), "pages.show_help"),
    (N_("Les quartiers"), "territories.list_neighbourhoods"),
    (N_("En mots simples"), "pages.show_plain_words"),
    (N_("Règles de publication"), "moderation.show_charter"),
    (N_("Mentions légales"), "pages.show_legal_notice"),
    (N_("Vos données"), "pages.show_privacy"),
    (N_("Données et API"), "web.read_api"),
    (N_("Flux et agenda"), "feeds.show_feeds"),
)


@dataclass(frozen=True)
class Viewer:
    """Who reads the page, as the frame needs it."""

    is_signed_in: bool
    sign_in_url: str
    sign_up_url: str
    name: str = ""
    unread_count: int = 0
    inbox_url: str = ""
    sign_out_url: str = ""
    links: tuple[dict[str, Any], ...] = ()


def register_layout(app: Flask) -> None:
    app.jinja_env.globals["endpoint_exists"] = lambda endpoint: endpoint in app.view_functions
    app.jinja_env.globals["link_to"] = link_to
    app.jinja_env.globals["page_address"] = _page_address

    @app.context_processor
    def frame() -> dict[str, Any]:
        town, chosen, town_hall = read_town()
        return {
            "town": town or {"name": gettext("Notre commune")},
            "identity": face_from(town, chosen, read_appearance(request.cookies.get(COOKIE))),
            "town_hall": town_hall,
            "locale": language_tag(get_locale()),
            "direction": direction_of(get_locale()),
            "languages": _languages(),
            "navigation": _links(MENU),
            "footer_links": _links(FOOTER),
            "viewer": _viewer(current_actor()),
            "is_demo": current_app.config["SETTINGS"].is_demo,
            "search_url": link_to("pages.search"),
            "home_url": url_for("pages.show_home"),
            "accessibility_url": link_to("pages.show_accessibility"),
            "accessibility_state": gettext("non conforme"),
            "current_actor": current_actor(),
        }


def link_to(endpoint: str, **values: Any) -> str:
    """Return the address of an endpoint, or nothing where its feature is not served."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def _page_address(number: int) -> str:
    """Return the address of another page of the list in hand, what narrows it kept."""
    kept = {**request.args.to_dict(), **(request.view_args or {}), "page": number}
    return url_for(request.endpoint or "pages.show_home", **kept)


def _links(entries: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [
        {"label": gettext(label), "url": url, "is_current": _is_current(endpoint)}
        for label, endpoint in entries
        if (url := link_to(endpoint))
    ]


def _is_current(endpoint: str) -> bool:
    """Tell whether the page in hand is this one, or is within the same feature."""
    return request.endpoint == endpoint or (
        request.blueprint == endpoint.split(".")[0] and request.blueprint != "pages"
    )


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
    sign_in_url = url_for("accounts.show_sign_in", next=here)
    sign_up_url = url_for("accounts.show_sign_up", next=here)
    if not actor.is_signed_in:
        return Viewer(False, sign_in_url, sign_up_url)
    return Viewer(
        is_signed_in=True,
        sign_in_url=sign_in_url,
        sign_up_url=sign_up_url,
        name=accounts.get_person(actor.id).name,
        unread_count=count_unread(actor.id),
        inbox_url=link_to("notifications.show_inbox"),
        sign_out_url=link_to("accounts.sign_out"),
        links=tuple(_account_links(actor)),
    )


def works_at_town_hall(actor: Actor) -> bool:
    return any(role in set(Role) for role, _ in actor.grants)


def _account_links(actor: Actor) -> list[dict[str, Any]]:
    entries = [(N_("Mon espace"), "pages.show_my_space"), (N_("Messages reçus"), "notifications.show_inbox")]
    if works_at_town_hall(actor):
        entries.append((N_("Bureau de la mairie"), "pages.show_desk"))
    entries.append((N_("Mon compte"), "accounts.show_account"))
    return _links(tuple(entries))

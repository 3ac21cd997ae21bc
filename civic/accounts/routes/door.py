"""What the pages of the accounts share: the blueprint, the session of this browser, and the limits on guessing."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, make_response, request, session
from flask_babel import get_locale, gettext
from flask_limiter import RequestLimit
from flask_login import current_user, login_user
from werkzeug.exceptions import HTTPException

from civic.accounts.identity import Visitor
from civic.accounts.queries import find_sign_in
from civic.accounts.service.sign_in import open_session
from civic.extensions import limiter
from civic.kernel.clock import utc_now
from civic.kernel.errors import N_, TooMany
from civic.kernel.sealing import keyed_digest
from civic.kernel.text import clean_line
from civic.territories import queries as territories
from civic.territories.queries import Suggestion
from civic.web.forms import WHOLE_FORM, Form
from civic.web.identity import current_actor, forget_actor
from civic.web.languages import LANGUAGES, own_path

blueprint = Blueprint("accounts", __name__)

LONGEST_NEXT = 300
WHY = {
    "mutual_aid.show_new_request": N_("Pour demander de l’aide, il faut un compte."),
    "mutual_aid.show_new_offer": N_("Pour proposer votre aide, il faut un compte."),
    "matching.list_invitations": N_("Pour être sollicité comme bénévole, il faut un compte."),
    "moderation.show_flag_form": N_("Pour signaler un contenu, il faut un compte."),
}
"""Why somebody who is not signed in was sent to sign in, by the page that she asked for."""

SECRETS = frozenset({"csrf_token", "password", "present_password"})
BY_ADDRESS = "30 per hour"
BY_ACCOUNT = "10 per 15 minutes"

Page = Callable[[Form], str]


def sign_in_here(person_id: int) -> None:
    """Open a session for a person who has just shown who she is, and have this browser carry it."""
    carry(open_session(person_id=person_id, device=request.user_agent.string))


def carry(token: str) -> None:
    """Have this browser carry a session that was just opened, and nothing of who used it before."""
    opened = find_sign_in(token, utc_now())
    if opened is not None:
        session.clear()
        login_user(Visitor(token, opened.person_id, opened.id))
        forget_actor()


def next_of(address: str | None) -> str:
    """Return what somebody came for, if it is a page of this site and no longer than a mail should carry."""
    path = own_path(address)
    return path if len(path) <= LONGEST_NEXT else "/"


def why_sign_in(next_path: str) -> str:
    """Return, in words, why the page that somebody came for asks for an account; nothing for one that anybody reads."""
    try:
        endpoint, _ = current_app.create_url_adapter(request).match(next_path.split("?")[0], method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return ""
    return gettext(WHY[endpoint]) if endpoint in WHY else ""


def reader_language() -> str:
    code = str(get_locale())
    return code if code in LANGUAGES else "fr"


def limit_guesses(page: Page, rate: str, *, by_email: bool = False, only_refused: bool = False) -> Any:
    """Limit a form, by the address it comes from, or by the e-mail that is typed, whether or not it has an account.

    Beyond the limit the form comes back filled in, and says to wait.
    """

    def show_again(limit: RequestLimit) -> Response:
        values = {name: value for name, value in request.form.items() if name not in SECRETS}
        return make_response(page(Form(values, {WHOLE_FORM: [gettext(TooMany.message)]})), 429)

    return limiter.limit(
        rate,
        key_func=_typed_email if by_email else lambda: str(current_app.config["WHO_IS_LIMITED"]()),
        on_breach=show_again,
        deduct_when=(lambda response: response.status_code == 422) if only_refused else None,
        exempt_when=is_search,
    )


def _typed_email() -> str:
    """Return what counts the tries for one e-mail: read as the form reads it, or a second field or a blank would make another."""
    typed = request.form.getlist("email")
    return keyed_digest("limit", clean_line(typed[-1]).casefold() if typed else "")


def is_search() -> bool:
    """Tell whether the form was sent by its button « Chercher mon adresse », with something to look for."""
    return request.form.get("step") == "search" and bool(request.form.get("address", "").strip())


def residency_choices(form: Form) -> dict[str, Any]:
    """Return what the fields that say where somebody lives need: the neighbourhoods, and the addresses that may be meant."""
    town = territories.find_town()
    places = territories.list_neighbourhoods(town.id) if town else []
    typed = str(form.value("address"))
    matches: list[Suggestion] = territories.suggest_addresses(typed) if typed.strip() else []
    return {
        "places": [(place.id, place.name) for place in places] or ([(town.id, town.name)] if town else []),
        "matches": matches,
        "is_searched": bool(typed.strip()),
    }


def own_sign_in_id() -> int | None:
    """Return the session that this browser carries, of the person who acts."""
    return current_user.sign_in_id if current_actor().is_signed_in and current_user.is_authenticated else None


DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
BROWSERS = (("Firefox/", "Firefox"), ("Edg/", "Edge"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))


@blueprint.app_template_filter()
def device_in_words(user_agent: str) -> str:
    """« Firefox, Windows »: enough for a person to recognise her own telephone."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    device = next((name for mark, name in DEVICES if mark in user_agent), "")
    return ", ".join(part for part in (browser, device) if part) or gettext("Appareil inconnu")

"""Feeds, the calendar, and the parts of pages that other sites show in a frame."""

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext

from civic.consultations import queries as consultations
from civic.consultations.errors import ConsultationNotFound
from civic.consultations.rules import Status
from civic.feeds.queries import list_entries, list_events
from civic.feeds.rules import Entry, atom_feed, calendar
from civic.kernel.clock import utc_now
from civic.territories import queries as territories
from civic.territories.models import TerritoryKind
from civic.voting import queries as voting
from civic.voting.models import Poll
from civic.voting.rules import PollStatus

blueprint = Blueprint("feeds", __name__)

KEPT_SECONDS = 300
FEW = 5
FRAME_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""Any site may frame these pages: they hold no form, no script, and nothing of who reads them."""


def _site() -> str:
    url: str = current_app.config["SETTINGS"].public_url
    return url


def _town_name() -> str:
    town = territories.find_town()
    return town.name if town else gettext("Votre mairie")


def _keep(response: Response) -> None:
    """Let caches keep what is the same for everybody who reads the same language."""
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Vary"] = "Accept-Language, Cookie"


def _kept(body: bytes | str, mimetype: str) -> Response:
    """Return what is the same for everybody, that programs ask for again and again."""
    response = Response(body, mimetype=mimetype)
    _keep(response)
    response.add_etag()
    response.make_conditional(request)
    return response


def _feed(title: str, page_url: str, entries: list[Entry]) -> Response:
    feed = atom_feed(
        title=title,
        own_url=_site() + request.path,
        page_url=page_url,
        site=_site(),
        entries=entries,
        made_at=utc_now(),
    )
    return _kept(feed, "application/atom+xml")


@blueprint.get("/flux")
def show_feeds() -> str:
    open_now = consultations.list_consultations(at=utc_now(), status=Status.OPEN, size=20)
    return render_template(
        "feeds/feeds.html",
        site=_site(),
        places=territories.list_neighbourhoods(),
        consultations=open_now.items,
    )


@blueprint.get("/flux.atom")
def read_town_feed() -> Response:
    title = gettext("%(town)s : la vie de la commune", town=_town_name())
    return _feed(title, _site() + "/", list_entries())


@blueprint.get("/consultations/<int:consultation_id>/flux.atom")
def read_consultation_feed(consultation_id: int) -> Response:
    consultation = _published(consultation_id)
    page_url = _site() + url_for("consultations.show_consultation", consultation_id=consultation_id)
    return _feed(consultation.title, page_url, list_entries(consultation_id=consultation_id))


@blueprint.get("/quartiers/<int:territory_id>/flux.atom")
def read_place_feed(territory_id: int) -> Response:
    place = territories.get_territory(territory_id)
    is_town = place.kind is TerritoryKind.COMMUNE
    page_url = _site() + url_for("territories.list_neighbourhoods")
    return _feed(place.name, page_url, list_entries(place_id=None if is_town else place.id))


@blueprint.get("/agenda.ics")
def read_calendar() -> Response:
    now = utc_now()
    text = calendar(
        name=gettext("%(town)s : consultations, votes et séances", town=_town_name()),
        site=_site(),
        events=list_events(now=now),
        made_at=now.replace(minute=0, second=0, microsecond=0),
    )
    return _kept(text, "text/calendar")


def _published(consultation_id: int) -> consultations.ConsultationView:
    consultation = consultations.get_consultation(consultation_id)
    view = consultations.view_consultation(consultation, at=utc_now())
    if view.status is Status.DRAFT:
        raise ConsultationNotFound
    return view


@blueprint.get("/integration/en-cours")
def show_open_now() -> Response:
    now = utc_now()
    return _frame(
        consultations.view_consultations(
            consultations.list_consultations(at=now, status=Status.OPEN, size=FEW).items, at=now
        ),
        polls=voting.list_polls(status=PollStatus.OPEN, at=now, size=FEW).items,
    )


@blueprint.get("/integration/consultations/<int:consultation_id>")
def show_one_consultation(consultation_id: int) -> Response:
    return _frame([_published(consultation_id)], polls=[])


def _frame(shown: list[consultations.ConsultationView], *, polls: list[Poll]) -> Response:
    response = make_response(
        render_template(
            "feeds/frame.html", consultations=shown, polls=polls, site=_site(), town_name=_town_name()
        )
    )
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    _keep(response)
    return response

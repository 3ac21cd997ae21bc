"""How a socket opens and closes, and how a person gets what was missed. Each feature's own events are in its own ``sockets.py``."""

from typing import Any

import structlog
from flask import Flask, current_app, g, request
from flask_babel import gettext
from flask_socketio import ConnectionRefusedError, join_room

from civic.accounts.identity import keep_socket_token, socket_sign_in_id
from civic.consultations import service as consultations
from civic.extensions import socketio
from civic.proposals import queries as proposals
from civic.realtime import queries, resuming
from civic.realtime.schemas import FollowConsultationSchema, ResumeFeedSchema
from civic.web.identity import current_actor
from civic.web.live import NAMESPACE
from civic.web.sockets import forget_allowance, on_event, on_lifecycle, room

log = structlog.get_logger(__name__)

MOST_OPENINGS = 5
"""How often one connection may be opened anew before it must be made again, through the limits of a handshake."""

_OPENINGS = "civic.openings"


def _refuse(code: str, message: str) -> ConnectionRefusedError:
    """A client reads the sentence in ``message`` and the stable code in ``data.code``."""
    return ConnectionRefusedError(message, {"code": code})


@on_lifecycle("connect")
def open_socket(auth: Any = None) -> None:
    """Say who is there: the bearer of a token, the person of the session's cookie, or nobody, who has public rooms alone."""
    try:
        _count_opening()
        token = _token_in(auth)
        keep_socket_token(token)
        actor = current_actor()
        if token and not actor.is_signed_in:
            raise _refuse("wrong_token", gettext("Ce jeton n’est pas valable, ou ne l’est plus."))
        if actor.is_signed_in:
            _enter_own_rooms(actor.id)
    except ConnectionRefusedError:
        raise
    except Exception as error:
        log.exception("socket_refused")
        raise _refuse(
            "internal_error",
            gettext("Quelque chose s’est mal passé de notre côté. Réessayez dans un moment."),
        ) from error


def _token_in(auth: Any) -> str | None:
    """Anything but ``{token: text}`` or nothing is a wrong token."""
    token = auth.get("token") if isinstance(auth, dict) else auth
    if token is None or token == "":
        return None
    if not isinstance(token, str) or len(token) > 256 or "\x00" in token:
        raise _refuse("wrong_token", gettext("Ce jeton n’est pas valable, ou ne l’est plus."))
    return token


def _count_opening() -> None:
    openings = request.environ.get(_OPENINGS, 0) + 1
    request.environ[_OPENINGS] = openings
    if openings > MOST_OPENINGS:
        raise _refuse("too_many_requests", gettext("Trop de tentatives en peu de temps. Attendez un peu."))


def _enter_own_rooms(person_id: int) -> None:
    own = room("person", person_id)
    opened = sum(1 for _ in socketio.server.manager.get_participants(NAMESPACE, own))
    if opened >= current_app.config["SOCKETS_PER_PERSON"]:
        raise _refuse(
            "too_many_sockets", gettext("Le site est déjà ouvert dans trop d’onglets ou d’appareils.")
        )
    join_room(own)
    sign_in_id = socket_sign_in_id()
    if sign_in_id is not None:
        join_room(room("sign_in", sign_in_id))


@on_lifecycle("disconnect")
def close_socket(reason: str | None = None) -> None:
    forget_allowance(request.sid)  # type: ignore[attr-defined]


@on_event("feed:resume", ResumeFeedSchema)
def resume_feed(data: dict[str, Any]) -> dict[str, Any]:
    """Give what came after the last event that the client saw. Its room was joined before, so that nothing falls between the two."""
    return resuming.resume(current_actor(), after=data["after"])


@on_event("consultation:follow", FollowConsultationSchema)
def follow_consultation(data: dict[str, Any]) -> dict[str, Any]:
    """The room is joined before the state is read, so that no proposal published in between is missed."""
    consultation = consultations.get_visible_consultation(current_actor(), data["consultation_id"])
    join_room(room("consultation", consultation.id))
    return {
        "consultation_id": consultation.id,
        "title": consultation.title,
        "proposals": proposals.count_proposals(consultation.id),
    }


def register(app: Flask) -> None:
    """Number each page that a signed-in person reads: what happens after that event is added to it, and nothing before."""

    @app.before_request
    def note_last_event() -> None:
        is_page = request.method == "GET" and request.endpoint not in (None, "static")
        if is_page and not request.path.startswith("/api/") and current_actor().is_signed_in:
            g.live_seq = queries.find_last_seq(current_actor().id)  # read before the page reads anything else

    @app.context_processor
    def number_of_page() -> dict[str, Any]:
        return {"live_seq": g.get("live_seq")}

"""Who is at the door: a session cookie or a bearer token, turned into an actor. Knows Flask, and no page."""

from flask import Flask, request
from flask_login import UserMixin, current_user

from civic.accounts import queries
from civic.extensions import login_manager, socketio
from civic.kernel.access import ANONYMOUS, Actor, Channel
from civic.kernel.clock import utc_now

API_PREFIX = "/api/"


class Visitor(UserMixin):
    """What Flask-Login carries: the session's token, and the person whom it signs in."""

    def __init__(self, token: str, person_id: int, sign_in_id: int):
        self.token = token
        self.person_id = person_id
        self.sign_in_id = sign_in_id

    def get_id(self) -> str:
        return self.token


def register_sign_in(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.session_protection = (
        None  # the session's row is what can be ended; an address may change on a telephone
    )

    @login_manager.user_loader
    def load_visitor(token: str) -> Visitor | None:
        sign_in = queries.find_sign_in(token, utc_now())
        return Visitor(token, sign_in.person_id, sign_in.id) if sign_in else None


def bearer_token() -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if kind == "Bearer" else None


def load_actor() -> Actor:
    """Return who acts in the request or socket event in hand.

    A bearer token decides alone, even when it is wrong: an API call never falls back on a cookie.
    """
    if hasattr(request, "sid"):
        return _socket_actor()
    if "Authorization" in request.headers:
        token = bearer_token()
        person_id = queries.find_person_id_by_api_token(token) if token else None
        return ANONYMOUS if person_id is None else queries.get_actor(person_id, Channel.API)
    channel = Channel.API if request.path.startswith(API_PREFIX) else Channel.WEB
    return queries.get_actor(current_user.person_id, channel) if current_user.is_authenticated else ANONYMOUS


def _socket_actor() -> Actor:
    """A socket keeps the token that it was opened with in its own session; it is checked again at each event."""
    token = socketio.server.get_session(request.sid).get("api_token")  # type: ignore[attr-defined]
    if token:
        person_id = queries.find_person_id_by_api_token(token)
        return ANONYMOUS if person_id is None else queries.get_actor(person_id, Channel.SOCKET)
    return (
        queries.get_actor(current_user.person_id, Channel.SOCKET)
        if current_user.is_authenticated
        else ANONYMOUS
    )

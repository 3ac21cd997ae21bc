"""Who is at the door: a session cookie or a bearer token, turned into an actor. Knows Flask, and no page."""

from dataclasses import replace

from flask import Flask, request
from flask_login import UserMixin, current_user

from civic.accounts import queries
from civic.extensions import login_manager
from civic.kernel.access import ANONYMOUS, Actor, Channel
from civic.kernel.clock import utc_now

API_PREFIX = "/api/"
_SOCKET_TOKEN = "civic.socket_token"
"""The place, in the environment of a socket's handshake, of the token that it was opened with."""


class Visitor(UserMixin):
    """What Flask-Login carries: the session's token, and the person whom it signs in.

    Args:
        actor: who she is, where it was read with the session.
    """

    def __init__(self, token: str, person_id: int, sign_in_id: int, actor: Actor | None = None):
        self.token = token
        self.person_id = person_id
        self.sign_in_id = sign_in_id
        self._read = actor

    def act(self, channel: Channel) -> Actor:
        """Return who she is: as it was read with the session the first time, and as it stands when asked again."""
        read, self._read = self._read, None
        return replace(read, channel=channel) if read else queries.get_actor(self.person_id, channel)

    def get_id(self) -> str:
        return self.token


def register_sign_in(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.session_protection = (
        None  # the session's row is what can be ended; an address may change on a telephone
    )

    @login_manager.user_loader
    def load_visitor(token: str) -> Visitor | None:
        found = queries.find_actor_by_sign_in(token, utc_now())
        if found is None:
            return None
        sign_in_id, actor = found
        return Visitor(token, actor.id, sign_in_id, actor)


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
        return queries.find_actor_by_api_token(token) if token else ANONYMOUS
    return _signed_in(Channel.API if request.path.startswith(API_PREFIX) else Channel.WEB)


def _signed_in(channel: Channel) -> Actor:
    if not current_user.is_authenticated:
        return ANONYMOUS
    actor: Actor = current_user.act(channel)
    return actor


def keep_socket_token(token: str | None) -> None:
    """Keep the token that a socket was opened with, for as long as it is open."""
    request.environ[_SOCKET_TOKEN] = token


def _socket_actor() -> Actor:
    """The token, or the session's cookie, that a socket was opened with is checked again at each event."""
    token = request.environ.get(_SOCKET_TOKEN)
    if token:
        return queries.find_actor_by_api_token(token, Channel.SOCKET)
    return _signed_in(Channel.SOCKET)


def socket_sign_in_id() -> int | None:
    """Return the session under which a socket was opened; None where it was a token, or nothing."""
    if request.environ.get(_SOCKET_TOKEN) or not current_user.is_authenticated:
        return None
    sign_in_id: int = current_user.sign_in_id
    return sign_in_id

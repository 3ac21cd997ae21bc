"""The Socket.IO door. Events run no ``before_request``: reading, limits and the shape of answers are here, rights in the services."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from flask import request
from flask_babel import gettext
from marshmallow import Schema, ValidationError

from civic.extensions import socketio
from civic.kernel.errors import Refusal, TooMany
from civic.web.errors import as_text, busy_message, describe, is_busy
from civic.web.live import NAMESPACE

log = structlog.get_logger(__name__)

EVENTS_PER_SECOND = 10.0
BURST = 40.0

EVENTS: dict[str, type[Schema]] = {}
"""The events that a client may send, with the schema that reads each."""

SocketHandler = Callable[[dict[str, Any]], Any]
_receivers: dict[str, Callable[..., Any]] = {}
_allowances: dict[str, tuple[float, float]] = {}


def room(kind: str, number: int) -> str:
    """Return a room's name. Rooms are named here, never by the client."""
    return f"{kind}:{number}"


def is_connected(person_id: int) -> bool:
    """Tell whether a person has a live connection to this process (who is connected to another one is taken to be away)."""
    if socketio.server is None:
        return False
    present = socketio.server.manager.get_participants(NAMESPACE, room("person", person_id))
    return any(True for _ in present)


def on_event(name: str, schema: type[Schema]) -> Callable[[SocketHandler], SocketHandler]:
    """Register a handler of a client's event; what it returns is acknowledged as ``{ok: true, data}``."""
    EVENTS[name] = schema

    def register(handler: SocketHandler) -> SocketHandler:
        @wraps(handler)
        def receive(payload: Any = None, *extra: Any) -> dict[str, Any]:
            return _answer(name, schema, handler, payload)

        _receivers[name] = receive
        return handler

    return register


def on_lifecycle(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register what runs when a socket opens (``connect``, given the client's ``auth``) or closes (``disconnect``)."""

    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        _receivers[name] = handler
        return handler

    return register


def bind_receivers() -> None:
    """Give every registered handler to the Socket.IO server. Called by the composition root, for each application that it makes."""
    for name, receive in _receivers.items():
        socketio.on(name)(receive)


def _answer(name: str, schema: type[Schema], handler: SocketHandler, payload: Any) -> dict[str, Any]:
    try:
        _spend_allowance(request.sid)  # type: ignore[attr-defined]
        return {"ok": True, "data": handler(schema().load({} if payload is None else payload))}
    except ValidationError as error:
        message = gettext("Certaines réponses sont à corriger.")
        return _refused("invalid", message, as_text(error.normalized_messages()))
    except Refusal as refusal:
        return {"ok": False, "error": describe(refusal)}
    except Exception as error:
        if is_busy(error):
            log.warning("no_room_in_database", event_name=name)
            return _refused(*busy_message())
        log.exception("socket_event_failed", event_name=name)
        return _refused(
            "internal_error",
            gettext("Quelque chose s’est mal passé de notre côté. Réessayez dans un moment."),
        )


def _refused(code: str, message: str, fields: Any = None) -> dict[str, Any]:
    return {"ok": False, "error": {"code": code, "message": message, "fields": fields or {}}}


def _spend_allowance(sid: str) -> None:
    """A token bucket for each socket."""
    now = time.monotonic()
    left, seen = _allowances.get(sid, (BURST, now))
    left = min(BURST, left + (now - seen) * EVENTS_PER_SECOND)
    if left < 1:
        _allowances[sid] = (left, now)
        raise TooMany
    _allowances[sid] = (left - 1, now)


def forget_allowance(sid: str) -> None:
    """Called when a socket closes."""
    _allowances.pop(sid, None)

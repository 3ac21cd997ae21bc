"""One table from refusals to statuses, and one shape on each door: a page, ``application/problem+json``, an acknowledgement."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException

from civic.kernel.errors import (
    N_,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    Sentence,
    Sentences,
    TooMany,
)
from civic.kernel.large_documents import MEGABYTE
from civic.web.languages import (
    deadline_in_words,
    direction_of,
    instant_in_words,
    language_tag,
    near_day_in_words,
    select_language,
)

log = structlog.get_logger(__name__)

ENDS = frozenset({"closes_at", "ends_at", "expires_at"})
"""What a refusal names so is no longer part of what it ends."""

STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    NotSignedIn: 401,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 422,
    TooMany: 429,
}

RETRY_AFTER_SECONDS = 5

HTTP_MESSAGES = {
    400: ("bad_request", N_("Cette demande est mal formée.")),
    404: ("not_found", N_("Cette page ou cet élément n’existe pas, ou n’existe plus.")),
    405: ("method_not_allowed", N_("Cette adresse ne permet pas cette action.")),
    413: ("too_large", N_("C’est trop volumineux : un envoi fait %(most)s Mo au plus, fichiers compris.")),
    415: ("unsupported_media_type", N_("Envoyez du JSON, avec l’en-tête Content-Type: application/json.")),
    429: ("too_many_requests", N_("Trop de tentatives en peu de temps. Attendez un peu, puis recommencez.")),
    500: (
        "internal_error",
        N_(
            "Quelque chose s’est mal passé de notre côté. Rien n’a été enregistré ; réessayez dans un moment."
        ),
    ),
    503: (
        "busy",
        N_(
            "Beaucoup de personnes se servent du site en ce moment. Rien n’a été enregistré ; réessayez dans quelques secondes."
        ),
    ),
}


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal, by its class."""
    return next((STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS), 400)


def message_of(refusal: Refusal) -> str:
    """Return the refusal in the reader's language."""
    message = _filled(gettext(refusal.message), refusal)
    if isinstance(refusal, NotAllowed) and refusal.needs:
        needs = gettext(" et ").join(gettext(need) for need in refusal.needs)
        what_is_needed = gettext("Il faut %(needs)s.", needs=needs)
        message = f"{message} {what_is_needed}"
    return message


def _filled(text: str, refusal: Refusal) -> str:
    """Put the refusal's values in their places, each in the reader's language."""
    values = {
        name: deadline_in_words(value) if name in ENDS and isinstance(value, datetime) else in_words(value)
        for name, value in refusal.values.items()
    }
    return text % values if values else text


def in_words(value: Any) -> Any:
    """Return a value of a refusal as its reader is told: an instant on the town hall's clock, a day, a sentence in her language."""
    if isinstance(value, datetime):
        return instant_in_words(value)
    if isinstance(value, date):
        return near_day_in_words(value)
    if isinstance(value, Sentences):
        return gettext(" ; ").join(in_words(sentence) for sentence in value)
    if isinstance(value, Sentence):
        text = gettext(value.message)
        return (
            text % {name: in_words(inner) for name, inner in value.values.items()} if value.values else text
        )
    return value


def describe(refusal: Refusal) -> dict[str, Any]:
    """Return the shape shared by the API and the acknowledgements: code, message, fields."""
    fields = {
        name: [_filled(gettext(text), refusal) for text in texts] for name, texts in refusal.fields.items()
    }
    return {"code": refusal.code, "message": message_of(refusal), "fields": fields}


def is_api_request() -> bool:
    """Tell whether a program asks, which reads a problem document: of the API, or a page's script (no browser shows JSON alone)."""
    return request.path.startswith("/api/") or request.headers.get("Accept") == "application/json"


def problem(status: int, code: str, message: str, fields: Any = None) -> Response:
    """Return a problem document (RFC 9457) with a stable ``code`` and messages by field."""
    body = {"type": "about:blank", "title": message, "status": status, "code": code, "fields": fields or {}}
    response = jsonify({**body, "request_id": g.get("request_id")})
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def error_page(status: int, code: str, message: str) -> ResponseReturnValue:
    page = render_template(
        "errors/error.html", status=status, code=code, message=message, request_id=g.get("request_id")
    )
    return page, status


def register_errors(app: Flask) -> None:
    app.register_error_handler(Refusal, _on_refusal)
    app.register_error_handler(ValidationError, _on_invalid_input)
    app.register_error_handler(CSRFError, _on_csrf_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(NoConnectionLeft, _on_busy)
    app.register_error_handler(OperationalError, _on_database_error)
    app.register_error_handler(Exception, _on_bug)


def _on_refusal(refusal: Refusal) -> ResponseReturnValue:
    status = status_of(refusal)
    if is_api_request():
        told = describe(refusal)
        return problem(status, told["code"], told["message"], told["fields"])
    if isinstance(refusal, NotSignedIn) and request.method == "GET":
        return redirect(url_for("accounts.show_sign_in", next=request.full_path.rstrip("?")))
    return error_page(status, refusal.code, message_of(refusal))


def _on_invalid_input(error: ValidationError) -> ResponseReturnValue:
    message = gettext("Certaines réponses sont à corriger.")
    if is_api_request():
        return problem(422, "invalid", message, as_text(error.normalized_messages()))
    return error_page(422, "invalid", message)


def as_text(messages: Any) -> Any:
    """Return a tree of messages with every lazy one resolved in the reader's language: under each name, a list of them."""
    if isinstance(messages, dict):
        return {str(name): as_text(value) for name, value in messages.items()}
    return [str(value) for value in messages] if isinstance(messages, list) else [str(messages)]


def _on_csrf_error(error: CSRFError) -> ResponseReturnValue:
    message = gettext(
        "Cette page était ouverte depuis trop longtemps. Revenez en arrière, rechargez-la et renvoyez."
    )
    if is_api_request():
        return problem(400, "csrf_failed", message)
    return error_page(400, "csrf_failed", message)


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error  # a redirect raised by the router
    if error.response is not None:
        return error.response  # a page that a rate limit prepared: the form, filled in
    code, message = HTTP_MESSAGES.get(status, ("http_error", error.name))
    message = gettext(message)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        message = message % {"most": (request.max_content_length or 0) // MEGABYTE}
    answer = problem(status, code, message) if is_api_request() else error_page(status, code, message)
    response: Response = current_app.make_response(answer)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):  # what tells a client how to go on
            response.headers[name] = value
    return response


def is_busy(error: Exception) -> bool:
    """Tell whether the database had no room in time: no connection left in the pool, or SQLite's one writer waited too long."""
    return isinstance(error, NoConnectionLeft) or (
        isinstance(error, OperationalError) and "database is locked" in str(error.orig)
    )


def busy_message() -> tuple[str, str]:
    """Return the code and the words for who came when there was no room."""
    code, message = HTTP_MESSAGES[503]
    return code, gettext(message)


def _on_busy(error: Exception) -> ResponseReturnValue:
    """Nothing here reads the database, which has no room: the page is not that of the other errors."""
    log.warning("no_room_in_database", endpoint=request.endpoint)
    code, message = busy_message()
    if is_api_request():
        response = problem(503, code, message)
    else:
        again_url = request.full_path.rstrip("?") if request.method == "GET" else None
        template = current_app.jinja_env.get_template("errors/busy.html")
        locale = select_language()
        page = template.render(
            message=message,
            again_url=again_url,
            locale=language_tag(locale),
            direction=direction_of(language_tag(locale)),
        )
        response = current_app.make_response((page, 503))
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _on_database_error(error: OperationalError) -> ResponseReturnValue:
    return _on_busy(error) if is_busy(error) else _on_bug(error)


def _on_bug(error: Exception) -> ResponseReturnValue:
    log.exception("unhandled_error", endpoint=request.endpoint)
    code, message = HTTP_MESSAGES[500]
    if is_api_request():
        return problem(500, code, gettext(message))
    return error_page(500, code, gettext(message))

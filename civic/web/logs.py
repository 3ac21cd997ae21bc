"""Structured logs: one JSON line an event, with the request's id, and no personal data (neither bodies, nor addresses, nor query strings)."""

import logging
import re
import secrets
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import ExcInfo

_REQUEST_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
_ADDRESS = re.compile(r"[^\s'\"<>(){},;:@]{1,64}@[^\s'\"<>(){},;:@]{1,255}")
_DETAIL = re.compile(r"\nDETAIL:.*?(?=\n\[SQL:|\Z)", re.DOTALL)
"""In it PostgreSQL gives the row that it refused, or what is in another one."""


class DiscreetTracebacks(ExceptionDictTransformer):
    """Without the values of local variables, which hold the secret key, tokens and what people wrote, nor what a database or a mail server says of them."""

    def __call__(self, exc_info: ExcInfo) -> list[dict[str, Any]]:
        return [_discreet(each) for each in super().__call__(exc_info)]


def _discreet(told: dict[str, Any]) -> dict[str, Any]:
    value = _ADDRESS.sub("(address)", _DETAIL.sub("", told["exc_value"]))
    return {
        **told,
        "exc_value": value,
        "exceptions": [list(map(_discreet, each)) for each in told["exceptions"]],
    }


def configure_logs() -> None:
    """Send logs to the error stream as JSON lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(DiscreetTracebacks(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def register_logs(app: Flask) -> None:
    log = structlog.get_logger("civic.request")

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _REQUEST_ID.match(given) else secrets.token_hex(8)
        g.began = time.monotonic()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        if "request_id" in g:
            response.headers["X-Request-Id"] = g.request_id
            if request.endpoint != "static":
                milliseconds = round((time.monotonic() - g.began) * 1000)
                log.info(
                    "request",
                    method=request.method,
                    endpoint=request.endpoint,
                    status=response.status_code,
                    ms=milliseconds,
                )
        return response

    @app.teardown_request
    def forget(error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()

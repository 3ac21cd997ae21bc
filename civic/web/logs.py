"""Structured logs: one JSON line an event, with the request's id, and no personal data (neither bodies, nor addresses, nor query strings)."""

import logging
import re
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request
from structlog.tracebacks import ExceptionDictTransformer

_REQUEST_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")


def configure_logs() -> None:
    """Send logs to the error stream as JSON lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without the values of local variables: they hold the secret key, tokens and what people wrote.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
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

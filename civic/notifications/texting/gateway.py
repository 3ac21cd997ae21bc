"""The way out: what sends a text message, and the one adapter that is shipped, a JSON POST with a bearer token."""

import json
from typing import Protocol
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import structlog
from flask import current_app

from config import Settings

log = structlog.get_logger(__name__)

SECONDS = 10


class NumberRefused(Exception):
    """The gateway will never take a message for this number."""


class Gateway(Protocol):
    def send(self, *, number: str, text: str, reference: str) -> None:
        """Send a text message. Raises NumberRefused: for good. Whatever else is raised is tried again later.

        Args:
            number: as +33612345678.
            reference: the same when the same message is sent again, so that the gateway sends it once.
        """


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would carry the token, and somebody's number, to another machine."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


class HttpGateway:
    """Posts ``{"to", "text", "reference"}`` to an address, with ``Authorization: Bearer`` the token. 2xx: taken; 400, 404, 410, 422: refused
    for good; anything else: tried again later."""

    def __init__(self, url: str, token: str):
        self.url, self.token = url, token
        self.opener = build_opener(_NoRedirect)

    def send(self, *, number: str, text: str, reference: str) -> None:
        request = Request(
            self.url,
            data=json.dumps({"to": number, "text": text, "reference": reference}).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {self.token}",
                "Idempotency-Key": reference,
            },
        )
        try:
            with self.opener.open(request, timeout=SECONDS):
                pass
        except HTTPError as error:
            error.close()
            if error.code not in (400, 404, 410, 422):
                raise
            log.warning("text_message_refused", status=error.code)
            raise NumberRefused from error


def find_gateway() -> Gateway | None:
    """Return the gateway of this installation; None where text messages are off."""
    settings: Settings = current_app.config["SETTINGS"]
    return HttpGateway(settings.sms_url, settings.sms_token) if settings.sms_url else None

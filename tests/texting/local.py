"""A gateway on this machine, and the replies that it hands over."""

import json
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import deliver_due
from civic.kernel.telephone import international, number_digest
from civic.kernel.transaction import transaction
from civic.mutual_aid.codes.models import VerifiedPhone
from civic.notifications.texting.rules import signature_of
from tests.conftest import plain

SECRET = "a secret of forty characters for the texts"
TOKEN = "the token of the gateway"
NUMBER = "+33612345678"


class LocalGateway:
    """A gateway on this machine: keeps what it is given, and answers the status it is told to."""

    def __init__(self) -> None:
        self.received: list[tuple[str, dict[str, Any]]] = []
        self.status = 202
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.received.append((self.headers["Authorization"], json.loads(body)))
                self.send_response(outer.status)
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def texts(self) -> list[str]:
        return [plain(body["text"]) for _, body in self.received]


def deliver() -> None:
    while deliver_due(utc_now(), is_slow=True):
        pass


def reply(app: Flask, text: str, *, number: str = NUMBER, secret: str = SECRET, age: int = 0) -> int:
    """Hand a reply over as the gateway would. Returns the status."""
    body = json.dumps({"from": number, "text": text}).encode()
    timestamp = str(int(time.time()) - age)
    headers = {
        "X-Timestamp": timestamp,
        "X-Signature": f"sha256={signature_of(secret, timestamp, body)}",
        "Content-Type": "application/json",
    }
    return app.test_client().post("/sms/reponses", data=body, headers=headers).status_code


def last_code(gateway: LocalGateway) -> str:
    """Return the six figures of the last text message."""
    (code,) = re.findall(r"(\d{3} \d{3})(?!\d)", gateway.texts()[-1])
    return str(code)


def say_verified(person: int, number: str) -> None:
    """Have a person's number be hers, as if she had typed its code."""
    known = international(number)
    assert known is not None
    with transaction():
        db.session.add(
            VerifiedPhone(person_id=person, phone_digest=number_digest(known), verified_at=utc_now())
        )

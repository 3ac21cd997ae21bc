"""The loops that deliver what is owed (mail, live events, timers), beside the requests of a serving process.

There are two: a mail server that takes ten seconds to answer holds back other mail, and no live event.
"""

import structlog
from flask import Flask

from civic.extensions import socketio
from civic.kernel import outbox
from civic.kernel.bell import wait_for_bell
from civic.kernel.database import db

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 0.25
"""What another process owed is found at the latest after this long; what this one owed rings the bell."""


def start_relay(app: Flask) -> None:
    for is_slow in (False, True):
        socketio.start_background_task(run_relay, app, is_slow)


def run_relay(app: Flask, is_slow: bool) -> None:
    while True:
        wait_for_bell(LOOK_EVERY_SECONDS)
        try:
            deliver_all(app, is_slow=is_slow)
        except Exception:
            log.exception("relay_failed")  # the database may be away for a moment; what is owed stays owed


def deliver_all(app: Flask, *, is_slow: bool | None = None) -> int:
    """Deliver everything that is due, of one of the two kinds or (None) of both. Returns how many messages were taken."""
    taken = 0
    with app.app_context():
        try:
            while count := outbox.deliver_due(is_slow=is_slow):
                taken += count
        finally:
            db.session.remove()
    return taken
